"""What the terms of a query look like in its text, and which words cover which pairs of characters."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from .query import Query
from .segment import Places
from .terms import Cut, Field, joined, parts
from .text import positions


@dataclass
class Surfaces:
    """Readable forms. ``first`` and ``second`` are the words over the two characters of each pair.

    ``pairs`` holds each pair once, ``at`` its first place in ``unspaced``: the ideographs of all fields.
    """

    fields: list[Field]
    unspaced: str
    words: dict[int, str]
    compounds: dict[int, int]
    pairs: Places
    at: Places
    first: Places
    second: Places
    _positions: dict[int, Sequence[int]] = field(default_factory=dict)
    _spellings: dict[str, str] = field(default_factory=dict)

    def spelling(self, folded: str) -> str:
        """Return a word as the query's text spells it where it first stands."""
        if folded not in self._spellings:
            self._spellings[folded] = self._find(folded)
        return self._spellings[folded]

    def _find(self, folded: str) -> str:
        for number, one in enumerate(self.fields):
            start = one.cut.folded.find(folded)
            if start >= 0:
                at = self._positions_of(number)
                return one.text[at[start] : at[start + len(folded) - 1] + 1]
        return folded

    def _positions_of(self, number: int) -> Sequence[int]:
        one = self.fields[number]
        if number not in self._positions:
            self._positions[number] = positions(one.text)
        return self._positions[number]


def readable(query: Query) -> Surfaces:
    """Find the readable forms of a query's terms."""
    whole = joined(query.fields)
    spelled_from = len(whole.words)
    pairs_from = spelled_from + len(whole.spelled)
    numbers = query.occurrences[:spelled_from]
    words = dict(zip(numbers.tolist(), whole.words, strict=True))
    compounds: dict[int, int] = {}
    _note_spelled(words, compounds, whole.spelled, query.occurrences[spelled_from:pairs_from].tolist())
    covering = _covering(whole, numbers)
    inside = np.flatnonzero((covering[:-1] >= 0) & (covering[1:] >= 0))
    pairs, firsts = np.unique(query.occurrences[pairs_from:], return_index=True)
    at = inside[firsts]
    return Surfaces(query.fields, whole.unspaced, words, compounds, pairs, at, covering[at], covering[at + 1])


def _note_spelled(words: dict[int, str], compounds: dict[int, int], spelled: list[str], numbers: list[int]) -> None:
    """Note each word; the parts of a compound follow it and are noted as belonging to it."""
    whole, left = -1, 0
    for word, number in zip(spelled, numbers, strict=True):
        if left and number not in words and number != whole:
            compounds[number] = whole
        left = max(left - 1, 0)
        words.setdefault(number, word)
        if not word.isalnum():
            whole, left = number, len(parts(word))


def _covering(cut: Cut, numbers: Places) -> Places:
    """Return the term of the word at each character of ``unspaced``, -1 between lines."""
    covering = np.full(len(cut.unspaced), -1, np.int64)
    letters = np.frombuffer(cut.unspaced.encode("utf-32-le"), np.uint32) != ord("\n")
    covering[letters] = np.repeat(numbers, [len(word) for word in cut.words])
    return covering
