"""Compiled code of the second stage: one pass over what the forward file holds of each candidate.

Nothing here knows more than arrays; ``forward`` and ``features`` say what they are. Sums are made in 64 bits and in
the order of the terms, so equal texts measure equal.
"""

from typing import Any

import numpy as np

from .compiled import compiled, inlined
from .instructions import as_float, count_bits, lowest_bit, prefetch
from .lookup_kernels import HEAD, MODEL, PAIR, RARE, SPELLED, spread_place

#: What a byte says of a term of a document, see ``forward``.
COUNT, IN_TITLE, IN_KEYWORDS = 63, 64, 128
#: What a record says of lengths that follow; so many ideographs have a bit each; a step of one byte is less than this.
TITLED, KEYED, FREQUENT, WIDE = 1, 2, 128, 224
#: Where the length stands in a record, after the place among themes; records go on so far beyond the last one.
PLACE, BEYOND = 128, 64
#: So many of the best candidates say which terms count.
AGREEING = 20
_COMMON, _LINE = 65_536, 10
#: At most so many lines of memory are fetched of a record.
_LINES = 16
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)

# The columns that are filled here, in the order of ``features.NAMES``.
WHOLE, WORDS, PAIRS, SPELLINGS, MODELS, COVERAGE, RAREST, CHARACTERS, UNSCALED, HEADS, HEAD_COVERAGE = range(11)
TITLE, TITLE_COVERAGE, HEAD_TITLE, HEAD_TITLE_COVERAGE, KEYWORDS, KEYWORD_COVERAGE, HEAD_KEYWORDS = range(11, 18)
BRIEF, SHARP, AGREED, PEAK = range(18, 22)
MEASURED = 22


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
def _codes(rows: Any, common: Any, codes: Any) -> Any:
    """Return how the forward file knows terms: by the codes of the common ones, else by row from 65,536 on."""
    found = np.empty(len(rows), np.int64)
    for term in range(len(rows)):
        place = spread_place(common, rows[term])
        is_common = place < len(common) and common[place] == rows[term]
        found[term] = codes[place] if is_common else rows[term] + _COMMON
    return found


@inlined
def _bounds(starts: Any, number: Any, records: Any) -> Any:
    """Return where a record begins and ends: damaged files may say anything, but no place beyond is believed."""
    size = np.uint64(len(records) - BEYOND)
    end = np.int64(min(starts[number + 1], size))
    return min(np.int64(min(starts[number], size)), end), end


@inlined
def _announce(numbers: Any, starts: Any, records: Any) -> None:
    """Have the records of all candidates fetched at once: one after the other, each would wait for memory."""
    for number in numbers:
        prefetch(starts, number)
        prefetch(starts, number + 1)
    for number in numbers:
        start, end = _bounds(starts, number, records)
        for at in range(start, min(end, start + _LINES * 64), 64):
            prefetch(records, at)
        prefetch(records, end)


@inlined
def _step(records: Any, at: Any) -> Any:
    """Return a step from one code to the next (``forward_kernels``), and where the next one stands."""
    byte, second = np.int64(records[at]), np.int64(records[at + 1])
    if byte == 255:
        return (second << 8) + np.int64(records[at + 2]), at + 3
    # Nobody can foretell which steps are wide, so there is nothing to be decided.
    is_wide = np.int64(byte >= WIDE)
    return byte + is_wide * (((byte - WIDE) << 8) + WIDE - byte + second), at + 1 + is_wide


@inlined
def _number(records: Any, at: Any) -> Any:
    """Return a whole number of seven bits in each byte, and where the next one stands."""
    byte = np.int64(records[at])
    if byte < 128:
        return byte, at + 1
    value, shift = byte & 127, 7
    while byte > 127 and shift < 35:
        at += 1
        byte = np.int64(records[at])
        value |= (byte & 127) << shift
        shift += 7
    return value, at + 1


@inlined
def _word(records: Any, at: Any) -> Any:
    """Return eight bytes."""
    word = np.uint64(0)
    for place in range(8):
        word |= np.uint64(records[at + place]) << np.uint64(8 * place)
    return word


@inlined
def _length(records: Any, at: Any, least: Any) -> Any:
    """Return a length told in four bytes, at least ``least``."""
    bits = np.uint32(0)
    for place in range(4):
        bits |= np.uint32(np.uint32(records[at + place]) << np.uint32(8 * place))
    return max(np.float64(as_float(bits)), least)


@inlined
def _match(records: Any, at: Any, end: Any, query: Any, found: Any, told: Any) -> Any:
    """List the query's terms that a record holds, and the byte that says how.

    Return how many are listed, and where the ideographs that have no bit begin.
    """
    codes, table, bits, wanted = query
    common_plain, at = _number(records, at)
    common_others, at = _number(records, at)
    rare_plain, at = _number(records, at)
    rare_others, at = _number(records, at)
    size, most, code = 0, len(found) - 1, np.int64(-1)
    for _ in range(common_plain):
        if at >= end:
            break
        step, at = _step(records, at)
        code += step + 1
        found[size] = code
        told[size] = 1
        size = min(size + ((np.int64(wanted[(code >> 3) & 8191]) >> (code & 7)) & 1), most)
    code = np.int64(-1)
    for _ in range(common_others):
        if at >= end:
            break
        step, at = _step(records, at)
        code += step + 1
        found[size] = code
        told[size] = records[at]
        at += 1
        size = min(size + ((np.int64(wanted[(code >> 3) & 8191]) >> (code & 7)) & 1), most)
    for place in range(size):
        found[place] = max(np.int64(0), _find(table, codes, found[place], bits))
    code = np.int64(_COMMON - 1)
    for place in range(rare_plain + rare_others):
        if place == rare_plain:
            code = np.int64(_COMMON - 1)
        if at >= end:
            break
        step, at = _number(records, at)
        code += step + 1
        term = _find(table, codes, code, bits)
        if term >= 0 and size < most:
            found[size] = term
            told[size] = 1 if place < rare_plain else records[at]
            size += 1
        at += place >= rare_plain
    return size, at


@inlined
def _likeness(records: Any, frequent: Any, at: Any, end: Any, wanted: Any, idf: Any) -> Any:
    """Return the cosine of sets of ideographs, weighed by their idf, but for what is the same for all documents.

    ``frequent`` is where the bits of the frequent ones stand, ``at`` where the others begin.
    """
    size: Any = 0
    both = 0.0
    for half in range(2):
        word = _word(records, frequent + 8 * half)
        size += np.int64(count_bits(word))
        word &= _word(wanted, 8 * half)
        while word != np.uint64(0):
            rank = 64 * half + lowest_bit(word)
            word &= word - np.uint64(1)
            both += np.float64(idf[rank]) * np.float64(idf[rank])
    rank = np.int64(FREQUENT - 1)
    while at < end:
        # Hardly any is wide: the processor foretells that none is.
        step = np.int64(records[at])
        if step < WIDE:
            at += 1
        else:
            step, at = _step(records, at)
        rank = (rank + step + 1) & 0xFFFF
        size += 1
        if wanted[rank >> 3] & (1 << (rank & 7)):
            both += np.float64(idf[rank]) * np.float64(idf[rank])
    return both / np.sqrt(max(size, 1))


@inlined
def _looked(weights: Any, idf: Any, kinds: Any) -> Any:
    """Return what adding up needs of each term.

    Weight and idf, multiplied by each other and by themselves; as 1 or 0 what it is, so that nothing is to be decided.
    """
    told = np.zeros((len(weights), 10))
    for term in range(len(weights)):
        kind = kinds[term]
        told[term, 0], told[term, 1] = weights[term] * idf[term], weights[term] * weights[term]
        told[term, 2], told[term, 3] = idf[term] * idf[term], idf[term]
        is_pair, is_spelled = kind & PAIR != 0, kind & PAIR == 0 and kind & SPELLED != 0
        told[term, 4], told[term, 5], told[term, 6] = not (is_pair or is_spelled), is_pair, is_spelled
        told[term, 7], told[term, 8] = is_spelled and kind & MODEL != 0, kind & HEAD != 0
        told[term, 9] = kind & RARE != 0
    return told


@inlined
def _add_up(row: Any, found: Any, told: Any, looked: Any, sublinear: Any, length: Any, contributions: Any) -> None:
    """Add up the terms that both hold; ``contributions`` takes what each adds to the cosine."""
    whole = words = pairs = spellings = models = coverage = sharp = peak = rarest = heads = head_coverage = 0.0
    for place in range(len(found)):
        own, byte = looked[found[place]], told[place]
        short, square, squared, is_head = own[0], own[1], own[2], own[8]
        added = short * sublinear[byte & COUNT] / length
        contributions[place] = added
        whole += added
        words += added * own[4]
        pairs += added * own[5]
        spellings += added * own[6]
        models += added * own[7]
        coverage += square
        sharp += added * own[3]
        peak = max(peak, added)
        rarest += squared * own[9]
        heads += added * is_head
        head_coverage += square * is_head
        if byte & IN_TITLE:
            row[TITLE] += short
            row[TITLE_COVERAGE] += squared
            row[HEAD_TITLE] += short * is_head
            row[HEAD_TITLE_COVERAGE] += squared * is_head
        if byte & IN_KEYWORDS:
            row[KEYWORDS] += short
            row[KEYWORD_COVERAGE] += squared
            row[HEAD_KEYWORDS] += short * is_head
    row[WHOLE], row[WORDS], row[PAIRS], row[SPELLINGS], row[MODELS] = whole, words, pairs, spellings, models
    row[COVERAGE], row[SHARP], row[PEAK], row[RAREST] = coverage, sharp, peak, rarest
    row[HEADS], row[HEAD_COVERAGE] = heads, head_coverage


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
def _drawn(characters: Any, ranks: Any) -> Any:
    """Return a bit for each rank of an ideograph; a line's end is none."""
    wanted = np.zeros(8192, np.uint8)
    for code in characters:
        if code < len(ranks) and code != _LINE:
            wanted[ranks[code] >> 3] |= np.uint8(1 << (ranks[code] & 7))
    return wanted


@compiled(
    "none",
    *("i8[]", "i8[]", "f8[]", "f8[]", "u1[]", "u4[]"),
    *("u4[]", "u2[]", "u8[]", "u1[]", "u2[]", "f4[]"),
    *("f8[][]!", "u1[][]!"),
)
def measure(
    numbers: Any,
    rows: Any,
    weights: Any,
    idf: Any,
    kinds: Any,
    characters: Any,
    common: Any,
    codes: Any,
    starts: Any,
    records: Any,
    ranks: Any,
    character_idf: Any,
    table: Any,
    places: Any,
) -> None:
    """Fill the first ``MEASURED`` columns for each candidate, and where it stands among the themes.

    The query is ``rows`` with their ``weights``, ``idf`` and ``kinds``, and its ``characters``; everything after
    it is the forward file.
    """
    _announce(numbers, starts, records)
    asked = _codes(rows, common, codes)
    bits = 6
    while (1 << bits) < 8 * len(asked):
        bits += 1
    wanted = np.zeros(_COMMON >> 3, np.uint8)
    for code in asked:
        if code < _COMMON:
            wanted[code >> 3] |= np.uint8(1 << (code & 7))
    query = asked, _tabulate(asked, bits), bits, wanted
    drawn = _drawn(characters, ranks)
    room = len(numbers) * len(asked) + 1
    found, told, contributions = np.empty(room, np.int64), np.empty(room, np.uint8), np.empty(room)
    ends, looked = np.zeros(len(numbers) + 1, np.int64), _looked(weights, idf, kinds)
    sublinear = np.empty(COUNT + 1)
    for count in range(COUNT + 1):
        sublinear[count] = 1.0 + np.log(max(count, 1))
    own, own_head = 1e-18, 1e-18
    for term in range(len(weights)):
        own += weights[term] * weights[term]
        own_head += weights[term] * weights[term] * (kinds[term] & HEAD > 0)
    own, own_head = np.sqrt(own), np.sqrt(own_head)
    for candidate in range(len(numbers)):
        at, end = _bounds(starts, numbers[candidate], records)
        ends[candidate + 1] = ends[candidate]
        if end - at < PLACE:
            continue
        places[candidate] = records[at : at + PLACE]
        length, flags = _length(records, at + PLACE, 1e-9), records[at + PLACE + 4]
        title, keywords = 1e-4, 1e-4
        at += PLACE + 5
        if flags & TITLED:
            title = _length(records, at, 1e-4)
            at += 4
        if flags & KEYED:
            keywords = _length(records, at, 1e-4)
            at += 4
        before = ends[candidate]
        held, how = found[before:], told[before:]
        size, others = _match(records, at + FREQUENT // 8, end, query, held, how)
        row = table[candidate]
        _add_up(row, held[:size], how[:size], looked, sublinear, length, contributions[before:])
        ends[candidate + 1] = before + size
        _scale(row, length, title, keywords, own, own_head)
        row[CHARACTERS] = _likeness(records, at, others, end, drawn, character_idf)
    _agree(table, ends, found, contributions, len(weights))


@compiled("none", "i8[]", "f8[]", "u4[]", "u2[]", "i4[]", "i1[][]", "f4[]", "f8[]!")
def locate(
    rows: Any, weights: Any, common: Any, own: Any, theme_rows: Any, vectors: Any, scales: Any, result: Any
) -> None:
    """Add up the vectors of a text's terms."""
    codes = _codes(rows, common, own)
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
