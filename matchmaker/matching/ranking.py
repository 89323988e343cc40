"""Scores of the documents of a segment for one query, the best of them, and what they hold of it."""

import threading
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from . import compiled, postings
from .bitmaps import Bitmap
from .segment import Places, Scores, Segment

#: A score of 1 in fixed point. Rounding of levels and sums must not carry it to 32,768.
ONE = 30_000
#: Each term may round up by one: from here on scores are told less finely, and the weakest terms left out.
_MANY_TERMS, _MOST_TERMS = 2_000, 14_000
#: Terms are added until the rest of them cannot reach this share of the score that is needed: less where many documents
#: are wanted, for then many would have to be looked up in the rest.
SHARE, MANY, SHARE_OF_MANY = 0.4, 50, 0.25
#: The same where few documents are allowed, one of so many at most: there is little to look up then.
SHARE_OF_FEW, FEW = 0.7, 32
_EVERYTHING: Bitmap = np.empty(0, np.uint64)
_NOTHING: npt.NDArray[np.float64] = np.empty(0)

Weights = npt.NDArray[np.floating]


class Hit(NamedTuple):
    """A document found: its id, its score, and its number within the base or the live segment."""

    id: str
    score: float
    number: int
    is_live: bool


class Found(NamedTuple):
    """Documents found, best first: their numbers, their scores, and whether each is of the live segment."""

    numbers: Places
    scores: npt.NDArray[np.float64]
    is_live: npt.NDArray[np.bool_]

    def some(self, places: Sequence[int] | slice) -> "Found":
        """Return those that stand at some places."""
        return Found(self.numbers[places], self.scores[places], self.is_live[places])

    def hits(self, places: Sequence[int] | slice, base: Segment, live: Segment | None) -> list[Hit]:
        """Return the same as hits."""
        own = self.some(places)
        numbers, is_live = own.numbers.tolist(), own.is_live.tolist()
        if live is None:
            names = base.ids.names(own.numbers)
        else:
            of_base = iter(base.ids.names(own.numbers[~own.is_live]))
            of_live = iter(live.ids.names(own.numbers[own.is_live]))
            names = [next(of_live if lives else of_base) for lives in is_live]
        return list(map(Hit, names, own.scores.tolist(), numbers, is_live))


class Best(NamedTuple):
    """The best documents, best first, ties to the lower number; and the best whatever filters say."""

    numbers: Places
    scores: npt.NDArray[np.float64]
    others: npt.NDArray[np.float64]


class _Room(threading.local):
    """Memory that each thread of this process uses again for every search."""

    def __init__(self) -> None:
        self.totals = np.zeros(1 << postings.BLOCK_BITS, np.uint16)
        self.drawn = np.zeros(1 << postings.BLOCK_BITS, np.uint16)
        self.allowed = np.zeros(1 << postings.BLOCK_BITS, np.uint16)
        self.tables = np.zeros((0, postings.LEVELS), np.uint16)


_ROOM = _Room()


def unit(terms: int) -> float:
    """Return what a score of 1 is in fixed point for a query of so many terms."""
    return float(ONE - min(max(0, terms - _MANY_TERMS), _MOST_TERMS))


def search(
    segment: Segment,
    rows: Places,
    weights: Weights,
    k: int,
    *,
    one: float,
    allowed: Bitmap | None = None,
    present: Bitmap | None = None,
    others: int = 0,
    is_few: bool = False,
) -> Best:
    """Return the ``k`` best of the documents ``allowed``, and the ``others`` best scores of those ``present``.

    Scores are whole multiples of ``1 / one``; the ranking is exact. None allows every document. ``is_few`` says that
    at most one of ``FEW`` is allowed, and asks for no others: the same is found sooner.
    """
    k = min(k, len(segment))
    if k <= 0 or not len(rows):
        return Best(np.empty(0, np.int64), np.empty(0), np.empty(0))
    found, tables = _ready(segment, rows, weights, one)
    kept = segment.postings
    best, rest, numbers, scores = np.zeros(k, np.int64), np.zeros(others, np.int64), np.empty(k, np.int64), np.empty(k)
    size = compiled.load("kernels").best(
        len(segment),
        SHARE_OF_FEW if is_few else SHARE if k < MANY else SHARE_OF_MANY,
        is_few,
        *found,
        tables,
        *_arrays(kept),
        kept.excess_directory,
        kept.excess_offsets,
        kept.excess_levels,
        _EVERYTHING if allowed is None else allowed,
        _EVERYTHING if present is None else present,
        _ROOM.totals,
        _ROOM.drawn,
        _ROOM.allowed,
        best,
        rest,
        one,
        numbers,
        scores,
    )
    if others:
        rest = -np.sort(-rest[rest > 0])
    return Best(numbers[:size], scores[:size], np.minimum((rest >> 32) / one, 1.0) if others else _NOTHING)


def scores(segment: Segment, rows: Places, weights: Weights) -> Scores:
    """Return the score of each document: the sum over the query's terms of weight times weight."""
    one = unit(len(rows))
    total = np.zeros(len(segment), np.int32)
    if len(rows):
        found, tables = _ready(segment, rows, weights, one)
        compiled.load("lookup_kernels").add_up(*found[:3], tables, *_arrays(segment.postings), total)
    return np.minimum(total / one, 1.0).astype(np.float32)


def held(segment: Segment, rows: Places, numbers: Places) -> npt.NDArray[np.uint8]:
    """Return the level of each term in each document, 0 where a document lacks it: one row a document."""
    levels = np.zeros((len(numbers), len(rows)), np.uint8)
    if levels.size:
        order = np.argsort(numbers)
        found = postings.find(segment.postings, rows)
        sorted_levels = levels.copy()
        compiled.load("lookup_kernels").look_up(
            numbers[order].astype(np.int64), *found[:3], *_arrays(segment.postings), sorted_levels
        )
        levels[order] = sorted_levels
    return levels


def weights_held(segment: Segment, rows: Places, numbers: Places) -> Scores:
    """Return the weight of each term in each document."""
    return segment.postings.worth[held(segment, rows, numbers)] * segment.idf[rows]


def best(total: Scores, k: int) -> Places:
    """Return the ``k`` best documents that score above zero, best first, ties to the lower number."""
    if k <= 0:
        return np.empty(0, np.int64)
    least = np.partition(total, -k)[-k] if k < len(total) else 0
    candidates = np.flatnonzero(total >= least if least > 0 else total > 0)
    return np.asarray(candidates[np.lexsort((candidates, -total[candidates]))[:k]])


def _ready(
    segment: Segment, rows: Places, weights: Weights, one: float
) -> tuple[postings.Found, npt.NDArray[np.uint16]]:
    """Return where the terms that count have their postings, and what each level of each adds."""
    if len(rows) > _MOST_TERMS:
        chosen = np.sort(np.argsort(-weights, kind="stable")[:_MOST_TERMS])
        rows, weights = rows[chosen], weights[chosen]
    if len(_ROOM.tables) < len(rows):
        _ROOM.tables = np.zeros((max(256, 2 * len(rows)), postings.LEVELS), np.uint16)
    tables = _ROOM.tables[: len(rows)]
    found, kept = postings.room(len(rows)), segment.postings
    compiled.load("lookup_kernels").ready(
        rows, np.ascontiguousarray(weights, np.float64), segment.idf, kept.worth, one, kept.starts, len(kept.blocks),
        kept.common_rows, kept.clips, tables, *found,
    )  # fmt: skip
    return found, tables


def _arrays(kept: postings.Postings) -> tuple[npt.NDArray[np.generic], ...]:
    return kept.blocks, kept.offsets, kept.levels, kept.directory, kept.common_offsets, kept.common_levels
