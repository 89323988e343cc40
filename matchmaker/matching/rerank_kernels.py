"""Compiled code of the second stage: one pass over what the forward file holds of each candidate.

Nothing here knows more than arrays; ``forward`` and ``features`` say what they are. Sums are made in 64 bits and in
the order of the terms, so equal texts measure equal.
"""

from typing import Any

import numpy as np

from .compiled import compiled, inlined
from .instructions import prefetch

#: What a byte says of a term of the query, see ``features.asked``.
PAIR, SPELLED, MODEL, HEAD, RARE = 1, 2, 4, 8, 16
#: What a byte says of a term of a document, see ``forward``.
COUNT, IN_TITLE, IN_KEYWORDS = 63, 64, 128
#: Steps from one ideograph to the next begin before the first; this one goes on by one less and stops nowhere.
FIRST_CODE, CODES, LONG_STEP = 0x4E00, 65_536, 255
#: So many of the best candidates say which terms count.
AGREEING = 20
_COMMON = 65_536
#: The largest number of a place told in whole numbers: squares of 256 of them fit into 32 bits.
_FINE = 2_800
#: At most so many lines of memory are fetched of a stretch.
_LINES = 16
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)

# The columns that are filled here, in the order of ``features.NAMES``.
WHOLE, WORDS, PAIRS, SPELLINGS, MODELS, COVERAGE, RAREST, CHARACTERS, UNSCALED, HEADS, HEAD_COVERAGE = range(11)
TITLE, TITLE_COVERAGE, HEAD_TITLE, HEAD_TITLE_COVERAGE, KEYWORDS, KEYWORD_COVERAGE, HEAD_KEYWORDS = range(11, 18)
BRIEF, SHARP, AGREED, PEAK = range(18, 22)
MEASURED = 22
THEME, BROAD_THEME, NEIGHBOURS, COMPANY = range(4)


@inlined
def _place(code: Any, bits: Any) -> Any:
    """Return where a code is looked for first in a table of 2^bits places."""
    return np.int64((np.uint64(code) * _GOLDEN) >> np.uint64(64 - bits))


@inlined
def _tabulate(codes: Any, bits: Any) -> Any:
    """Return a hash table: the place of each code in ``codes``, else -1."""
    table = np.full(1 << bits, np.int32(-1), np.int32)
    for place in range(len(codes)):
        at = _place(codes[place], bits)
        while table[at] >= 0:
            at = (at + 1) & ((1 << bits) - 1)
        table[at] = place
    return table


@inlined
def _find(table: Any, codes: Any, code: Any, bits: Any) -> Any:
    """Return the place of a code in ``codes``, or -1."""
    at = _place(code, bits)
    while table[at] >= 0:
        if codes[table[at]] == code:
            return np.int64(table[at])
        at = (at + 1) & ((1 << bits) - 1)
    return np.int64(-1)


@inlined
def _codes(rows: Any, common: Any) -> Any:
    """Return how the forward file knows terms: by their place among the common ones, else by row from 65,536 on."""
    codes = np.empty(len(rows), np.int64)
    for term in range(len(rows)):
        place = np.searchsorted(common, np.uint32(rows[term]))
        is_common = place < len(common) and common[place] == rows[term]
        codes[term] = place if is_common else rows[term] + _COMMON
    return codes


@inlined
def _end(told: Any, size: Any) -> Any:
    """Return where a stretch ends: damaged files may say anything, but no place beyond an array is believed."""
    return min(np.int64(told), size)


@inlined
def _fetch(array: Any, start: Any, end: Any, step: Any) -> None:
    """Have a stretch of an array fetched, ``step`` elements being a line of memory."""
    for at in range(start, min(end, start + _LINES * step), step):
        prefetch(array, at)
    prefetch(array, end - 1)


@inlined
def _announce(
    numbers: Any, starts: Any, parts: Any, rare_starts: Any, rare_parts: Any, character_starts: Any, others: Any
) -> None:
    """Have fetched what is kept of all candidates at once: one after the other, each would wait for memory."""
    for number in numbers:
        prefetch(starts, number)
        prefetch(rare_starts, number)
        prefetch(character_starts, number)
        for other in others:
            prefetch(other, number)
    for number in numbers:
        start, end = np.int64(starts[number]), np.int64(starts[number + 1])
        _fetch(parts[0], start, end, 32)
        _fetch(parts[1], start, end, 64)
        start, end = np.int64(rare_starts[number]), np.int64(rare_starts[number + 1])
        _fetch(rare_parts[0], start, end, 16)
        _fetch(rare_parts[1], start, end, 64)


@inlined
def _matches(
    numbers: Any, codes: Any, starts: Any, terms: Any, counts: Any, rare_starts: Any, rare_terms: Any, rare_counts: Any
) -> Any:
    """Return the query's terms that each candidate holds, the byte that says how, and where each candidate's end."""
    bits = 6
    while (1 << bits) < 2 * len(codes):
        bits += 1
    table = _tabulate(codes, bits)
    wanted = np.zeros(_COMMON >> 3, np.uint8)
    for code in codes:
        if code < _COMMON:
            wanted[code >> 3] |= np.uint8(1 << (code & 7))
    ends = np.zeros(len(numbers) + 1, np.int64)
    found = np.empty(len(numbers) * len(codes), np.int32)
    told = np.empty(len(numbers) * len(codes), np.uint8)
    size = 0
    for candidate in range(len(numbers)):
        number = numbers[candidate]
        for at in range(starts[number], _end(starts[number + 1], len(terms))):
            term = terms[at]
            if wanted[term >> 3] & (1 << (term & 7)) and size < len(found):
                found[size] = _find(table, codes, np.int64(term), bits)
                told[size] = counts[at]
                size += 1
        for at in range(rare_starts[number], _end(rare_starts[number + 1], len(rare_terms))):
            place = _find(table, codes, np.int64(rare_terms[at]) + _COMMON, bits)
            if place >= 0 and size < len(found):
                found[size] = place
                told[size] = rare_counts[at]
                size += 1
        ends[candidate + 1] = size
    return ends, found, told


@inlined
def _add(row: Any, added: Any, byte: Any, weight: Any, rarity: Any, kind: Any) -> None:
    """Count one term that both hold: ``added`` is what it adds to the cosine."""
    square, squared, short = weight * weight, rarity * rarity, weight * rarity
    row[WHOLE] += added
    if kind & PAIR:
        row[PAIRS] += added
    elif kind & SPELLED:
        row[SPELLINGS] += added
        if kind & MODEL:
            row[MODELS] += added
    else:
        row[WORDS] += added
    row[COVERAGE] += square
    row[SHARP] += added * rarity
    row[PEAK] = max(row[PEAK], added)
    if kind & RARE:
        row[RAREST] += squared
    if kind & HEAD:
        row[HEADS] += added
        row[HEAD_COVERAGE] += square
    if byte & IN_TITLE:
        row[TITLE] += short
        row[TITLE_COVERAGE] += squared
        if kind & HEAD:
            row[HEAD_TITLE] += short
            row[HEAD_TITLE_COVERAGE] += squared
    if byte & IN_KEYWORDS:
        row[KEYWORDS] += short
        row[KEYWORD_COVERAGE] += squared
        if kind & HEAD:
            row[HEAD_KEYWORDS] += short


@inlined
def _scale(row: Any, length: Any, title: Any, keywords: Any, own: Any, own_head: Any) -> None:
    """Divide by the lengths of vectors."""
    row[UNSCALED] = row[WHOLE] * length
    row[BRIEF] = 1.0 / max(length, 1.0)
    row[TITLE] /= title * own
    row[TITLE_COVERAGE] /= title * title
    row[HEAD_TITLE] /= title * own_head
    row[HEAD_TITLE_COVERAGE] /= title * title
    row[KEYWORDS] /= keywords * own
    row[KEYWORD_COVERAGE] /= keywords * keywords
    row[HEAD_KEYWORDS] /= keywords * own_head


@inlined
def _agree(table: Any, ends: Any, found: Any, contributions: Any, terms: Any) -> None:
    """Fill in the score once each term counts as far as the best candidates hold it too."""
    best = np.argsort(-table[:, WHOLE], kind="mergesort")[:AGREEING]
    share, total = np.zeros(terms), 1e-9
    for candidate in best:
        total += table[candidate, WHOLE]
        for at in range(ends[candidate], ends[candidate + 1]):
            share[found[at]] += table[candidate, WHOLE]
    for candidate in range(len(table)):
        for at in range(ends[candidate], ends[candidate + 1]):
            table[candidate, AGREED] += contributions[at] * share[found[at]] / total


@inlined
def _compare_characters(table: Any, numbers: Any, asked: Any, starts: Any, steps: Any, idf: Any) -> None:
    """Fill in the cosine of the sets of ideographs, weighed by their idf, but for what is the same for all."""
    wanted = np.zeros(8192, np.uint8)
    for code in asked:
        wanted[code >> 3] |= np.uint8(1 << (code & 7))
    for candidate in range(len(numbers)):
        number = numbers[candidate]
        code, size, both = np.int64(-1), 0, 0.0
        for at in range(starts[number], _end(starts[number + 1], len(steps))):
            step = np.int64(steps[at])
            if step == LONG_STEP:
                code += LONG_STEP - 1
                continue
            code += step
            size += 1
            own = (code + FIRST_CODE) & (CODES - 1)
            if wanted[own >> 3] & (1 << (own & 7)):
                both += np.float64(idf[own]) * np.float64(idf[own])
        table[candidate, CHARACTERS] = both / np.sqrt(max(size, 1))


@compiled(
    "none",
    *("i8[]", "i8[]", "f8[]", "f8[]", "u1[]", "u2[]"),
    *("u4[]", "u4[]", "u2[]", "u1[]", "u4[]", "u4[]", "u1[]"),
    *("f4[]", "f4[]", "f4[]", "f4[]", "u4[]", "u1[]"),
    "f8[][]!",
)
def measure(
    numbers: Any,
    rows: Any,
    weights: Any,
    idf: Any,
    kinds: Any,
    characters: Any,
    common: Any,
    starts: Any,
    terms: Any,
    counts: Any,
    rare_starts: Any,
    rare_terms: Any,
    rare_counts: Any,
    lengths: Any,
    title_lengths: Any,
    keyword_lengths: Any,
    character_idf: Any,
    character_starts: Any,
    steps: Any,
    table: Any,
) -> None:
    """Fill the first ``MEASURED`` columns for each candidate.

    The query is ``rows`` with their ``weights``, ``idf`` and ``kinds``, and its ``characters``; everything after
    it is the forward file, ``common`` to ``steps``.
    """
    measured = lengths, title_lengths, keyword_lengths
    _announce(numbers, starts, (terms, counts), rare_starts, (rare_terms, rare_counts), character_starts, measured)
    codes = _codes(rows, common)
    for number in numbers:
        _fetch(steps, np.int64(character_starts[number]), np.int64(character_starts[number + 1]), 64)
    ends, found, told = _matches(numbers, codes, starts, terms, counts, rare_starts, rare_terms, rare_counts)
    contributions = np.empty(ends[-1])
    sublinear = np.empty(COUNT + 1)
    for count in range(COUNT + 1):
        sublinear[count] = 1.0 + np.log(max(count, 1))
    own, own_head = 1e-18, 1e-18
    for term in range(len(weights)):
        own += weights[term] * weights[term]
        own_head += weights[term] * weights[term] * (kinds[term] & HEAD > 0)
    own, own_head = np.sqrt(own), np.sqrt(own_head)
    for candidate in range(len(numbers)):
        number = numbers[candidate]
        length = max(np.float64(lengths[number]), 1e-9)
        for at in range(ends[candidate], ends[candidate + 1]):
            term = found[at]
            contributions[at] = weights[term] * idf[term] * sublinear[told[at] & COUNT] / length
            _add(table[candidate], contributions[at], told[at], weights[term], idf[term], kinds[term])
        title, keywords = max(np.float64(title_lengths[number]), 1e-4), max(np.float64(keyword_lengths[number]), 1e-4)
        _scale(table[candidate], length, title, keywords, own, own_head)
    _agree(table, ends, found, contributions, len(weights))
    _compare_characters(table, numbers, characters, character_starts, steps, character_idf)


@inlined
def _unfolded(places: Any) -> Any:
    """Return places as numbers, from half a byte each."""
    result = np.empty((len(places), 2 * places.shape[1]), np.int16)
    for row in range(len(places)):
        for byte in range(places.shape[1]):
            result[row, 2 * byte] = np.int16(places[row, byte] & 15) - 8
            result[row, 2 * byte + 1] = np.int16(places[row, byte] >> 4) - 8
    return result


@inlined
def _product(one: Any, other: Any, axes: Any) -> Any:
    total = np.int32(0)
    for axis in range(axes):
        total += np.int32(one[axis]) * np.int32(other[axis])
    return np.float64(total)


@inlined
def _whole(vector: Any) -> Any:
    """Return a vector in whole numbers, which are multiplied faster and always alike."""
    most = 1e-18
    for value in vector:
        most = max(most, abs(value))
    result = np.empty(len(vector), np.int16)
    for axis in range(len(vector)):
        result[axis] = np.int16(np.rint(vector[axis] / most * _FINE))
    return result


@inlined
def _near(product: Any, one: Any, other: Any) -> Any:
    """Return a cosine from a product and two squares, nought where it is less."""
    return max(product, 0.0) / np.sqrt(max(one * other, 1.0))


@inlined
def _least_of_nearest(likeness: Any, nearest: Any) -> Any:
    """Return how near the last of the nearest is; ``nearest`` is room for them."""
    nearest[:] = 0.0
    most = len(nearest)
    for value in likeness:
        if value > nearest[most - 1]:
            at = most - 1
            while at > 0 and nearest[at - 1] < value:
                nearest[at] = nearest[at - 1]
                at -= 1
            nearest[at] = value
    return nearest[most - 1]


@compiled("none", "u1[][]", "f8[]", "f8[]", "i8", "i8", "i8", "f8[][]!")
def compare_themes(places: Any, asked: Any, scores: Any, broad: Any, most: Any, best: Any, table: Any) -> None:
    """Fill the columns that speak of themes.

    These are: nearness in all directions and in the first ``broad`` ones; the scores of the ``most`` nearest
    candidates, times how near they are in the first directions, those as near as the last included; nearness to
    where the ``best`` candidates stand on average.
    """
    wide, own = _unfolded(places), _whole(asked)
    size, axes = wide.shape
    lengths, squares = np.empty(size), np.empty(size)
    square, broad_square = _product(own, own, axes), _product(own, own, broad)
    for one in range(size):
        squares[one], broadly = _product(wide[one], wide[one], axes), _product(wide[one], wide[one], broad)
        table[one, THEME] = _near(_product(wide[one], own, axes), squares[one], square)
        table[one, BROAD_THEME] = _near(_product(wide[one], own, broad), broadly, broad_square)
        lengths[one] = max(np.sqrt(broadly), 1e-9)
    likeness = np.zeros((size, size))
    for one in range(size):
        for other in range(one):
            product = _product(wide[one], wide[other], broad) / (lengths[one] * lengths[other])
            likeness[one, other] = likeness[other, one] = max(product, 0.0)
    nearest = np.empty(max(1, min(most, size - 1)))
    for one in range(size):
        least = _least_of_nearest(likeness[one], nearest)
        for other in range(size):
            if likeness[one, other] >= least:
                table[one, NEIGHBOURS] += likeness[one, other] * scores[other] / len(nearest)
    middle = np.zeros(axes)
    for one in np.argsort(-scores, kind="mergesort")[:best]:
        share = scores[one] / np.sqrt(max(squares[one], 1.0))
        for axis in range(axes):
            middle[axis] += share * wide[one, axis]
    own = _whole(middle)
    square = _product(own, own, axes)
    for one in range(size):
        table[one, COMPANY] = _near(_product(wide[one], own, axes), squares[one], square)


@compiled("none", "i8[]", "f8[]", "u4[]", "i4[]", "i1[][]", "f4[]", "f8[]!")
def locate(rows: Any, weights: Any, common: Any, theme_rows: Any, vectors: Any, scales: Any, result: Any) -> None:
    """Add up the vectors of a text's terms."""
    codes = _codes(rows, common)
    for code in codes:
        row = theme_rows[code] if code < _COMMON else np.int32(-1)
        for axis in range(0, len(result), 64):
            prefetch(vectors, np.int64(max(row, 0)) * vectors.shape[1] + axis)
    for term in range(len(rows)):
        row = theme_rows[codes[term]] if codes[term] < _COMMON else np.int32(-1)
        if 0 <= row < len(vectors):
            weight = weights[term] * np.float64(scales[row])
            for axis in range(len(result)):
                result[axis] += weight * np.float64(vectors[row, axis])
