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

from .adding_kernels import add, admit, clear, draw, fetch
from .compiled import compiled, inlined
from .finding_kernels import NARROW, find_place
from .instructions import lowest_bit, prefetch

#: A whole number of 64 bits, in compiled code.
Number = int | np.int64
_I8 = npt.NDArray[np.int64]
_U8 = npt.NDArray[np.uint64]
_U4 = npt.NDArray[np.uint32]
_U2 = npt.NDArray[np.uint16]
_U1 = npt.NDArray[np.uint8]
#: What a document is completed with: the first term that was not added, common terms, what is left from each on at
#: most, where their postings of the block begin and end, clips, tables, offsets and levels.
_Left = tuple[Number, _I8, _I8, _I8, _I8, _U1, _U2, _U2, _U1]

BLOCK, _WORDS, _CHUNK = 1 << 16, 1 << 10, 64
_FOUR = np.uint64(0x0001_0001_0001_0001)
_HIGH = np.uint64(0x8000_8000_8000_8000)
_LOWEST = 0xFFFF_FFFF
#: From so many postings of a block on, its totals are gone through, so many at a time; from fewer on they are drawn as
#: they are added, but all totals are cleared; up to these, only what was touched is.
_MANY, _PART, _FEW = 24_000, 8_192, 5_000
#: What is fetched ahead: terms of a document, how many documents ahead.
_ANNOUNCED, _AHEAD = 6, 2
#: After how many blocks the score of the last of the best is guessed, and how many deviations on the safe side.
_GUESSED_AFTER, _SAFE = (1, 4), 3.0


@inlined
def _sift(heap: _I8, size: Number) -> None:
    """Let the first number of a heap sink to its place; the smallest comes to stand first."""
    at, value = 0, heap[0]
    while 2 * at + 1 < size:
        child = 2 * at + 1
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
def _completed(score: Number, document: Number, floor: Number, left: _Left) -> Number:
    """Add what the terms that are left give to a document; 0 as soon as it cannot come above ``floor``."""
    first, common, rest, lows, highs, clips, tables, offsets, levels = left
    for place in range(first, len(common)):
        if score + rest[place] <= floor:
            return 0
        at = find_place(offsets, lows[place], highs[place], document)
        if at < highs[place] and np.int64(offsets[at]) == document:
            term = common[place]
            score += np.int64(tables[term, min(levels[at], clips[term])])
    return score if score > floor else 0


@inlined
def _announce(score: Number, document: Number, floor: Number, left: _Left) -> None:
    """Have fetched what ``_completed`` will look at first."""
    first, _, rest, lows, highs, _, _, offsets, levels = left
    for place in range(first, min(len(lows), first + _ANNOUNCED)):
        if score + rest[place] <= floor:
            return
        guess = lows[place] + (((highs[place] - lows[place]) * document) >> 16)
        for near in (guess - (NARROW >> 1), guess, guess + (NARROW >> 1)):
            prefetch(offsets, near)
        prefetch(levels, guess)


@inlined
def _scan(totals: _U2, start: Number, end: Number, need: Number, allowed: _U8, drawn: _U2) -> Number:
    """List the allowed documents of a part of a block that reach ``need``; return how many there are."""
    size: Number = 0
    words = totals.view(np.uint64)
    add = np.uint64(0x8000 - need) * _FOUR
    for chunk in range(start >> 6, (end + _CHUNK - 1) >> 6):
        left = allowed[chunk] if len(allowed) else ~np.uint64(0)
        if left == np.uint64(0):
            continue
        reached = np.uint64(0)
        for word in words[chunk << 4 : (chunk << 4) + 16]:
            reached |= word + add
        if reached & _HIGH == np.uint64(0):
            continue
        if ~left == np.uint64(0):
            for document in range(chunk << 6, min(end, (chunk << 6) + _CHUNK)):
                drawn[size] = document
                size += np.int64(totals[document]) >= need
            continue
        while left != np.uint64(0):
            lowest: Number = (chunk << 6) + lowest_bit(left)
            left &= left - np.uint64(1)
            drawn[size] = lowest
            size += np.int64(totals[lowest]) >= need
    return size


@inlined
def _bar(heap: _I8, size: Number, guessed: Number) -> Number:
    """Return the score that a document of a later block must exceed."""
    return max(heap[0] >> 32 if size == len(heap) else 0, guessed - 1)


@inlined
def _allowed(drawn: _U2, block: Number, bitmap: _U8, room: _U2) -> _U2:
    """Return the drawn documents that a bitmap holds, before anything else is looked at for them."""
    size: Number = 0
    for document in drawn:
        word: Number = min((block << 10) + np.int64(document >> 6), np.int64(len(bitmap) - 1))
        room[size] = document
        size += np.int64((bitmap[word] >> np.uint64(document & 63)) & np.uint64(1))
    return room[:size]


@inlined
def _take(
    drawn: _U2, totals: _U2, width: Number, guessed: Number, block: Number, heap: _I8, size: Number, left: _Left
) -> Number:  # fmt: skip
    """Take the drawn documents that can be among the best into a heap; return its new size."""
    first, rest = left[0], left[2]
    is_left = first < len(left[1])
    for place in range(len(drawn)):
        # They come in no order, so one that ties with the last of the best may be the better one.
        floor = max(0, guessed - 1, (heap[0] >> 32) - 1 if size == len(heap) else 0)
        if is_left and place + _AHEAD < len(drawn):
            document = np.int64(drawn[place + _AHEAD])
            _announce(np.int64(totals[document]), document, floor, left)
        document = np.int64(drawn[place])
        score: Number = np.int64(totals[document])
        if document >= width or score + rest[first] <= floor:
            continue
        if is_left:
            score = _completed(score, document, floor, left)
        if score > floor:
            size = _keep(heap, size, (score << 32) | (_LOWEST - ((block << 16) + document)))
    return size


@inlined
def _collect(
    drawn: _U2, many: Number, totals: _U2, width: Number, block: Number, bitmap: _U8, guessed: Number, heap: _I8,
    size: Number, left: _Left, room: _U2,
) -> Number:  # fmt: skip
    """Take the best of a block into a heap: of the ``many`` drawn, or where that is -1 of all; return its new size."""
    if many >= 0:
        own = _allowed(drawn[:many], block, bitmap, room) if len(bitmap) else drawn[:many]
        return _take(own, totals, width, guessed, block, heap, size, left)
    allowed = bitmap[block << 10 :] if len(bitmap) else bitmap
    for start in range(0, width, _PART):
        need = max(1, _bar(heap, size, guessed) + 1 - left[2][left[0]])
        found = _scan(totals, start, min(width, start + _PART), need, allowed, drawn)
        size = _take(drawn[:found], totals, width, guessed, block, heap, size, left)
    return size


@inlined
def _guess(heap: _I8, size: Number, seen: Number, blocks: Number) -> Number:
    """Return a score that the last of the best will hardly fall below, from those of the first blocks."""
    mean = len(heap) * seen / blocks
    rank = np.int64(np.ceil(mean + _SAFE * np.sqrt(mean * (1.0 - seen / blocks)))) + 1
    return np.sort(heap[:size])[size - rank] >> 32 if rank < size else 0


@inlined
def _ordered(slots: _I8, clips: _U1, tables: _U2, directory: _U4) -> tuple[_I8, _I8]:
    """Return the common terms, those first that add most for each posting, and what is left from each on at most."""
    common = np.flatnonzero(slots >= 0)
    bounds, worth = np.zeros(len(common), np.int64), np.zeros(len(common))
    last = directory.shape[1] - 1
    for term in common:
        for at in range(0, last + 1, 16):
            prefetch(directory, slots[term] * (last + 1) + at)
    for place in range(len(common)):
        slot = slots[common[place]]
        bounds[place] = np.int64(tables[common[place], clips[common[place]]])
        worth[place] = bounds[place] / (1.0 + directory[slot, last] - directory[slot, 0])
    order = np.argsort(-worth, kind="mergesort")
    rest = np.zeros(len(common) + 1, np.int64)
    for place in range(len(common) - 1, -1, -1):
        rest[place] = rest[place + 1] + bounds[order[place]]
    return common[order], rest


@compiled(
    "i8",
    "i8", "f8", "i8", "i8[]", "i8[]", "i8[]", "u1[]", "u2[][]", "u1[]", "u2[]", "u1[]", "u4[][]", "u2[]", "u1[]",
    "u4[][]", "u2[]", "u1[]", "u8[]", "u8[]", "u2[]!", "u2[]!", "u2[]!", "i8[]!", "i8[]!", "f8",
    "i8[]!", "f8[]!",
)  # fmt: skip
def best(
    documents: Number, share: float, few: Number, starts: _I8, ends: _I8, slots: _I8, clips: _U1, tables: _U2,
    blocks: _U1, offsets: _U2, levels: _U1, directory: _U4, common_offsets: _U2, common_levels: _U1,
    excess_directory: _U4, excess_offsets: _U2, excess_levels: _U1, allowed: _U8, present: _U8, totals: _U2,
    drawn: _U2, room: _U2, found: _I8, others: _I8, one: float, numbers: _I8, scores: npt.NDArray[np.float64],
) -> Number:  # fmt: skip
    """Fill ``numbers`` and ``scores``, in units of ``one``, with the best allowed documents, best first.

    Return how many there are. ``found`` is room for as many, each as ``score << 32 | (2**32 - 1 - number)``. ``others``
    takes the best among all that are ``present`` in that form, nought where fewer, in no order; it may be empty.
    ``drawn`` and ``room``: u2[65536] are room. Where ``few`` is not nought, few are allowed and no others asked for:
    a posting of any other document is left after one look at a bit, and no total but theirs is made.

    Block by block, terms are added in the order of what they can add for each of their postings. Once the rest
    together cannot reach ``share`` of the score that is needed, only the documents that can still get there are
    looked up in them. What is needed is guessed from the first blocks; where that was too high, all is done again.
    """
    common, rest = _ordered(slots, clips, tables, directory)
    every = (documents + BLOCK - 1) >> 16
    for term in common:
        for at in range(0, every + 1, 16):
            prefetch(excess_directory, slots[term] * (every + 1) + at)
    rare = np.flatnonzero(ends > starts)
    lows, highs, froms, untils = np.empty((4, len(common)), np.int64)
    cursors, before = starts.copy(), starts.copy()
    own = np.zeros(_WORDS if few else 0, np.uint64)
    guessed: Number = 0
    other_guessed: Number = 0
    size: Number = 0
    others_size: Number = 0
    block = 0
    while block < every:
        width = min(BLOCK, documents - (block << 16))
        floor = _bar(found, size, guessed)
        if len(others):
            floor = min(floor, _bar(others, others_size, other_guessed))
        first = 0
        while first < len(common) and rest[first] >= share * floor:
            first += 1
        added: Number = 0
        for place in range(len(common)):
            slot = slots[common[place]]
            lows[place] = np.int64(directory[slot, block])
            highs[place] = min(np.int64(len(common_levels)), np.int64(directory[slot, block + 1]))
            froms[place], untils[place] = lows[place], highs[place]
            if place >= first:
                froms[place] = np.int64(excess_directory[slot, block])
                untils[place] = min(np.int64(len(excess_levels)), np.int64(excess_directory[slot, block + 1]))
            added += max(np.int64(0), untils[place] - froms[place])
        need = max(1, floor + 1 - rest[first])
        many: Number = 0 if few or (need > 1 and added < _MANY) else -1
        if few:
            part = allowed[block * _WORDS : (block + 1) * _WORDS]
            own[: len(part)] = part
            own[len(part) :] = 0
        for term in rare:
            at = before[term] = cursors[term]
            while at < ends[term] and np.int64(blocks[at]) == block:
                at += 1
            cursors[term] = at
            if few:
                many = admit(totals, offsets, levels, before[term], at, tables, term, 0, own, drawn, many)
            elif many < 0:
                add(totals, offsets, levels, before[term], at, tables, term, 0)
            else:
                many = draw(totals, offsets, levels, before[term], at, tables, term, 0, need, drawn, many)
            added += at - before[term]
        for place in range(first):
            if place + 1 < first:
                fetch(common_offsets, common_levels, froms[place + 1], untils[place + 1])
            term, start, end = common[place], froms[place], untils[place]
            if few:
                many = admit(totals, common_offsets, common_levels, start, end, tables, term, 0, own, drawn, many)
            elif many < 0:
                add(totals, common_offsets, common_levels, start, end, tables, term, 0)
            else:
                many = draw(totals, common_offsets, common_levels, start, end, tables, term, 0, need, drawn, many)
        for place in range(first, len(common)):
            if place + 1 < len(common):
                fetch(excess_offsets, excess_levels, froms[place + 1], untils[place + 1])
            term, start, end = common[place], froms[place], untils[place]
            clip = np.int64(clips[term])
            if few:
                many = admit(totals, excess_offsets, excess_levels, start, end, tables, term, clip, own, drawn, many)
            elif many < 0:
                add(totals, excess_offsets, excess_levels, start, end, tables, term, clip)
            else:
                many = draw(totals, excess_offsets, excess_levels, start, end, tables, term, clip, need, drawn, many)
        left = (first, common, rest, lows, highs, clips, tables, common_offsets, common_levels)
        if few:
            size = _take(drawn[:many], totals, width, guessed, block, found, size, left)
        else:
            size = _collect(drawn, many, totals, width, block, allowed, guessed, found, size, left, room)
        if len(others):
            other = other_guessed, others, others_size
            others_size = _collect(drawn, many, totals, width, block, present, *other, left, room)
        if few:
            clear(totals, drawn, 0, many)
        elif added > _FEW:
            totals[:] = 0
        else:
            for term in rare:
                clear(totals, offsets, before[term], cursors[term])
            for place in range(first):
                clear(totals, common_offsets, froms[place], untils[place])
            for place in range(first, len(common)):
                clear(totals, excess_offsets, froms[place], untils[place])
        block += 1
        if block in _GUESSED_AFTER and block < every and guessed >= 0:
            guessed = max(guessed, _guess(found, size, block, every))
            other_guessed = max(other_guessed, _guess(others, others_size, block, every))
        elif block == every and (
            (guessed > 0 and (size < len(found) or found[0] >> 32 < guessed))
            or (other_guessed > 0 and (others_size < len(others) or others[0] >> 32 < other_guessed))
        ):
            guessed = other_guessed = -1
            size = others_size = 0
            found[:] = others[:] = 0
            cursors[:] = starts
            block = 0
    for place, kept in enumerate(-np.sort(-found[:size])):
        numbers[place], scores[place] = _LOWEST - (kept & _LOWEST), min(1.0, (kept >> 32) / one)
    return size
