"""Looking things up, compiled: keys, single postings, all postings of a term; and what is prepared for searching.

Shapes and types are those of ``kernels``.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from .compiled import compiled, inlined
from .finding_kernels import find_place, first_not_below
from .instructions import prefetch

#: A whole number of 64 bits, in compiled code.
Number = int | np.int64
_I8 = npt.NDArray[np.int64]
_U8 = npt.NDArray[np.uint64]
_U4 = npt.NDArray[np.uint32]
_U2 = npt.NDArray[np.uint16]
_U1 = npt.NDArray[np.uint8]
_F8 = npt.NDArray[np.float64]
_F4 = npt.NDArray[np.float32]
#: What a byte says of a term of the query (``look``).
PAIR, SPELLED, MODEL, HEAD, RARE = 1, 2, 4, 8, 16


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
            place = find_place(common_offsets, at, end, wanted & 0xFFFF)
            if place < end and np.int64(common_offsets[place]) == wanted & 0xFFFF:
                held[row, term] = common_levels[place]


@compiled("none", "u4[][]", "u2[]", "u1[]", "i8", "u1[]!", "u4[][]!")
def clip(directory: _U4, offsets: _U2, levels: _U1, share: Number, clips: _U1, counts: _U4) -> None:
    """Find the level that at most one posting of ``share`` exceeds, and count in ``counts`` those of each block.

    ``clips``: u1[common terms], ``counts``: u4[common terms, blocks].
    """
    held = np.zeros(256, np.int64)
    blocks = directory.shape[1] - 1
    for slot in range(directory.shape[0]):
        held[:] = 0
        for at in range(np.int64(directory[slot, 0]), np.int64(directory[slot, blocks])):
            held[levels[at]] += 1
        most = (np.int64(directory[slot, blocks]) - np.int64(directory[slot, 0])) // share
        level = 255
        while level > 1 and most >= held[level]:
            most -= held[level]
            level -= 1
        clips[slot] = level
        for block in range(blocks):
            for at in range(np.int64(directory[slot, block]), np.int64(directory[slot, block + 1])):
                counts[slot, block] += np.uint32(levels[at] > level)


@compiled("none", "u4[][]", "u2[]", "u1[]", "u1[]", "u2[]!", "u1[]!")
def list_excess(directory: _U4, offsets: _U2, levels: _U1, clips: _U1, excess_offsets: _U2, excess_levels: _U1) -> None:
    """List the postings that exceed their term's clip, in their order."""
    to = 0
    for slot in range(directory.shape[0]):
        for at in range(np.int64(directory[slot, 0]), np.int64(directory[slot, directory.shape[1] - 1])):
            if levels[at] > clips[slot]:
                excess_offsets[to] = offsets[at]
                excess_levels[to] = levels[at]
                to += 1


@inlined
def _row(keys: _U8, heads: _U4, bits: Number, key: np.uint64) -> Number:
    """Return the place of a key in sorted ``keys``, -1 where it is missing."""
    head = np.int64(key >> np.uint64(64 - bits)) if bits else 0
    low, end = np.int64(heads[head]), min(np.int64(len(keys)), np.int64(heads[head + 1]))
    high = end
    while low < high:
        middle = (low + high) >> 1
        if keys[middle] < key:
            low = middle + 1
        else:
            high = middle
    return low if low < end and keys[low] == key else -1


@inlined
def _announce(keys: _U8, heads: _U4, idf: _F4, bits: Number, wanted: _U8) -> None:
    """Have fetched what ``_row`` will look at: for one key after the other each step would wait for memory."""
    for key in wanted:
        prefetch(heads, np.int64(key >> np.uint64(64 - bits)) if bits else 0)
    for key in wanted:
        head = np.int64(key >> np.uint64(64 - bits)) if bits else 0
        for at in range(np.int64(heads[head]), min(np.int64(len(keys)), np.int64(heads[head + 1])), 8):
            prefetch(keys, at)
        if len(idf):
            prefetch(idf, np.int64(heads[head]))


@inlined
def _bits(heads: _U4) -> Number:
    bits = 0
    while (1 << bits) < len(heads) - 1:
        bits += 1
    return bits


@compiled("none", "u8[]", "u4[]", "u8[]", "i8[]!")
def find_keys(keys: _U8, heads: _U4, wanted: _U8, rows: _I8) -> None:
    """Fill ``rows`` with the place of each wanted key in sorted ``keys``, -1 where it is missing.

    ``heads``: u4[2**bits + 1] says where the keys that begin with these bits start.
    """
    bits = _bits(heads)
    for place in range(len(wanted)):
        rows[place] = _row(keys, heads, bits, wanted[place])


@compiled(
    "i8",
    "u8[]", "f8[]", "u8[]", "u4[]", "f4[]", "f8", "b1[]", "i8[]!", "f8[]!", "f8[]!", "i8[]!", "i8[]!", "f8[]!", "f8[]!",
)  # fmt: skip
def weigh_keys(
    wanted: _U8, counts: _F8, keys: _U8, heads: _U4, known_idf: _F4, rarest: float, also: npt.NDArray[np.bool_],
    rows: _I8, idf: _F8, weights: _F8, held: _I8, terms: _I8, held_weights: _F8, coverage: _F8,
) -> Number:  # fmt: skip
    """Fill ``rows`` as ``find_keys`` does, and the ``idf`` and weight of each term of a text.

    Weights are those of a vector of length one, without the terms that neither ``keys`` hold nor ``also``, which may
    be empty, marks. ``coverage``: f8[1] takes the length that it would have beside these. ``held``, ``terms`` and
    ``held_weights`` take row, place and weight of those that ``keys`` hold and that weigh something; return how many.
    """
    bits = _bits(heads)
    _announce(keys, heads, known_idf, bits, wanted)
    total, known = 0.0, 0.0
    for place in range(len(wanted)):
        row = _row(keys, heads, bits, wanted[place])
        rows[place] = row
        idf[place] = np.float64(known_idf[row]) if row >= 0 else rarest
        weight = (1.0 + np.log(counts[place])) * idf[place]
        total += weight * weight
        if row < 0 and not (len(also) and also[place]):
            weight = 0.0
        known += weight * weight
        weights[place] = weight
    length, size = np.sqrt(known), 0
    for place in range(len(wanted)):
        weights[place] = weights[place] / length if length > 0 else 0.0
        if rows[place] >= 0 and weights[place] > 0:
            held[size], terms[size], held_weights[size] = rows[place], place, weights[place]
            size += 1
    coverage[0] = np.sqrt(known / total) if total > 0 else 0.0
    return size


@inlined
def spread_place(values: Any, wanted: Number) -> Number:
    """Return the first place whose value is not below ``wanted``; values rise evenly, so it is nearly known."""
    size = len(values)
    most = max(np.int64(1), np.int64(values[size - 1])) if size else 1
    guess, step = max(0, min(size, wanted * size // most)), 16
    low, high = max(0, guess - step), min(size, guess + step)
    while low > 0 and np.int64(values[low - 1]) >= wanted:
        step *= 2
        high, low = low, max(0, low - step)
    while high < size and np.int64(values[high]) < wanted:
        step *= 2
        low, high = high, min(size, high + step)
    return first_not_below(values, low, high, wanted)


@compiled("none", "i8[]", "i8[]", "u1[]", "i8[]!", "i8[]!")
def find_names(numbers: _I8, ends: _I8, letters: _U1, starts: _I8, untils: _I8) -> None:
    """Fill in where the ids of documents begin and end, and have their letters fetched."""
    for number in numbers:
        prefetch(ends, number)
    for place, number in enumerate(numbers):
        starts[place], untils[place] = ends[number], ends[number + 1]
        prefetch(letters, ends[number])


@inlined
def _find_postings(
    rows: _I8, starts: _U4, size: Number, common_rows: npt.NDArray[np.int32], clips: _U1, froms: _I8, untils: _I8,
    slots: _I8, own_clips: _U1,
) -> None:  # fmt: skip
    """Fill in where terms have their postings; rare ones up to ``size``, whatever a damaged file says."""
    for row in rows:
        prefetch(starts, row)
        prefetch(common_rows, row * len(common_rows) // len(starts))
    for place in range(len(rows)):
        row = rows[place]
        froms[place] = min(size, np.int64(starts[row]))
        untils[place] = min(size, np.int64(starts[row + 1]))
        slots[place] = -1
        own_clips[place] = 0
        if froms[place] == untils[place]:
            slot = spread_place(common_rows, row)
            if slot < len(common_rows) and np.int64(common_rows[slot]) == row:
                slots[place] = slot
                own_clips[place] = clips[slot]


@compiled("none", "i8[]", "u4[]", "i8", "i4[]", "u1[]", "i8[]!", "i8[]!", "i8[]!", "u1[]!")
def find_postings(
    rows: _I8, starts: _U4, size: Number, common_rows: npt.NDArray[np.int32], clips: _U1, froms: _I8, untils: _I8,
    slots: _I8, own_clips: _U1,
) -> None:  # fmt: skip
    """Fill in where terms have their postings."""
    _find_postings(rows, starts, size, common_rows, clips, froms, untils, slots, own_clips)


@compiled(
    "none",
    "i8[]", "f8[]", "f4[]", "f4[]", "f8", "u4[]", "i8", "i4[]", "u1[]", "u2[][]!", "i8[]!", "i8[]!", "i8[]!", "u1[]!",
)  # fmt: skip
def ready(
    rows: _I8, weights: _F8, idf: _F4, worth: _F4, scale: float, starts: _U4, size: Number,
    common_rows: npt.NDArray[np.int32], clips: _U1, tables: _U2, froms: _I8, untils: _I8, slots: _I8, own_clips: _U1,
) -> None:  # fmt: skip
    """Do the same, and fill ``tables``: u2[T, 256] from ``weights``: f8[T] and ``worth``: f4[256].

    What is not nought adds something.
    """
    _find_postings(rows, starts, size, common_rows, clips, froms, untils, slots, own_clips)
    for term in range(len(rows)):
        factor = weights[term] * np.float64(idf[rows[term]]) * scale
        for level in range(1, 256):
            tables[term, level] = np.uint16(max(1.0, min(32767.0, np.floor(factor * worth[level] + 0.5))))


@compiled("none", "u8[]", "f8[]", "i8[]", "i8[]", "u8[]", "u1[]!")
def look(keys: _U8, idf: _F8, spelled: _I8, models: _I8, heads: _U8, kinds: _U1) -> None:
    """Fill in what each term of a query is, given the places of some and the keys of its head."""
    for term in range(len(keys)):
        kinds[term] = PAIR if keys[term] >> np.uint64(63) else 0
    for term in spelled:
        kinds[term] |= np.uint8(SPELLED)
    for term in models:
        kinds[term] |= np.uint8(MODEL)
    for key in heads:
        place = np.searchsorted(keys, key)
        if place < len(keys) and keys[place] == key:
            kinds[place] |= np.uint8(HEAD)
    if len(idf):
        least = np.sort(idf)[len(idf) - max(1, len(idf) // 5)]
        for term in range(len(keys)):
            if idf[term] >= least:
                kinds[term] |= np.uint8(RARE)
