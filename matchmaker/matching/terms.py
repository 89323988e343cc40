"""From text to terms: words and pairs of characters, each known by a 64-bit number.

A vocabulary of numbers is one sorted array in a file: it opens without reading and is shared by all
processes. The numbers come from the text alone, so the same word has the same number everywhere.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import rjieba

from . import compiled
from .documents import Document
from .text import UNSPACED, fold

Keys = npt.NDArray[np.uint64]
Counts = npt.NDArray[np.float64]
_Codes = npt.NDArray[np.uint32]

_RUNS = re.compile(f"[{UNSPACED}]+")
# A word of letters and digits; a model number or standard such as ICP-MS, GB/T or 0.05 stays whole.
SPELLED = re.compile(rf"[^\W_{UNSPACED}]+(?:[-./+&'][^\W_{UNSPACED}]+)*")
_PARTS = re.compile(r"[^\W_]+")
_LINE = 10
# Numbers from here on are pairs, those below are words.
FIRST_PAIR = np.uint64(1 << 63)
_PRIME = np.uint64(0x100000001B3)
_POWERS = _PRIME ** np.arange(64, dtype=np.uint64)


class Weights(NamedTuple):
    """How often an occurrence counts in each field."""

    title: int = 3
    keywords: int = 3
    body: int = 1


class Cut(NamedTuple):
    """A folded text taken apart: ideographs (the lines of ``unspaced``), their words, and spelled words."""

    folded: str
    unspaced: str
    words: list[str]
    spelled: list[str]

    @property
    def pairs(self) -> int:
        """How many pairs of characters there are: one fewer than characters in each line."""
        return len(self.unspaced) - 2 * self.unspaced.count("\n") - 1 if self.unspaced else 0

    def keys(self) -> Keys:
        """Return the number of every term, once for each time that it occurs: words, spelled words, pairs."""
        codes, lengths, letters = self.letters()
        keys = np.empty(len(lengths) + len(letters), np.uint64)
        return keys[: compiled.load("counting_kernels").key_all(codes, lengths, letters, keys)]

    def letters(self) -> tuple[_Codes, npt.NDArray[np.int64], _Codes]:
        """Return the letters of its words, end to end, how many each has, and its ideographs, as kernels want them."""
        words = [*self.words, *map(singular, self.spelled)] if self.spelled else self.words
        return _codes("".join(words)), np.array([len(word) for word in words], np.int64), _codes(self.unspaced)


def cut(text: str) -> Cut:
    """Take a text apart, after folding it."""
    folded = fold(text)
    unspaced = "\n".join(_RUNS.findall(folded))
    words = [word for word in rjieba.cut(unspaced) if word != "\n"] if unspaced else []
    return Cut(folded, unspaced, words, _spelled_words(folded))


def _spelled_words(folded: str) -> list[str]:
    words: list[str] = []
    for word in SPELLED.findall(folded):
        words.append(word)
        if not word.isalnum():
            words += parts(word)
    return words


def parts(word: str) -> list[str]:
    """Return the pieces of a compound such as ICP-MS."""
    return _PARTS.findall(word)


def singular(word: str) -> str:
    """Return an English word without the ending of its plural (the S stemmer of Harman, 1991)."""
    if len(word) < 4 or not word.endswith("s") or not word.isalpha() or word.endswith(("us", "ss")):
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    return word if word.endswith(("aes", "ees", "oes")) else word[:-1]


def word_keys(words: list[str]) -> Keys:
    """Return the numbers of words, in their order."""
    lengths = np.fromiter(map(len, words), dtype=np.int64, count=len(words))
    starts = np.cumsum(lengths) - lengths
    codes = _codes("".join(words)).astype(np.uint64)
    places = (np.arange(len(codes)) - np.repeat(starts, lengths)) & (len(_POWERS) - 1)
    sums = np.add.reduceat(codes * _POWERS[places], starts) if len(codes) else np.empty(0, np.uint64)
    return _scatter(sums + lengths.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)) & ~FIRST_PAIR


def pair_keys(unspaced: str) -> Keys:
    """Return the numbers of the character pairs within each line, in their order."""
    codes = _codes(unspaced).astype(np.uint64)
    if len(codes) < 2:
        return np.empty(0, np.uint64)
    first, second = codes[:-1], codes[1:]
    within = (first != _LINE) & (second != _LINE)
    return _scatter((first[within] << np.uint64(21)) | second[within]) | FIRST_PAIR


def _codes(text: str) -> _Codes:
    return np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)


def _scatter(numbers: Keys) -> Keys:
    """Spread numbers over all 64 bits (the finaliser of splitmix64), one to one."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))


class Counted(NamedTuple):
    """The terms of one document, sorted, and how often each occurs, weighted by field."""

    keys: Keys
    counts: Counts


class Field(NamedTuple):
    """A field of a document, how often it counts, and what it falls into."""

    text: str
    weight: int
    cut: Cut
    name: str


def take_apart(document: Document, weights: Weights) -> list[Field]:
    """Return the fields that hold any text."""
    fields = (
        ("title", document.title, weights.title),
        ("keywords", "\n".join(document.keywords), weights.keywords),
        ("body", document.body, weights.body),
    )
    return [Field(text, weight, cut(text), name) for name, text, weight in fields if text]


def count(document: Document, weights: Weights) -> Counted:
    """Return the terms of a document."""
    return tally(take_apart(document, weights))[0]


def tally(fields: Sequence[Field]) -> tuple[Counted, npt.NDArray[np.int64]]:
    """Count terms. The second part gives the term's place for each occurrence.

    They come in the order of ``Cut.keys``: the words of all fields, the spelled words of all, the pairs of all.
    """
    if not fields:
        return Counted(np.empty(0, np.uint64), np.empty(0)), np.empty(0, np.int64)
    # All fields at once: a pass over the numbers of a short one costs as much as over those of a long one.
    cuts = [field.cut for field in fields]
    sizes = [len(cut.words) for cut in cuts] + [len(cut.spelled) for cut in cuts] + [cut.pairs for cut in cuts]
    worth = [field.weight for field in fields] * 3
    every = sum(sizes)
    unique, counts, places = np.empty(every, np.uint64), np.empty(every), np.empty(every, np.int64)
    size = compiled.load("counting_kernels").count_all(
        *joined(fields).letters(), np.array(sizes), np.array(worth), unique, counts, places
    )
    return Counted(unique[:size], counts[:size]), places


def joined(fields: Sequence[Field]) -> Cut:
    """Return all fields as one text taken apart, each on lines of its own."""
    cuts = [field.cut for field in fields]
    if len(cuts) == 1:
        return cuts[0]
    return Cut(
        "\n".join(cut.folded for cut in cuts),
        "\n".join(cut.unspaced for cut in cuts),
        [word for cut in cuts for word in cut.words],
        [word for cut in cuts for word in cut.spelled],
    )
