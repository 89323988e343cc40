"""What the second stage knows of each document: its terms and how often, what of them stands in the title, its length.

Everything that the second stage asks of a candidate lies together, so it costs a look at one stretch of memory
instead of one search in the postings for each term.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from . import compiled
from .terms import Counted, Field, Keys, tally

_Bytes = npt.NDArray[np.uint8]
_Codes = npt.NDArray[np.uint16]
_Rows = npt.NDArray[np.uint32]
_Places = npt.NDArray[np.int64]
_Scores = npt.NDArray[np.float32]
_Kind = TypeVar("_Kind", bound=np.generic)

#: So many terms are known by two bytes; the rest, which few documents hold, by four.
COMMON = 1 << 16
#: What a byte says of a term in a document: how often it counts there, and whether title or keywords hold it.
COUNT, IN_TITLE, IN_KEYWORDS = 63, 64, 128
#: The same in ``Block``.
TITLE_BIT, KEYWORDS_BIT, MOST = 1, 2, 16_383
#: Characters beyond two bytes, which are rare, are left out.
CODES = 1 << 16
#: A list of characters takes so many steps at most that stop nowhere, see ``forward_kernels.list_steps``.
_LONG_STEPS = 260
#: Among so many themes a document has a place, told in half a byte for each (``latent``).
DIRECTIONS = 256


class Profile(NamedTuple):
    """For each of a document's terms, in the order of its keys, whether title or keywords hold it; its ideographs."""

    fields: _Codes
    characters: _Codes


class Block(NamedTuple):
    """Documents end to end: rows of their terms, ascending in each, and their ideographs, ascending.

    ``counts`` says how often each term counts, times four, and in two bits whether title and keywords hold it.
    """

    starts: _Places
    rows: npt.NDArray[np.int32]
    counts: _Codes
    character_starts: _Places
    characters: _Codes


class Listed(NamedTuple):
    """What is kept of each document; the terms of document ``i`` are ``starts[i]:starts[i + 1]``.

    ``terms`` are places in ``Forward.common``, and ``counts`` one byte each (``COUNT``, ``IN_TITLE``,
    ``IN_KEYWORDS``). ``rare_terms`` are rows of the segment's vocabulary. Terms without weight are left out.
    ``lengths`` holds the length of each document's vector before it was scaled to one, ``title_lengths`` and
    ``keyword_lengths`` those of its title's and keywords' idf alone. ``steps`` goes through the numbers of each
    document's ideographs.
    """

    starts: _Rows
    terms: _Codes
    counts: _Bytes
    rare_starts: _Rows
    rare_terms: _Rows
    rare_counts: _Bytes
    lengths: _Scores
    title_lengths: _Scores
    keyword_lengths: _Scores
    character_starts: _Rows
    steps: _Bytes


class Forward(NamedTuple):
    """``Listed``, and what it refers to.

    ``common`` holds the rows of the most frequent terms, ascending, ``character_idf`` one entry for each of the
    65,536 ideographs. ``places`` has one row of bytes for each document, two directions in each; ``theme_rows`` says
    which of ``theme_vectors`` belongs to each common term, -1 where there is none, ``theme_scales`` what its bytes
    are multiplied by, and ``theme_spread``, one number, by what places were.
    """

    common: _Rows
    starts: _Rows
    terms: _Codes
    counts: _Bytes
    rare_starts: _Rows
    rare_terms: _Rows
    rare_counts: _Bytes
    lengths: _Scores
    title_lengths: _Scores
    keyword_lengths: _Scores
    character_idf: _Scores
    character_starts: _Rows
    steps: _Bytes
    theme_rows: npt.NDArray[np.int32]
    theme_vectors: npt.NDArray[np.int8]
    theme_scales: _Scores
    theme_spread: _Scores
    places: _Bytes


def profile(fields: Sequence[Field], counted: Counted) -> Profile:
    """Return what the second stage keeps of a document beside its counts."""
    held = np.zeros(len(counted.keys), np.uint16)
    for name, bit in (("title", TITLE_BIT), ("keywords", KEYWORDS_BIT)):
        own = [field for field in fields if field.name == name]
        if own:
            held[np.searchsorted(counted.keys, tally(own)[0].keys)] |= bit
    return Profile(held, characters(fields))


def characters(fields: Sequence[Field]) -> _Codes:
    """Return the different ideographs of a text, ascending."""
    unspaced = "".join(field.cut.unspaced for field in fields)
    codes = np.frombuffer(unspaced.encode("utf-32-le"), np.uint32)
    return np.unique(codes[(codes < CODES) & (codes != ord("\n"))].astype(np.uint16))


def most_frequent(held: npt.NDArray[np.int64]) -> _Rows:
    """Return the rows of the most frequent terms, ascending, given how many documents hold each."""
    if np.count_nonzero(held) > COMMON:
        return np.sort(np.argsort(-held, kind="stable")[:COMMON]).astype(np.uint32)
    return np.flatnonzero(held).astype(np.uint32)


def character_idf(held: npt.NDArray[np.int64], documents: int) -> _Scores:
    """Return the idf of each ideograph, given how many documents hold each."""
    return np.asarray(np.log((1 + documents) / (1 + held)) + 1, np.float32)


def laid(profiles: Sequence[Profile], counted: Sequence[Counted], keys: Keys) -> Block:
    """Lay documents end to end."""
    counts = np.minimum(joined((one.counts for one in counted), np.float64), MOST).astype(np.uint16)
    return Block(
        _ends([len(one.keys) for one in counted]),
        np.searchsorted(keys, joined((one.keys for one in counted), np.uint64)).astype(np.int32),
        np.asarray((counts << 2) | joined((one.fields for one in profiles), np.uint16), np.uint16),
        _ends([len(one.characters) for one in profiles]),
        joined((one.characters for one in profiles), np.uint16),
    )


def listed(block: Block, idf: _Scores, common: _Rows) -> Listed:
    """Return what is kept of some documents."""
    kernels = compiled.load("forward_kernels")
    documents, terms = len(block.starts) - 1, len(block.rows)
    places = np.full(len(idf), -1, np.int32)
    places[common] = np.arange(len(common), dtype=np.int32)
    starts, rare_starts, character_starts = np.zeros((3, documents + 1), np.uint32)
    found, told = np.empty(terms, np.uint16), np.empty(terms, np.uint8)
    rare, rare_told = np.empty(terms, np.uint32), np.empty(terms, np.uint8)
    lengths, titles, keywords = np.zeros((3, documents), np.float32)
    kernels.list_terms(
        *block[:3], idf, places, starts, found, told, rare_starts, rare, rare_told, lengths, titles, keywords
    )
    steps = np.empty(len(block.characters) + _LONG_STEPS * documents, np.uint8)
    kernels.list_steps(block.character_starts, block.characters, character_starts, steps)
    commons, rares = int(starts[-1]), int(rare_starts[-1])
    return Listed(
        starts,
        found[:commons].copy(),
        told[:commons].copy(),
        rare_starts,
        rare[:rares].copy(),
        rare_told[:rares].copy(),
        lengths,
        titles,
        keywords,
        character_starts,
        steps[: int(character_starts[-1])].copy(),
    )


def unthemed(own: Listed, common: _Rows, idf_of_characters: _Scores) -> Forward:
    """Return a forward file in which no document has a place among themes."""
    return Forward(
        common,
        *own[:9],
        idf_of_characters,
        *own[9:],
        np.full(len(common), -1, np.int32),
        np.empty((0, DIRECTIONS), np.int8),
        np.empty(0, np.float32),
        np.ones(1, np.float32),
        np.full((len(own.lengths), DIRECTIONS // 2), 0x88, np.uint8),
    )


def _ends(sizes: Sequence[int] | _Places) -> _Places:
    return np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)


def joined(arrays: Iterable[npt.NDArray[_Kind]], dtype: type[_Kind]) -> npt.NDArray[_Kind]:
    """Return arrays end to end, also none."""
    return np.concatenate([np.empty(0, dtype), *arrays])
