"""Searching, compiled: adding up postings, keeping the best, looking single postings up.

Shapes and types, ``T`` being the terms of a query that have postings in a segment:

- a term is *rare* or *common* (``postings``). ``starts``, ``ends``: i8[T], the stretch of a rare term; nought long
  for a common one. ``slots``: i8[T], the row of ``directory`` of a common term, -1 for a rare one.
- ``tables``: u2[T, 256], what each level of a term adds to a score, in fixed point.
- ``bitmaps``: u8[ceil(documents / 64)], bit ``d & 63`` of word ``d >> 6`` for document ``d``; empty means all.
- What a damaged file says of places is never believed beyond the ends of its arrays.
- ``totals``: u2[65536], nought before and after each call; scores stay below 32,768, so four of them are compared
  in one word of 64 bits.
"""

import numpy as np
import numpy.typing as npt

from .compiled import compiled, inlined

#: A whole number of 64 bits, in compiled code.
Number = int | np.int64
_I8 = npt.NDArray[np.int64]
_U8 = npt.NDArray[np.uint64]
_U4 = npt.NDArray[np.uint32]
_U2 = npt.NDArray[np.uint16]
_U1 = npt.NDArray[np.uint8]

BLOCK = 1 << 16
_CHUNK = 64
_FOUR = np.uint64(0x0001_0001_0001_0001)
_HIGH = np.uint64(0x8000_8000_8000_8000)
_LOWEST = 0xFFFF_FFFF


@inlined
def _sift(heap: _I8, size: Number) -> None:
    """Let the first number of a heap sink to its place; the smallest comes to stand first."""
    at = 0
    value = heap[0]
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= value:
            break
        heap[at] = heap[child]
        at = child
    heap[at] = value


@inlined
def _keep(heap: _I8, size: Number, value: Number) -> Number:
    """Take a number into a heap of the largest; return the heap's new size."""
    if size < len(heap):
        at = size
        while at > 0 and heap[(at - 1) >> 1] > value:
            heap[at] = heap[(at - 1) >> 1]
            at = (at - 1) >> 1
        heap[at] = value
        return size + 1
    if value > heap[0]:
        heap[0] = value
        _sift(heap, size)
    return size


@inlined
def _place(values: _U2, start: Number, end: Number, wanted: Number) -> Number:
    """Return the first place from ``start`` on whose value is not below ``wanted``."""
    while start < end:
        middle = (start + end) >> 1
        if np.int64(values[middle]) < wanted:
            start = middle + 1
        else:
            end = middle
    return start


@inlined
def _completed(
    score: Number,
    document: Number,
    block: Number,
    floor: Number,
    first: Number,
    common: _I8,
    slots: _I8,
    rest: _I8,
    tables: _U2,
    directory: _U4,
    offsets: _U2,
    levels: _U1,
) -> Number:
    """Add what the terms from ``first`` on give to a document; 0 as soon as it cannot come above ``floor``."""
    for place in range(first, len(common)):
        if score + rest[place] <= floor:
            return 0
        term = common[place]
        slot = slots[term]
        end = min(np.int64(len(levels)), np.int64(directory[slot, block + 1]))
        at = _place(offsets, np.int64(directory[slot, block]), end, document)
        if at < end and np.int64(offsets[at]) == document:
            score += np.int64(tables[term, levels[at]])
    return score if score > floor else 0


@inlined
def _scan(
    totals: _U2,
    words: _U8,
    width: Number,
    block: Number,
    bitmap: _U8,
    heap: _I8,
    size: Number,
    first: Number,
    common: _I8,
    slots: _I8,
    rest: _I8,
    tables: _U2,
    directory: _U4,
    offsets: _U2,
    levels: _U1,
) -> Number:
    """Take the documents of a block that can be among the best into a heap; return its new size."""
    floor = heap[0] >> 32 if size == len(heap) else 0
    need = max(1, floor - rest[first] + 1)
    add = np.uint64(0x8000 - need) * _FOUR
    for chunk in range((width + _CHUNK - 1) >> 6):
        allowed = ~np.uint64(0)
        if len(bitmap):
            allowed = bitmap[(block << 10) + chunk]
            if allowed == np.uint64(0):
                continue
        reached = np.uint64(0)
        for word in range(chunk << 4, (chunk << 4) + 16):
            reached |= words[word] + add
        if reached & _HIGH == np.uint64(0):
            continue
        for document in range(chunk << 6, min(width, (chunk << 6) + _CHUNK)):
            score: Number = np.int64(totals[document])
            if score < need or (allowed >> np.uint64(document & 63)) & np.uint64(1) == np.uint64(0):
                continue
            if first < len(common):
                score = _completed(
                    score, document, block, floor, first, common, slots, rest, tables, directory, offsets, levels
                )
            if score > floor:
                number = (block << 16) + document
                size = _keep(heap, size, (score << 32) | (_LOWEST - number))
                if size == len(heap) and heap[0] >> 32 > floor:
                    floor = heap[0] >> 32
                    need = max(1, floor - rest[first] + 1)
                    add = np.uint64(0x8000 - need) * _FOUR
    return size


@inlined
def _add_rare(
    totals: _U2,
    block: Number,
    term: Number,
    at: Number,
    end: Number,
    tables: _U2,
    blocks: _U1,
    offsets: _U2,
    levels: _U1,
) -> Number:
    """Add a rare term's postings of one block; return where those of the next begin."""
    while at < end and np.int64(blocks[at]) == block:
        totals[offsets[at]] += tables[term, levels[at]]
        at += 1
    return at


@compiled("none", "f8[]", "f4[]", "f8", "u2[][]!")
def fill_tables(weights: npt.NDArray[np.float64], worth: npt.NDArray[np.float32], scale: float, tables: _U2) -> None:
    """Fill ``tables``: u2[T, 256] from ``weights``: f8[T] and ``worth``: f4[256]. What is not nought adds something."""
    for term in range(len(weights)):
        factor = weights[term] * scale
        for level in range(1, 256):
            tables[term, level] = np.uint16(max(1.0, min(32767.0, np.floor(factor * worth[level] + 0.5))))


@compiled(
    "i8",
    "i8", "f8", "i8[]", "i8[]", "i8[]", "u2[][]", "u1[]", "u1[]", "u2[]", "u1[]", "u4[][]", "u2[]", "u1[]",
    "u8[]", "u8[]", "u2[]!", "i8[]!", "i8[]!",
)  # fmt: skip
def best(
    documents: Number,
    share: float,
    starts: _I8,
    ends: _I8,
    slots: _I8,
    tables: _U2,
    tops: _U1,
    blocks: _U1,
    offsets: _U2,
    levels: _U1,
    directory: _U4,
    common_offsets: _U2,
    common_levels: _U1,
    allowed: _U8,
    present: _U8,
    totals: _U2,
    found: _I8,
    others: _I8,
) -> Number:
    """Fill ``found`` with the best allowed documents, each as ``score << 32 | (2**32 - 1 - number)``, in no order.

    Return how many there are. ``others`` takes the best among all that are ``present``, nought where fewer; it may be
    empty. ``tops``: u1[T], the highest level of each common term.

    Block by block, terms are added in the order of what they can add. Once the rest of them together cannot reach
    ``share`` of the score that is needed, only the documents that can still get there are looked up in them.
    """
    terms = len(starts)
    cursors = starts.copy()
    common = np.flatnonzero(slots >= 0)
    bounds = np.zeros(len(common), np.int64)
    for place in range(len(common)):
        bounds[place] = np.int64(tables[common[place], tops[common[place]]])
    order = np.argsort(-bounds, kind="mergesort")
    common = common[order]
    rest = np.zeros(len(common) + 1, np.int64)
    for place in range(len(common) - 1, -1, -1):
        rest[place] = rest[place + 1] + bounds[order[place]]
    words = totals.view(np.uint64)
    size: Number = 0
    others_size: Number = 0
    for block in range((documents + BLOCK - 1) >> 16):
        width = min(BLOCK, documents - (block << 16))
        for term in range(terms):
            if cursors[term] < ends[term]:
                cursors[term] = _add_rare(
                    totals, block, term, cursors[term], ends[term], tables, blocks, offsets, levels
                )
        floor = found[0] >> 32 if size == len(found) else 0
        if len(others):
            floor = min(floor, others[0] >> 32 if others_size == len(others) else 0)
        first = 0
        while first < len(common) and rest[first] >= share * floor:
            term = common[first]
            slot = slots[term]
            end = min(np.int64(len(common_levels)), np.int64(directory[slot, block + 1]))
            for at in range(np.int64(directory[slot, block]), end):
                totals[common_offsets[at]] += tables[term, common_levels[at]]
            first += 1
        size = _scan(
            totals, words, width, block, allowed, found, size, first, common, slots, rest, tables, directory,
            common_offsets, common_levels,
        )  # fmt: skip
        if len(others):
            others_size = _scan(
                totals, words, width, block, present, others, others_size, first, common, slots, rest, tables,
                directory, common_offsets, common_levels,
            )  # fmt: skip
        totals[:] = 0
    return size


@compiled(
    "none",
    "i8[]", "i8[]", "i8[]", "u2[][]", "u1[]", "u2[]", "u1[]", "u4[][]", "u2[]", "u1[]", "i4[]!",
)  # fmt: skip
def add_up(
    starts: _I8,
    ends: _I8,
    slots: _I8,
    tables: _U2,
    blocks: _U1,
    offsets: _U2,
    levels: _U1,
    directory: _U4,
    common_offsets: _U2,
    common_levels: _U1,
    scores: npt.NDArray[np.int32],
) -> None:
    """Add the scores of all documents to ``scores``: i4[documents]."""
    for term in range(len(starts)):
        for at in range(starts[term], ends[term]):
            scores[(np.int64(blocks[at]) << 16) + np.int64(offsets[at])] += tables[term, levels[at]]
        if slots[term] >= 0:
            for block in range(directory.shape[1] - 1):
                base = block << 16
                for at in range(np.int64(directory[slots[term], block]), np.int64(directory[slots[term], block + 1])):
                    scores[base + np.int64(common_offsets[at])] += tables[term, common_levels[at]]


@compiled(
    "none",
    "i8[]", "i8[]", "i8[]", "i8[]", "u1[]", "u2[]", "u1[]", "u4[][]", "u2[]", "u1[]", "u1[][]!",
)  # fmt: skip
def look_up(
    numbers: _I8,
    starts: _I8,
    ends: _I8,
    slots: _I8,
    blocks: _U1,
    offsets: _U2,
    levels: _U1,
    directory: _U4,
    common_offsets: _U2,
    common_levels: _U1,
    held: _U1,
) -> None:
    """Fill ``held``: u1[documents asked for, T] with the levels of terms in documents; ``numbers`` ascend."""
    for term in range(len(starts)):
        at, end = starts[term], ends[term]
        slot = slots[term]
        block = -1
        for row in range(len(numbers)):
            wanted = numbers[row]
            if slot < 0:
                low, high = at, end
                while low < high:
                    middle = (low + high) >> 1
                    if (np.int64(blocks[middle]) << 16) + np.int64(offsets[middle]) < wanted:
                        low = middle + 1
                    else:
                        high = middle
                at = low
                if at == end:
                    break
                if (np.int64(blocks[at]) << 16) + np.int64(offsets[at]) == wanted:
                    held[row, term] = levels[at]
                continue
            if wanted >> 16 != block:
                block = wanted >> 16
                at = np.int64(directory[slot, block])
                end = min(np.int64(len(common_levels)), np.int64(directory[slot, block + 1]))
            at = _place(common_offsets, at, end, wanted & 0xFFFF)
            if at < end and np.int64(common_offsets[at]) == wanted & 0xFFFF:
                held[row, term] = common_levels[at]


@compiled("none", "u8[]", "u4[]", "u8[]", "i8[]!")
def find_keys(keys: _U8, heads: _U4, wanted: _U8, rows: _I8) -> None:
    """Fill ``rows`` with the place of each wanted key in sorted ``keys``, -1 where it is missing.

    ``heads``: u4[2**bits + 1] says where the keys that begin with these bits start.
    """
    bits = 0
    while (1 << bits) < len(heads) - 1:
        bits += 1
    for place in range(len(wanted)):
        key = wanted[place]
        head = np.int64(key >> np.uint64(64 - bits)) if bits else 0
        low, end = np.int64(heads[head]), min(np.int64(len(keys)), np.int64(heads[head + 1]))
        high = end
        while low < high:
            middle = (low + high) >> 1
            if keys[middle] < key:
                low = middle + 1
            else:
                high = middle
        rows[place] = low if low < end and keys[low] == key else -1
