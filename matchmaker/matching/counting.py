"""Counting the terms of many documents: a batch at a time, each text looked at once."""

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import rjieba

from . import compiled
from .documents import Document
from .terms import SPELLED, Keys, Weights, parts, singular, word_keys
from .text import UNSPACED, fold

#: So many documents are cut in one go.
BATCH = 2_048
IN_TITLE, IN_KEYWORDS = 1, 2
#: A count is told up to here.
MOST = 16_383
_NO_FLAG = 0
_FIRST_SIZE = 1 << 16
_CODES = 1 << 16
_BETWEEN = "\0"
#: What is noted of each term (``counting_kernels``), and where how many documents hold it.
_NOTED, _HELD = 4, 2


class Counts(NamedTuple):
    """What documents hold, end to end: those of document ``i`` end at ``ends[i]``.

    ``terms`` are numbers of a vocabulary, ``counts`` say how often each occurs, weighted by field, times four, and
    in two bits whether title and keywords hold it. ``characters`` are the ideographs, ascending.
    """

    ends: npt.NDArray[np.int64]
    terms: npt.NDArray[np.uint32]
    counts: npt.NDArray[np.uint16]
    character_ends: npt.NDArray[np.int64]
    characters: npt.NDArray[np.uint16]


class Counter:
    """Counts batches of documents and learns their vocabulary."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._slots = np.zeros(2 * _FIRST_SIZE, np.uint64)
        self._numbers = np.zeros(2 * _FIRST_SIZE, np.int32)
        self._notes = np.zeros((_FIRST_SIZE, _NOTED), np.uint32)
        self._seen = np.zeros(_CODES, np.int32)
        self._known = 0
        self._documents = 0

    def count(self, documents: Sequence[Document]) -> Counts:
        """Count the terms of some documents."""
        kernels = compiled.load("counting_kernels")
        texts, weights, flags, owners = _fields(documents, self._weights)
        folded = [fold(text) for text in texts]
        starts = np.cumsum([0, *(len(text) + 1 for text in folded)])
        whole = _BETWEEN.join(folded)
        codes = np.frombuffer(whole.encode("utf-32-le"), np.uint32)
        letters, letter_fields = np.empty(2 * len(codes), np.uint32), np.empty(2 * len(codes), np.int32)
        size = kernels.ideographs(codes, starts, _unspaced(), letters, letter_fields) if texts else 0
        letters, letter_fields = letters[:size], letter_fields[:size]
        words = rjieba.cut(letters.tobytes().decode("utf-32-le")) if size else []
        lengths = np.fromiter(map(len, words), np.int64, len(words))
        spelled, spelled_fields = _spelled(whole, starts)
        most = len(words) + len(spelled) + size
        self._make_room(most)
        terms, counts = np.empty(most, np.uint32), np.empty(most, np.uint16)
        ends, character_ends = np.empty(len(documents), np.int64), np.empty(len(documents), np.int64)
        characters = np.empty(size, np.uint16)
        state = np.array([self._known, 0])
        kernels.tally(
            letters, letter_fields, lengths, spelled, spelled_fields, weights, flags, owners, self._documents,
            self._slots, self._numbers, state, self._notes, terms, counts, ends, self._seen, characters, character_ends,
        )  # fmt: skip
        self._known = int(state[0])
        self._documents += len(documents)
        used, drawn = int(state[1]), int(character_ends[-1]) if len(documents) else 0
        return Counts(ends, terms[:used].copy(), counts[:used].copy(), character_ends, characters[:drawn].copy())

    def vocabulary(self) -> tuple[Keys, npt.NDArray[np.int64]]:
        """Return the key of each number, and how many documents hold it."""
        keys = np.zeros(self._known, np.uint64)
        taken = np.flatnonzero(self._slots)
        keys[self._numbers[taken]] = self._slots[taken]
        return keys, self._notes[: self._known, _HELD].astype(np.int64)

    def _make_room(self, more: int) -> None:
        """Make the tables so large that they stay half empty whatever comes."""
        size = len(self._slots)
        while 2 * (self._known + more) > size:
            size *= 2
        if size == len(self._slots):
            return
        slots, numbers = np.zeros(size, np.uint64), np.zeros(size, np.int32)
        compiled.load("counting_kernels").rehash(self._slots, self._numbers, slots, numbers)
        self._slots, self._numbers = slots, numbers
        notes = np.zeros((size // 2, _NOTED), np.uint32)
        notes[: len(self._notes)] = self._notes
        self._notes = notes


def _fields(
    documents: Sequence[Document], weights: Weights
) -> tuple[list[str], npt.NDArray[np.uint16], npt.NDArray[np.uint16], npt.NDArray[np.int64]]:
    texts: list[str] = []
    told: list[tuple[int, int, int]] = []
    for number, document in enumerate(documents):
        for text, weight, flag in (
            (document.title, weights.title, IN_TITLE),
            ("\n".join(document.keywords), weights.keywords, IN_KEYWORDS),
            (document.body, weights.body, _NO_FLAG),
        ):
            if text:
                texts.append(text)
                told.append((weight, flag, number))
    table = np.array(told, np.int64).reshape(-1, 3)
    return texts, table[:, 0].astype(np.uint16), table[:, 1].astype(np.uint16), table[:, 2].copy()


def _spelled(whole: str, starts: npt.NDArray[np.int64]) -> tuple[Keys, npt.NDArray[np.int32]]:
    """Return the keys of words of letters and digits, and the field of each."""
    words: list[str] = []
    places: list[int] = []
    for found in SPELLED.finditer(whole):
        word = found.group()
        pieces = [word] if word.isalnum() else [word, *parts(word)]
        words += pieces
        places += [found.start()] * len(pieces)
    fields = np.searchsorted(starts, np.array(places, np.int64), side="right") - 1
    return word_keys(list(map(singular, words))), fields.astype(np.int32)


@cache
def _unspaced() -> npt.NDArray[np.uint8]:
    """Return, for each code of a character, whether it is written without spaces."""
    pattern = re.compile(f"[{UNSPACED}]")
    table = np.zeros(0x40000, np.uint8)
    for code in range(len(table)):
        table[code] = pattern.match(chr(code)) is not None
    return table
