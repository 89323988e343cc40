"""Why a document fits: what each term added to the score, gathered into words that a reader knows.

A pair of characters says little by itself. What it added goes to the query's word that covers it; a pair
across two words goes to those of them that the document holds; neighbouring pairs whose words the document
does not hold join into the longest stretch that both texts share.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from threading import RLock
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from . import ranking
from .matches import Explanation, Reason
from .query import Part, Query
from .ranking import Hit
from .segment import Segment
from .surfaces import Surfaces, readable

SHOWN = 12

BLOCK = 10

# One row a match of a block, one column a term of the query.
_Table = npt.NDArray[np.float64]


class _Found(NamedTuple):
    """Which term added how much to the match at which place."""

    places: npt.NDArray[np.int32]
    terms: npt.NDArray[np.int64]
    values: npt.NDArray[np.float64]


class _Row(NamedTuple):
    """What makes up the score of one match: words, and pairs that no word covers, in the order of the text."""

    total: float
    #: Each with its value, negative so that the largest sorts first.
    words: list[tuple[float, int]]
    #: Where each stands, its value, and whether it lies within one word of the query.
    pairs: list[tuple[int, float, bool]]


class Explainer:
    """Explains the matches of one search, when they are first asked for."""

    def __init__(self, query: Query, base: Segment, live: Segment | None, found: Sequence[Hit]) -> None:
        self._query = query
        self._base = base
        self._live = live
        self._found = found
        self._lock = RLock()
        self._explained: dict[int, Explanation] = {}
        self._blocks: dict[int, list[_Row]] = {}

    def explanation(self, place: int) -> Explanation:
        """Return why the match at that place of the ranking fits."""
        with self._lock:
            if place not in self._explained:
                self._explained[place] = self._explain(place)
            return self._explained[place]

    def _explain(self, place: int) -> Explanation:
        surfaces, row = self._surfaces, self._rows(place // BLOCK)[place % BLOCK]
        if not row.total:
            return Explanation((), 1.0)
        shares: defaultdict[str, float] = defaultdict(float)
        for value, term in sorted(row.words)[:SHOWN]:
            shares[surfaces.words[term]] -= value
        for start, end, value in _stretches(row.pairs):
            shares[surfaces.unspaced[start:end]] += value
        ranked = sorted(shares.items(), key=lambda item: (-item[1], item[0]))[:SHOWN]
        reasons = tuple(Reason(surfaces.spelling(term), value / row.total) for term, value in ranked)
        return Explanation(reasons, max(0.0, 1.0 - sum(reason.share for reason in reasons)))

    @cached_property
    def _surfaces(self) -> Surfaces:
        return readable(self._query)

    @cached_property
    def _added(self) -> _Found:
        """What was added to which match by which term, for all matches from one pass over the postings."""
        parts = [_added(self._base, self._query.base, self._places(is_live=False))]
        if self._live is not None and self._query.live is not None:
            parts.append(_added(self._live, self._query.live, self._places(is_live=True)))
        return _Found(*map(np.concatenate, zip(*parts, strict=True)))

    def _rows(self, block: int) -> list[_Row]:
        """Return what makes up the scores of a block of matches."""
        if block not in self._blocks:
            found = self._added
            first = block * BLOCK
            inside = np.flatnonzero((found.places >= first) & (found.places < first + BLOCK))
            table = np.zeros((BLOCK, self._query.terms))
            table[found.places[inside] - first, found.terms[inside]] = found.values[inside]
            rows = [_Row(total, [], []) for total in table.sum(axis=1).tolist()]
            _fold_compounds(table, self._surfaces)
            _list_pairs(rows, _fold_pairs(table, self._surfaces), self._surfaces)
            _list_words(rows, table)
            self._blocks[block] = rows
        return self._blocks[block]

    def _places(self, *, is_live: bool) -> dict[int, int]:
        return {found.number: place for place, found in enumerate(self._found) if found.is_live is is_live}


def _added(segment: Segment, part: Part, places: Mapping[int, int]) -> _Found:
    if not places or not len(part.rows):
        return _Found(np.empty(0, np.int32), np.empty(0, np.int64), np.empty(0))
    weights = ranking.weights_held(segment, part.rows, np.array(list(places)))
    documents, terms = np.nonzero(weights)
    values = weights[documents, terms] * part.weights[terms]
    return _Found(np.array(list(places.values()), np.int32)[documents], part.terms[terms], values)


def _fold_compounds(added: _Table, surfaces: Surfaces) -> None:
    """Give what ICP and MS added to ICP-MS, where the document holds that."""
    for part, whole in surfaces.compounds.items():
        held = added[:, whole] > 0
        added[held, whole] += added[held, part]
        added[held, part] = 0


def _fold_pairs(added: _Table, surfaces: Surfaces) -> _Table:
    """Give what pairs added to the words that cover them; return what no word took, pair by pair."""
    value = added[:, surfaces.pairs]
    first, second = added[:, surfaces.first] > 0, added[:, surfaces.second] > 0
    takers = first.astype(np.int8) + second
    half = value / np.maximum(takers, 1)
    added[:, surfaces.pairs] = 0
    cells = np.arange(len(added))[:, np.newaxis] * added.shape[1]
    for owners, takes in ((surfaces.first, first), (surfaces.second, second)):
        taken = np.bincount((cells + owners).ravel(), (half * takes).ravel(), added.size)
        added += taken.reshape(added.shape)
    return np.asarray(value * (takers == 0))


def _list_words(rows: Sequence[_Row], added: _Table) -> None:
    places, terms = np.nonzero(added > 0)
    for place, term, value in zip(places.tolist(), terms.tolist(), added[places, terms].tolist(), strict=True):
        rows[place].words.append((-value, term))


def _list_pairs(rows: Sequence[_Row], loose: _Table, surfaces: Surfaces) -> None:
    order = np.argsort(surfaces.at)
    is_inside = (surfaces.first == surfaces.second)[order].tolist()
    starts, loose = surfaces.at[order].tolist(), loose[:, order]
    places, pairs = np.nonzero(loose)
    for place, pair, value in zip(places.tolist(), pairs.tolist(), loose[places, pairs].tolist(), strict=True):
        rows[place].pairs.append((starts[pair], value, is_inside[pair]))


def _stretches(pairs: Sequence[tuple[int, float, bool]]) -> Iterable[tuple[int, int, float]]:
    """Join pairs that overlap; leave out a lone pair across two words, which nobody can read."""
    first = 0
    for last, (at, _value, is_inside) in enumerate(pairs):
        if last + 1 < len(pairs) and pairs[last + 1][0] == at + 1:
            continue
        if last > first or is_inside:
            yield pairs[first][0], at + 2, sum(value for _at, value, _is_inside in pairs[first : last + 1])
        first = last + 1
