"""What the second stage knows of each document: its terms and how often, what of them stands in the title, its length.

Everything that the second stage asks of a candidate lies together, so it costs a look at one stretch of memory
instead of one search in the postings for each term.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from . import compiled
from .terms import Counted, Field, Keys, tally

_Bytes = npt.NDArray[np.uint8]
_Codes = npt.NDArray[np.uint16]
_Rows = npt.NDArray[np.uint32]
_Places = npt.NDArray[np.int64]
_Starts = npt.NDArray[np.uint64]
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
#: Among so many themes a document has a place, told in half a byte for each (``latent``).
DIRECTIONS = 256
#: A record takes so many bytes at most beside its lists; readers may look so far beyond the last one.
_ROOM, BEYOND = DIRECTIONS // 2 + 64, 64
_AT_ONCE = 1 << 13


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
    """What is kept of each document, before it is packed; the terms of document ``i`` are ``starts[i]:starts[i + 1]``.

    ``terms`` are codes of common terms, and ``counts`` one byte each (``COUNT``, ``IN_TITLE``, ``IN_KEYWORDS``).
    ``rare_terms`` are rows of the segment's vocabulary. Terms without weight are left out. ``lengths`` holds the
    length of each document's vector before it was scaled to one, ``title_lengths`` and ``keyword_lengths`` those of
    its title's and keywords' idf alone. ``characters`` are its ideographs.
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
    characters: _Codes


class Common(NamedTuple):
    """The most frequent terms of a segment: their rows, ascending, and the code of each, the most frequent first."""

    rows: _Rows
    codes: _Codes


class Characters(NamedTuple):
    """Ideographs: the rank of each of 65,536, the most frequent first, and the idf of each rank."""

    ranks: _Codes
    idf: _Scores


class Themes(NamedTuple):
    """The themes of a corpus: ``rows`` says which of ``vectors`` belongs to each common term, -1 where there is none.

    ``scales`` tells what the bytes of a vector are multiplied by, ``spread``, one number, by what places were.
    """

    rows: npt.NDArray[np.int32]
    vectors: npt.NDArray[np.int8]
    scales: _Scores
    spread: _Scores


class Forward(NamedTuple):
    """One record for each document, and what it refers to (``Common``, ``Characters``, ``Themes``).

    The record of document ``i`` is ``records[starts[i]:starts[i + 1]]``, one byte after the other:

    - its place among the themes, two directions in each byte;
    - the lengths of its vector, and in a byte of flags whether those of title and keywords follow, four bytes each;
    - which of the 128 most frequent ideographs it holds, in sixteen bytes;
    - how many terms it has that count once and stand in the body alone, and how many others, first of the common,
      then of the rare ones;
    - these four lists, ascending, in steps from one code or row to the next; after each of the others, how it
      counts; then the rest of its ideographs by rank.
    """

    common: _Rows
    codes: _Codes
    starts: _Starts
    records: _Bytes
    character_ranks: _Codes
    character_idf: _Scores
    theme_rows: npt.NDArray[np.int32]
    theme_vectors: npt.NDArray[np.int8]
    theme_scales: _Scores
    theme_spread: _Scores

    @classmethod
    def of(cls, common: Common, starts: _Starts, records: _Bytes, characters: Characters, themes: Themes) -> "Forward":
        """Put together what belongs together."""
        return cls(
            common.rows,
            common.codes,
            starts,
            records,
            characters.ranks,
            characters.idf,
            themes.rows,
            themes.vectors,
            themes.scales,
            themes.spread,
        )


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


def most_frequent(held: npt.NDArray[np.int64]) -> Common:
    """Return the most frequent terms, given how many documents hold each."""
    rows = np.flatnonzero(held)
    if len(rows) > COMMON:
        rows = np.sort(np.argsort(-held, kind="stable")[:COMMON])
    return Common(rows.astype(np.uint32), _ranks(held[rows]))


def ideographs(held: npt.NDArray[np.int64], documents: int) -> Characters:
    """Rank ideographs, given how many documents hold each."""
    idf = np.log((1 + documents) / (1 + np.sort(held)[::-1])) + 1
    return Characters(_ranks(held), np.asarray(idf, np.float32))


def _ranks(held: npt.NDArray[np.int64]) -> _Codes:
    ranks = np.empty(len(held), np.uint16)
    ranks[np.argsort(-held, kind="stable")] = np.arange(len(held))
    return ranks


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


def listed(block: Block, idf: _Scores, common: Common) -> Listed:
    """Return what is kept of some documents."""
    kernels = compiled.load("forward_kernels")
    documents, terms = len(block.starts) - 1, len(block.rows)
    codes = np.full(len(idf), -1, np.int32)
    codes[common.rows] = common.codes
    starts, rare_starts = np.zeros((2, documents + 1), np.uint32)
    found, told = np.empty(terms, np.uint16), np.empty(terms, np.uint8)
    rare, rare_told = np.empty(terms, np.uint32), np.empty(terms, np.uint8)
    lengths, titles, keywords = np.zeros((3, documents), np.float32)
    kernels.list_terms(
        *block[:3], idf, codes, starts, found, told, rare_starts, rare, rare_told, lengths, titles, keywords
    )
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
        block.character_starts.astype(np.uint32),
        block.characters,
    )


def unthemed(commons: int) -> Themes:
    """Return themes among which no document has a place."""
    return Themes(
        np.full(commons, -1, np.int32),
        np.empty((0, DIRECTIONS), np.int8),
        np.empty(0, np.float32),
        np.ones(1, np.float32),
    )


def records(own: Listed, ranks: _Codes, places: Callable[[int, int], _Bytes], starts: _Starts) -> Iterator[_Bytes]:
    """Pack documents, some thousands at a time, and fill in where each record starts.

    ``places`` gives where a stretch of documents stands among the themes.
    """
    kernels, documents = compiled.load("forward_kernels"), len(own.lengths)
    measured = [np.ascontiguousarray(lengths).view(np.uint8).reshape(-1, 4) for lengths in own[6:9]]

    def pack(first: int) -> _Bytes:
        last = min(first + _AT_ONCE, documents)
        commons, rares, drawn = (int(ends[last]) - int(ends[first]) for ends in (own[0], own[3], own[9]))
        made = np.empty(_ROOM * (last - first) + 4 * commons + 6 * rares + 3 * drawn, np.uint8)
        lists = own.starts, own.terms, own.counts, own.rare_starts, own.rare_terms, own.rare_counts
        size = kernels.pack(
            first, *lists, *measured, own.character_starts, own.characters, ranks, places(first, last),
            starts[first + 1 : last + 1], made,
        )  # fmt: skip
        return made[:size]

    with ThreadPoolExecutor(2) as pool:
        yield from pool.map(pack, range(0, documents, _AT_ONCE))
    np.cumsum(starts, out=starts)
    yield np.zeros(BEYOND, np.uint8)


def _ends(sizes: Sequence[int] | _Places) -> _Places:
    return np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)


def joined(arrays: Iterable[npt.NDArray[_Kind]], dtype: type[_Kind]) -> npt.NDArray[_Kind]:
    """Return arrays end to end, also none."""
    return np.concatenate([np.empty(0, dtype), *arrays])
