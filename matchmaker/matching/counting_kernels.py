"""Counting the terms of a batch of documents, compiled.

A vocabulary is a hash table with open addressing: ``slots``: u8[2**n] of keys, 0 where free, and ``numbers``:
i4[2**n], the number of each key in the order in which keys were first met. ``notes``: u4[…, 4] has a row for each
number: which document met it last, at what place that has it, and how many documents hold it. All are far larger than
any cache, so what a document needs of them is fetched at once.
"""

import numpy as np
import numpy.typing as npt

from .compiled import compiled, inlined
from .instructions import prefetch

_I8 = npt.NDArray[np.int64]
_I4 = npt.NDArray[np.int32]
_U8 = npt.NDArray[np.uint64]
_U4 = npt.NDArray[np.uint32]
_U2 = npt.NDArray[np.uint16]
_U1 = npt.NDArray[np.uint8]

_LINE = np.uint32(10)
_FREE = np.uint64(0)
_FIRST_PAIR = np.uint64(1 << 63)
_PRIME = np.uint64(0x100000001B3)
_LENGTH = np.uint64(0x9E3779B97F4A7C15)
_ONE = np.uint64(1)
_WRAP = 63
_STAMP, _PLACE, _HELD = range(3)
#: A count is kept above two bits that tell whether title and keywords hold the term; more than this is not told.
_MOST = 16_383


@inlined
def _scatter(number: np.uint64) -> np.uint64:
    """Spread a number over all bits, as ``terms`` does."""
    number = (number ^ (number >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    number = (number ^ (number >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return number ^ (number >> np.uint64(31))


@inlined
def _word(letters: _U4, start: int, length: int) -> np.uint64:
    """Return the key of a word, as ``terms.word_keys`` does."""
    total = np.uint64(length) * _LENGTH
    power = _ONE
    for place in range(length):
        if place & _WRAP == 0:
            power = _ONE
        total += np.uint64(letters[start + place]) * power
        power *= _PRIME
    return _scatter(total) & ~_FIRST_PAIR


@inlined
def _slot(slots: _U8, key: np.uint64) -> np.uint64:
    """Return where a key is, or where it goes; any bits will do, for keys are scattered."""
    mask = np.uint64(len(slots) - 1)
    at = key & mask
    while slots[at] not in (_FREE, key):
        at = (at + _ONE) & mask
    return at


@inlined
def _number(keys: _U8, slots: _U8, numbers: _I4, state: _I8, notes: _U4, found: _I4) -> None:
    """Fill ``found`` with the numbers of keys; ``state``: how many keys are known, how many terms there are so far."""
    mask = np.uint64(len(slots) - 1)
    for key in keys:
        prefetch(slots, np.int64(key & mask))
        prefetch(numbers, np.int64(key & mask))
    for place in range(len(keys)):
        at = _slot(slots, keys[place])
        if slots[at] == _FREE:
            slots[at] = keys[place]
            numbers[at] = state[0]
            state[0] += 1
        found[place] = numbers[at]
        prefetch(notes, np.int64(numbers[at]) * notes.shape[1])


@inlined
def _count(
    number: np.int32, weight: np.uint16, flag: np.uint16, stamp: int, state: _I8, notes: _U4, terms: _U4, counts: _U2
) -> None:
    """Count an occurrence of a term."""
    note = notes[number]
    if note[_STAMP] == np.uint32(stamp):
        place = note[_PLACE]
        counted = min(np.int64(_MOST), np.int64(counts[place] >> 2) + np.int64(weight))
        counts[place] = np.uint16((counted << 2) | np.int64(counts[place] & 3) | np.int64(flag))
        return
    note[_STAMP] = np.uint32(stamp)
    note[_PLACE] = np.uint32(state[1])
    note[_HELD] += np.uint32(1)
    terms[state[1]] = np.uint32(number)
    counts[state[1]] = np.uint16((weight << 2) | flag)
    state[1] += 1


@compiled("i8", "u4[]", "i8[]", "u1[]", "u4[]!", "i4[]!")
def ideographs(codes: _U4, starts: _I8, is_unspaced: _U1, letters: _U4, fields: _I4) -> int:
    """Copy the ideographs of ``codes`` into ``letters``, a line for each run, and the field of each into ``fields``.

    ``starts``: i8[fields + 1] says where each field begins; one sign stands between fields. Return how many there are.
    """
    size = 0
    for field in range(len(starts) - 1):
        is_inside = False
        for at in range(starts[field], starts[field + 1] - 1):
            code = codes[at]
            if code >= len(is_unspaced) or not is_unspaced[code]:
                is_inside = False
                continue
            if not is_inside and size:
                letters[size] = _LINE
                fields[size] = field
                size += 1
            letters[size] = code
            fields[size] = field
            size += 1
            is_inside = True
    return size


@compiled("none", "u8[]", "i4[]", "u8[]!", "i4[]!")
def rehash(slots: _U8, numbers: _I4, larger: _U8, larger_numbers: _I4) -> None:
    """Move a vocabulary into a larger table."""
    for at in range(len(slots)):
        if slots[at] != _FREE:
            to = _slot(larger, slots[at])
            larger[to] = slots[at]
            larger_numbers[to] = numbers[at]


@compiled(
    "none",
    "u4[]", "i4[]", "i8[]", "u8[]", "i4[]", "u2[]", "u2[]", "i8[]", "i8",
    "u8[]!", "i4[]!", "i8[]!", "u4[][]!", "u4[]!", "u2[]!", "i8[]!", "i4[]!", "u2[]!", "i8[]!",
)  # fmt: skip
def tally(
    letters: _U4,
    fields: _I4,
    lengths: _I8,
    spelled: _U8,
    spelled_fields: _I4,
    weights: _U2,
    flags: _U2,
    owners: _I8,
    first: int,
    slots: _U8,
    numbers: _I4,
    state: _I8,
    notes: _U4,
    terms: _U4,
    counts: _U2,
    ends: _I8,
    seen: _I4,
    characters: _U2,
    character_ends: _I8,
) -> None:
    """Count the terms of documents ``first``, ``first + 1`` …, whose fields come one after the other.

    ``lengths``: i8[words] cuts ``letters`` into words; ``spelled``: u8[words] are keys. ``weights``, ``flags`` and
    ``owners`` belong to fields. ``terms`` and ``counts`` are filled up to ``ends`` of each document; ``seen`` says
    which document met a character last.
    """
    at = word = spoken = size = 0
    keys, own_fields = np.empty(len(terms), np.uint64), np.empty(len(terms), np.int32)
    found = np.empty(len(terms), np.int32)
    for document in range(len(ends)):
        stamp = first + document + 1
        begin, many = at, 0
        while at < len(letters) and owners[fields[at]] == document:
            if lengths[word] > 1 or letters[at] != _LINE:
                keys[many], own_fields[many] = _word(letters, at, lengths[word]), fields[at]
                many += 1
            at += lengths[word]
            word += 1
        while spoken < len(spelled) and owners[spelled_fields[spoken]] == document:
            keys[many], own_fields[many] = spelled[spoken], spelled_fields[spoken]
            many += 1
            spoken += 1
        start = size
        for place in range(begin, at):
            letter = letters[place]
            if letter == _LINE:
                continue
            if letter < np.uint32(len(seen)) and seen[letter] != stamp:
                seen[letter] = stamp
                characters[size] = np.uint16(letter)
                size += 1
            if place + 1 < at and letters[place + 1] != _LINE:
                pair = (np.uint64(letter) << np.uint64(21)) | np.uint64(letters[place + 1])
                keys[many], own_fields[many] = _scatter(pair) | _FIRST_PAIR, fields[place]
                many += 1
        _number(keys[:many], slots, numbers, state, notes, found)
        for place in range(many):
            field = own_fields[place]
            _count(found[place], weights[field], flags[field], stamp, state, notes, terms, counts)
        characters[start:size] = np.sort(characters[start:size])
        ends[document] = state[1]
        character_ends[document] = size


@inlined
def _key(codes: _U4, lengths: _I8, letters: _U4, keys: _U8) -> int:
    at = 0
    for word in range(len(lengths)):
        keys[word] = _word(codes, at, lengths[word])
        at += lengths[word]
    size = len(lengths)
    for place in range(len(letters) - 1):
        if letters[place] != _LINE and letters[place + 1] != _LINE:
            pair = (np.uint64(letters[place]) << np.uint64(21)) | np.uint64(letters[place + 1])
            keys[size] = _scatter(pair) | _FIRST_PAIR
            size += 1
    return size


@compiled("i8", "u4[]", "i8[]", "u4[]", "u8[]!")
def key_all(codes: _U4, lengths: _I8, letters: _U4, keys: _U8) -> int:
    """Fill ``keys`` with those of words, which ``lengths`` cuts out of ``codes``, and of the pairs of ``letters``."""
    return _key(codes, lengths, letters, keys)


@compiled("i8", "u4[]", "i8[]", "u4[]", "i8[]", "i8[]", "u8[]!", "f8[]!", "i8[]!")
def count_all(
    codes: _U4, lengths: _I8, letters: _U4, sizes: _I8, worth: _I8, unique: _U8, counts: npt.NDArray[np.float64],
    places: _I8,
) -> int:  # fmt: skip
    """Fill ``unique`` with the keys of a text, sorted, and ``counts`` with how often each occurs.

    ``sizes`` tells how many occurrences in turn count how often (``worth``). ``places`` takes the place of each among
    the keys. Return how many keys there are.
    """
    keys = np.empty(len(places), np.uint64)
    _key(codes, lengths, letters, keys)
    repeats, done = np.empty(len(places), np.int64), 0
    for part in range(len(sizes)):
        repeats[done : done + sizes[part]] = worth[part]
        done += sizes[part]
    size = 0
    for at in np.argsort(keys, kind="mergesort"):
        if not size or unique[size - 1] != keys[at]:
            unique[size] = keys[at]
            counts[size] = 0.0
            size += 1
        counts[size - 1] += repeats[at]
        places[at] = size - 1
    return size
