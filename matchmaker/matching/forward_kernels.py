"""Compiled code that makes the forward file."""

from typing import Any

import numpy as np

from .compiled import compiled, inlined
from .rerank_kernels import COUNT, FREQUENT, IN_KEYWORDS, IN_TITLE, KEYED, TITLED, WIDE


@compiled("none", "i8[]", "f4[][]", "u4[]", "u2[]", "u1[]", "i4[]", "i1[][]", "f4[][]!")
def project(
    numbers: Any,
    worth: Any,
    starts: Any,
    terms: Any,
    counts: Any,
    theme_rows: Any,
    vectors: Any,
    result: Any,
) -> None:
    """Add up the vectors of the terms of each document.

    ``worth`` has one row for each vector, one column for each count of its term. Vectors stay in a byte a direction: to
    read them is what takes the time.
    """
    for place in range(len(numbers)):
        own = result[place]
        for at in range(starts[numbers[place]], starts[numbers[place] + 1]):
            row = theme_rows[terms[at]]
            if row >= 0:
                weight = worth[row, counts[at] & COUNT]
                for axis in range(len(own)):
                    own[axis] += weight * np.float32(vectors[row, axis])


@compiled(
    "none",
    *("i8[]", "i4[]", "u2[]", "f4[]", "i4[]"),
    *("u4[]!", "u2[]!", "u1[]!", "u4[]!", "u4[]!", "u1[]!", "f4[]!", "f4[]!", "f4[]!"),
)
def list_terms(
    starts: Any,
    rows: Any,
    counts: Any,
    idf: Any,
    places: Any,
    ends: Any,
    terms: Any,
    told: Any,
    rare_ends: Any,
    rare_terms: Any,
    rare_told: Any,
    lengths: Any,
    titles: Any,
    keywords: Any,
) -> None:
    """Fill the lists of the forward file from a block of documents; ``places`` tells which rows are common."""
    size, rare = 0, 0
    for number in range(len(starts) - 1):
        whole, title, keyed = 0.0, 0.0, 0.0
        for at in range(starts[number], starts[number + 1]):
            row = rows[at]
            if idf[row] <= 0:
                continue
            count, square = max(counts[at] >> 2, 1), np.float64(idf[row]) * np.float64(idf[row])
            whole += square * (1.0 + np.log(count)) ** 2
            byte = np.uint8(min(count, COUNT))
            if counts[at] & 1:
                byte |= np.uint8(IN_TITLE)
                title += square
            if counts[at] & 2:
                byte |= np.uint8(IN_KEYWORDS)
                keyed += square
            if places[row] >= 0:
                terms[size], told[size] = places[row], byte
                size += 1
            else:
                rare_terms[rare], rare_told[rare] = row, byte
                rare += 1
        ends[number + 1], rare_ends[number + 1] = size, rare
        lengths[number], titles[number], keywords[number] = np.sqrt(whole), np.sqrt(title), np.sqrt(keyed)


@inlined
def _tell(records: Any, at: Any, value: Any) -> Any:
    """Write a whole number, seven bits in each byte, the lowest first; return where the next one goes."""
    while value > 127:
        records[at] = np.uint8((value & 127) | 128)
        value >>= 7
        at += 1
    records[at] = np.uint8(value)
    return at + 1


@inlined
def _tell_step(records: Any, at: Any, step: Any) -> Any:
    """Write a step from one code to the next: a byte up to ``WIDE``, two bytes where these hold it, else three."""
    if step < WIDE:
        records[at] = np.uint8(step)
        return at + 1
    if step - WIDE < (255 - WIDE) << 8:
        records[at] = np.uint8(WIDE + ((step - WIDE) >> 8))
        records[at + 1] = np.uint8((step - WIDE) & 255)
        return at + 2
    records[at] = np.uint8(255)
    records[at + 1] = np.uint8(step >> 8)
    records[at + 2] = np.uint8(step & 255)
    return at + 3


@inlined
def _tell_terms(records: Any, at: Any, held: Any, is_plain: Any, is_common: Any) -> Any:
    """Write those of some terms, ``code << 8 | byte`` ascending, that are plain or those that are not."""
    before = np.int64(-1)
    for one in held:
        if (one & 255 == 1) != is_plain:
            continue
        step = (one >> 8) - before - 1
        at = _tell_step(records, at, step) if is_common else _tell(records, at, step)
        before = one >> 8
        if not is_plain:
            records[at] = np.uint8(one & 255)
            at += 1
    return at


@inlined
def _plain(held: Any) -> Any:
    size = np.int64(0)
    for one in held:
        size += one & 255 == 1
    return size


@inlined
def _sorted(terms: Any, counts: Any, start: Any, end: Any) -> Any:
    """Return a document's terms as ``code << 8 | byte``, ascending."""
    held = np.empty(end - start, np.int64)
    for at in range(start, end):
        held[at - start] = (np.int64(terms[at]) << 8) | np.int64(counts[at])
    held.sort()
    return held


@compiled(
    "i8",
    *("i8", "u4[]", "u2[]", "u1[]", "u4[]", "u4[]", "u1[]", "u1[][]", "u1[][]", "u1[][]", "u4[]", "u2[]", "u2[]"),
    *("u1[][]", "u8[]!", "u1[]!"),
)
def pack(
    first: Any,
    starts: Any,
    terms: Any,
    counts: Any,
    rare_starts: Any,
    rare_terms: Any,
    rare_counts: Any,
    lengths: Any,
    titles: Any,
    keywords: Any,
    character_starts: Any,
    characters: Any,
    ranks: Any,
    places: Any,
    sizes: Any,
    records: Any,
) -> Any:
    """Write a record for each of ``places`` (``forward.Forward``), from document ``first`` on; return the bytes used.

    ``sizes`` takes the size of each.
    """
    at = np.int64(0)
    for row in range(len(places)):
        number, begun = first + row, at
        for byte in places[row]:
            records[at] = byte
            at += 1
        records[at : at + 4] = lengths[number]
        has_title, has_keywords = titles[number].any(), keywords[number].any()
        records[at + 4] = np.uint8(has_title * TITLED + has_keywords * KEYED)
        at += 5
        if has_title:
            records[at : at + 4] = titles[number]
            at += 4
        if has_keywords:
            records[at : at + 4] = keywords[number]
            at += 4
        begin, end = np.int64(character_starts[number]), np.int64(character_starts[number + 1])
        drawn = np.empty(end - begin, np.int64)
        for place in range(begin, end):
            drawn[place - begin] = np.int64(ranks[characters[place]])
        drawn.sort()
        records[at : at + FREQUENT // 8] = 0
        for rank in drawn:
            if rank < FREQUENT:
                records[at + (rank >> 3)] |= np.uint8(1 << (rank & 7))
        at += FREQUENT // 8
        held = _sorted(terms, counts, np.int64(starts[number]), np.int64(starts[number + 1]))
        rare = _sorted(rare_terms, rare_counts, np.int64(rare_starts[number]), np.int64(rare_starts[number + 1]))
        plain, rare_plain = _plain(held), _plain(rare)
        for size in (plain, len(held) - plain, rare_plain, len(rare) - rare_plain):
            at = _tell(records, at, size)
        at = _tell_terms(records, at, held, True, True)
        at = _tell_terms(records, at, held, False, True)
        at = _tell_terms(records, at, rare, True, False)
        at = _tell_terms(records, at, rare, False, False)
        before = np.int64(FREQUENT - 1)
        for rank in drawn:
            if rank >= FREQUENT:
                at = _tell_step(records, at, rank - before - 1)
                before = rank
        sizes[row] = at - begun
    return at
