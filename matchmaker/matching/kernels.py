"""Searching, compiled: adding up postings, keeping the best, looking single postings up.

Shapes and types, ``T`` being the terms of a query that have postings in a segment:

- a term is *rare* or *common* (``postings``). ``starts``, ``ends``: i8[T], the stretch of a rare term; nought long
  for a common one. ``slots``: i8[T], the row of ``directory`` of a common term, -1 for a rare one.
- ``tables``: u2[T, 256], what each level of a term adds to a score, in fixed point.
- ``clips``: u1[T], the level that few postings of a common term exceed. Those that do are listed once more
  (``excess_…``), so that the rest of a term never adds more than its clip: what is above it is added first.
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
_NARROW = 64
_FOUR = np.uint64(0x0001_0001_0001_0001)
_HIGH = np.uint64(0x8000_8000_8000_8000)
_LOWEST = 0xFFFF_FFFF
#: Up to so many postings of a block are gone through once more.
_FEW = 6_000


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
    """Return the first place from ``start`` on whose value is not below ``wanted``.

    Offsets are spread evenly over a block, so where one would stand is nearly known, and little memory looked at.
    """
    low, high = start, end
    if end - start > _NARROW:
        guess = start + (((end - start) * wanted) >> 16)
        step = _NARROW >> 1
        if np.int64(values[guess]) < wanted:
            low = guess + 1
            high = low + step
            while high < end and np.int64(values[high]) < wanted:
                low = high + 1
                step *= 2
                high = low + step
            high = min(high, end)
        else:
            high = guess
            low = high - step
            while low > start and np.int64(values[low]) >= wanted:
                high = low
                step *= 2
                low = high - step
            low = max(low, start)
    while low < high:
        middle = (low + high) >> 1
        if np.int64(values[middle]) < wanted:
            low = middle + 1
        else:
            high = middle
    return low


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
    clips: _U1,
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
            score += np.int64(tables[term, min(levels[at], clips[term])])
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
    clips: _U1,
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
        for word in words[chunk << 4 : (chunk << 4) + 16]:
            reached |= word + add
        if reached & _HIGH == np.uint64(0):
            continue
        for document in range(chunk << 6, min(width, (chunk << 6) + _CHUNK)):
            score: Number = np.int64(totals[document])
            if score < need or (allowed >> np.uint64(document & 63)) & np.uint64(1) == np.uint64(0):
                continue
            if first < len(common):
                score = _completed(
                    score, document, block, floor, first, common, slots, rest, clips, tables, directory, offsets, levels
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
def _draw(
    totals: _U2, width: Number, offsets: _U2, start: Number, end: Number, need: Number, drawn: _I8, size: Number
) -> Number:
    """Take the documents of some postings that reach ``need`` out of ``totals``, as ``score << 16 | document``."""
    for at in range(start, end):
        document = offsets[at]
        score = np.int64(totals[document])
        if score:
            totals[document] = np.uint16(0)
            if score >= need and document < width:
                drawn[size] = (score << 16) | np.int64(document)
                size += 1
    return size


@inlined
def _take(
    drawn: _I8,
    block: Number,
    bitmap: _U8,
    heap: _I8,
    size: Number,
    first: Number,
    common: _I8,
    slots: _I8,
    rest: _I8,
    clips: _U1,
    tables: _U2,
    directory: _U4,
    offsets: _U2,
    levels: _U1,
) -> Number:
    """Take the drawn documents that can be among the best into a heap; return its new size."""
    for one in drawn:
        document = one & 0xFFFF
        if len(bitmap) and (bitmap[(block << 10) + (document >> 6)] >> np.uint64(document & 63)) & np.uint64(
            1
        ) == np.uint64(0):
            continue
        # They come in no order, so one that ties with the last of the best may be the better one.
        floor = (heap[0] >> 32) - 1 if size == len(heap) else 0
        score: Number = one >> 16
        if score + rest[first] <= floor:
            continue
        if first < len(common):
            score = _completed(
                score, document, block, floor, first, common, slots, rest, clips, tables, directory, offsets, levels
            )
        if score > floor:
            size = _keep(heap, size, (score << 32) | (_LOWEST - ((block << 16) + document)))
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


@compiled(
    "i8",
    "i8", "f8", "i8[]", "i8[]", "i8[]", "u1[]", "u2[][]", "u1[]", "u2[]", "u1[]", "u4[][]", "u2[]", "u1[]",
    "u4[][]", "u2[]", "u1[]", "u8[]", "u8[]", "u2[]!", "i8[]!", "i8[]!",
)  # fmt: skip
def best(
    documents: Number,
    share: float,
    starts: _I8,
    ends: _I8,
    slots: _I8,
    clips: _U1,
    tables: _U2,
    blocks: _U1,
    offsets: _U2,
    levels: _U1,
    directory: _U4,
    common_offsets: _U2,
    common_levels: _U1,
    excess_directory: _U4,
    excess_offsets: _U2,
    excess_levels: _U1,
    allowed: _U8,
    present: _U8,
    totals: _U2,
    found: _I8,
    others: _I8,
) -> Number:
    """Fill ``found`` with the best allowed documents, each as ``score << 32 | (2**32 - 1 - number)``, in no order.

    Return how many there are. ``others`` takes the best among all that are ``present``, nought where fewer; it may be
    empty.

    Block by block, terms are added in the order of what they can add for each of their postings. Once the rest
    together cannot reach ``share`` of the score that is needed, only the documents that can still get there are
    looked up in them. Where few postings were added, they are gone through once more instead of the whole block.
    """
    terms = len(starts)
    cursors = starts.copy()
    common = np.flatnonzero(slots >= 0)
    bounds = np.zeros(len(common), np.int64)
    worth = np.zeros(len(common))
    last = directory.shape[1] - 1
    for place in range(len(common)):
        slot = slots[common[place]]
        bounds[place] = np.int64(tables[common[place], clips[common[place]]])
        worth[place] = bounds[place] / (1.0 + directory[slot, last] - directory[slot, 0])
    order = np.argsort(-worth, kind="mergesort")
    common = common[order]
    rest = np.zeros(len(common) + 1, np.int64)
    for place in range(len(common) - 1, -1, -1):
        rest[place] = rest[place + 1] + bounds[order[place]]
    words = totals.view(np.uint64)
    drawn = np.empty(_FEW, np.int64)
    size: Number = 0
    others_size: Number = 0
    for block in range((documents + BLOCK - 1) >> 16):
        width = min(BLOCK, documents - (block << 16))
        before = cursors.copy()
        added: Number = 0
        for term in range(terms):
            if cursors[term] < ends[term]:
                cursors[term] = _add_rare(
                    totals, block, term, cursors[term], ends[term], tables, blocks, offsets, levels
                )
                added += cursors[term] - before[term]
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
            added += max(np.int64(0), end - np.int64(directory[slot, block]))
            first += 1
        for place in range(first, len(common)):
            term = common[place]
            slot = slots[term]
            end = min(np.int64(len(excess_levels)), np.int64(excess_directory[slot, block + 1]))
            for at in range(np.int64(excess_directory[slot, block]), end):
                totals[excess_offsets[at]] += tables[term, excess_levels[at]] - tables[term, clips[term]]
            added += max(np.int64(0), end - np.int64(excess_directory[slot, block]))
        if added > _FEW:
            size = _scan(
                totals, words, width, block, allowed, found, size, first, common, slots, rest, clips, tables,
                directory, common_offsets, common_levels,
            )  # fmt: skip
            if len(others):
                others_size = _scan(
                    totals, words, width, block, present, others, others_size, first, common, slots, rest, clips,
                    tables, directory, common_offsets, common_levels,
                )  # fmt: skip
            totals[:] = 0
            continue
        need = max(1, floor - rest[first])
        many: Number = 0
        for term in range(terms):
            many = _draw(totals, width, offsets, before[term], cursors[term], need, drawn, many)
        for place in range(len(common)):
            slot = slots[common[place]]
            if place < first:
                end = min(np.int64(len(common_levels)), np.int64(directory[slot, block + 1]))
                many = _draw(totals, width, common_offsets, np.int64(directory[slot, block]), end, need, drawn, many)
            else:
                end = min(np.int64(len(excess_levels)), np.int64(excess_directory[slot, block + 1]))
                many = _draw(
                    totals, width, excess_offsets, np.int64(excess_directory[slot, block]), end, need, drawn, many
                )
        size = _take(
            drawn[:many], block, allowed, found, size, first, common, slots, rest, clips, tables, directory,
            common_offsets, common_levels,
        )  # fmt: skip
        if len(others):
            others_size = _take(
                drawn[:many], block, present, others, others_size, first, common, slots, rest, clips, tables,
                directory, common_offsets, common_levels,
            )  # fmt: skip
    return size
