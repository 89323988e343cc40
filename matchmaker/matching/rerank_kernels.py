"""What the second stage measures, as compiled code: one pass over what the forward file holds of each candidate.

Nothing here knows more than arrays; ``features`` says what they are. Sums are made in 64 bits and in the order of
the terms, so equal texts measure equal.
"""

import numpy as np
import numpy.typing as npt

import numba

_Bytes = npt.NDArray[np.uint8]
_Rows = npt.NDArray[np.uint32]
_Places = npt.NDArray[np.int64]
_Floats = npt.NDArray[np.float32]
_Kinds = npt.NDArray[np.uint8]

#: What a byte says of a term of the query.
PAIR, SPELLED, MODEL, HEAD, RARE = 1, 2, 4, 8, 16
#: The columns that ``measure`` fills, see ``features.NAMES``.
COLUMNS = 22
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


@numba.njit(cache=True, nogil=True)
def table_of(codes: _Places, bits: int) -> npt.NDArray[np.int32]:
    """Return a hash table of 2^bits places: the place of each code in ``codes``, else -1."""
    table = np.full(1 << bits, np.int32(-1))
    mask = (1 << bits) - 1
    for place in range(len(codes)):
        at = np.int64((np.uint64(codes[place]) * _MULTIPLIER) >> np.uint64(64 - bits))
        while table[at] >= 0:
            at = (at + 1) & mask
        table[at] = place
    return table


@numba.njit(cache=True, nogil=True)
def _find(table: npt.NDArray[np.int32], codes: _Places, code: int, bits: int) -> int:
    mask = (1 << bits) - 1
    at = np.int64((np.uint64(code) * _MULTIPLIER) >> np.uint64(64 - bits))
    while table[at] >= 0:
        if codes[table[at]] == code:
            return table[at]
        at = (at + 1) & mask
    return -1


@numba.njit(cache=True, nogil=True)
def matches(
    numbers: _Places,
    starts: _Rows,
    terms: npt.NDArray[np.uint16],
    counts: _Bytes,
    rare_starts: _Rows,
    rare_terms: _Rows,
    rare_counts: _Bytes,
    codes: _Places,
    common: int,
) -> tuple[_Places, npt.NDArray[np.int32], _Bytes]:
    """Return the query's terms that each candidate holds, and the byte that says how.

    ``codes`` are the query's terms as the forward file knows them: places among the ``common`` terms, rows + 65,536.
    The first part says where each candidate's terms start.
    """
    bits = 6
    while (1 << bits) < 2 * len(codes):
        bits += 1
    table = table_of(codes, bits)
    wanted = np.zeros((common >> 3) + 1, np.uint8)
    for code in codes:
        if code < common:
            wanted[code >> 3] |= np.uint8(1 << (code & 7))
    ends = np.zeros(len(numbers) + 1, np.int64)
    most = len(numbers) * len(codes)
    found, told = np.empty(most, np.int32), np.empty(most, np.uint8)
    size = 0
    for candidate in range(len(numbers)):
        number = numbers[candidate]
        for at in range(starts[number], starts[number + 1]):
            term = np.int64(terms[at])
            if wanted[term >> 3] & (1 << (term & 7)):
                found[size] = _find(table, codes, term, bits)
                told[size] = counts[at]
                size += 1
        for at in range(rare_starts[number], rare_starts[number + 1]):
            place = _find(table, codes, np.int64(rare_terms[at]) + 65536, bits)
            if place >= 0:
                found[size] = place
                told[size] = rare_counts[at]
                size += 1
        ends[candidate + 1] = size
    return ends, found[:size], told[:size]


@numba.njit(cache=True, nogil=True)
def measure(
    numbers: _Places,
    ends: _Places,
    found: npt.NDArray[np.int32],
    told: _Bytes,
    lengths: _Floats,
    title_lengths: _Floats,
    keyword_lengths: _Floats,
    weights: npt.NDArray[np.float64],
    idf: npt.NDArray[np.float64],
    kinds: _Kinds,
) -> npt.NDArray[np.float64]:
    """Return one row for each candidate: what the terms that it holds add up to."""
    terms = len(weights)
    result = np.zeros((len(numbers), COLUMNS))
    sublinear = 1.0 + np.log(np.maximum(np.arange(64), 1).astype(np.float64))
    whole_of, head_of, all_of = 0.0, 0.0, 0.0
    for term in range(terms):
        square = weights[term] * weights[term]
        all_of += square
        if kinds[term] & HEAD:
            head_of += square
    own = np.sqrt(all_of) if all_of > 0 else 1.0
    own_head = np.sqrt(head_of) if head_of > 0 else 1.0
    for candidate in range(len(numbers)):
        row = result[candidate]
        number = numbers[candidate]
        length = max(np.float64(lengths[number]), 1e-9)
        for at in range(ends[candidate], ends[candidate + 1]):
            term, byte = found[at], told[at]
            weight, rarity, kind = weights[term], idf[term], kinds[term]
            added = weight * rarity * sublinear[byte & 63] / length
            square, squared = weight * weight, rarity * rarity
            row[0] += added
            if kind & PAIR:
                row[2] += added
            elif kind & SPELLED:
                row[3] += added
                if kind & MODEL:
                    row[4] += added
            else:
                row[1] += added
            row[5] += square
            if kind & RARE:
                row[6] += squared
            if kind & HEAD:
                row[9] += added
                row[10] += square
            if byte & 64:
                row[11] += weight * rarity
                row[12] += squared
                if kind & HEAD:
                    row[13] += weight * rarity
                    row[14] += squared
            if byte & 128:
                row[15] += weight * rarity
                row[16] += squared
                if kind & HEAD:
                    row[17] += weight * rarity
            row[19] += added * rarity
        row[8] = row[0] * length
        title, keywords = max(np.float64(title_lengths[number]), 1e-4), max(np.float64(keyword_lengths[number]), 1e-4)
        row[11] /= title * own
        row[12] /= title * title
        row[13] /= title * own_head
        row[14] /= title * title
        row[15] /= keywords * own
        row[16] /= keywords * keywords
        row[17] /= keywords * own_head
        row[18] = 1.0 / max(length, 1.0)
    return result


@numba.njit(cache=True, nogil=True)
def agreed(
    whole: npt.NDArray[np.float64],
    ends: _Places,
    found: npt.NDArray[np.int32],
    told: _Bytes,
    lengths: npt.NDArray[np.float64],
    weights: npt.NDArray[np.float64],
    idf: npt.NDArray[np.float64],
    best: _Places,
) -> npt.NDArray[np.float64]:
    """Return the scores once each term counts as far as the ``best`` candidates hold it too."""
    sublinear = 1.0 + np.log(np.maximum(np.arange(64), 1).astype(np.float64))
    share, total = np.zeros(len(weights)), 0.0
    for candidate in best:
        total += whole[candidate]
        for at in range(ends[candidate], ends[candidate + 1]):
            share[found[at]] += whole[candidate]
    scores = np.zeros(len(whole))
    for candidate in range(len(whole)):
        for at in range(ends[candidate], ends[candidate + 1]):
            term = found[at]
            scores[candidate] += weights[term] * idf[term] * sublinear[told[at] & 63] * share[term]
        scores[candidate] /= max(lengths[candidate], 1e-9) * max(total, 1e-9)
    return scores


@numba.njit(cache=True, nogil=True)
def shared_characters(
    numbers: _Places, starts: _Rows, steps: _Bytes, asked: npt.NDArray[np.uint16], idf: _Floats
) -> npt.NDArray[np.float64]:
    """Return the cosine of the sets of ideographs, weighed by their idf, but for what is the same for all."""
    wanted = np.zeros(8192, np.uint8)
    for code in asked:
        wanted[code >> 3] |= np.uint8(1 << (code & 7))
    result = np.zeros(len(numbers))
    for candidate in range(len(numbers)):
        number = numbers[candidate]
        code, size, both = np.int64(-1), 0, 0.0
        for at in range(starts[number], starts[number + 1]):
            step = np.int64(steps[at])
            if step == 255:
                code += 254
                continue
            code += step
            size += 1
            if wanted[code >> 3] & (1 << (code & 7)):
                both += np.float64(idf[code]) * np.float64(idf[code])
        result[candidate] = both / np.sqrt(max(size, 1))
    return result


@numba.njit(cache=True, nogil=True)
def near(numbers: _Places, places: npt.NDArray[np.int8], asked: _Floats) -> npt.NDArray[np.float64]:
    """Return how near each candidate is by theme, times what places are scaled with."""
    result = np.zeros(len(numbers))
    for candidate in range(len(numbers)):
        place = places[numbers[candidate]]
        total = np.float32(0)
        for axis in range(len(asked)):
            total += np.float32(place[axis]) * asked[axis]
        result[candidate] = max(total, np.float32(0))
    return result


@numba.njit(cache=True, nogil=True)
def neighbours(places: npt.NDArray[np.int8], scores: npt.NDArray[np.float64], most: int) -> npt.NDArray[np.float64]:
    """Return the scores of each candidate's ``most`` nearest candidates by theme, times how near they are.

    Those that are as near as the last one count too.
    """
    size, axes = places.shape
    likeness = np.zeros((size, size), np.int32)
    for one in range(size):
        for other in range(one):
            total = np.int32(0)
            for axis in range(axes):
                total += np.int32(places[one, axis]) * np.int32(places[other, axis])
            likeness[one, other] = likeness[other, one] = max(total, np.int32(0))
    result = np.zeros(size)
    most = min(most, size - 1)
    nearest = np.zeros(most + 1, np.int32)
    for one in range(size):
        nearest[:] = 0
        for other in range(size):
            value = likeness[one, other]
            if value > nearest[most - 1]:
                at = most - 1
                while at > 0 and nearest[at - 1] < value:
                    nearest[at] = nearest[at - 1]
                    at -= 1
                nearest[at] = value
        least = nearest[most - 1]
        for other in range(size):
            if likeness[one, other] >= least:
                result[one] += likeness[one, other] * scores[other]
    return result / max(most, 1)
