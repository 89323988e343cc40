"""The second stage: a linear model over named features puts some hundred candidates into their final order."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from . import compiled, features
from .features import Asked, Table
from .moves import Move
from .query import Query
from .ranking import Found, Hit
from .segment import Places, Segment

#: How many of the first stage are put in order again; with 60 to 100 the order is as good (docs/matching.md).
CANDIDATES = 70
#: Against how many of the best a match's moves are told.
SHOWN = 10
#: All features: what is measured of each candidate by itself, and among the others.
NAMES = (*features.NAMES, *features.THEMED, *features.FACETED)
#: What a weight is multiplied by: nothing, how long the query is, how short, whether it has a title.
GATES = ("always", "long", "short", "titled")
WEIGHTS_FILE = Path(__file__).with_name("weights.json")
FORMAT = 1

#: What people are told a feature speaks of.
SPEAKS_OF = {
    "whole": "similarity",
    "words": "words",
    "pairs": "words",
    "sharp": "rare words",
    "rare": "rare words",
    "spelled": "letters and numbers",
    "models": "model numbers",
    "coverage": "words",
    "agreed": "words",
    "characters": "words",
    "unscaled": "words",
    "head": "beginning",
    "head_coverage": "beginning",
    "title": "title",
    "title_coverage": "title",
    "head_title": "title",
    "head_title_coverage": "title",
    "keywords": "keywords",
    "keyword_coverage": "keywords",
    "head_keywords": "keywords",
    "brief": "length",
    "peak": "rare words",
    "theme": "theme",
    "broad_theme": "theme",
    "neighbours": "theme",
    "company": "theme",
    "industry": "industry",
    "category": "category",
}

#: The facets of a query.
Carried = Mapping[str, tuple[str, ...]]
_Values = npt.NDArray[np.float64]
#: The columns from here on are those of facets.
_FACETED = len(features.NAMES) + len(features.THEMED)
_NONE: Places = np.empty(0, np.int64)


@dataclass(frozen=True)
class Model:
    """Weights of the second stage: one row for each of ``GATES``, one column for each of ``NAMES``."""

    weights: _Values

    @classmethod
    def of(cls, told: Mapping[str, Mapping[str, float]]) -> "Model":
        """Read ``{feature: {gate: weight}}``. A feature that is not named weighs nothing."""
        unknown = set(told) - set(NAMES)
        if unknown:
            raise ValueError(f"The weights name features that do not exist: {', '.join(sorted(unknown))}.")
        return cls(np.array([[told.get(name, {}).get(gate, 0.0) for name in NAMES] for gate in GATES]))

    def told(self) -> dict[str, dict[str, float]]:
        """Return what ``of`` reads, rounded."""
        return {
            name: {gate: round(float(self.weights[row, column]), 3) for row, gate in enumerate(GATES)}
            for column, name in enumerate(NAMES)
        }

    def for_query(self, gates: _Values) -> _Values:
        """Return one weight for each feature."""
        return np.asarray(gates @ self.weights)


@dataclass(frozen=True)
class Asking:
    """A query as the second stage looks at it: before the first stage, while all about it is at hand."""

    query: Query
    model: Model
    terms: Asked
    facets: Carried

    @classmethod
    def of(cls, query: Query, base: Segment, model: Model | None, facets: Carried) -> "Asking | None":
        """Look at a query and what its document carries; nothing where there is no second stage."""
        return None if model is None else cls(query, model, features.asked(query, base), facets)


@dataclass(frozen=True)
class Ranked:
    """Candidates measured, one row each: features as measured, and what each adds to the candidate's value."""

    raw: Table
    added: _Values
    gates: _Values

    @cached_property
    def values(self) -> _Values:
        """What the candidates are ordered by, rounded so that equal texts stay equal."""
        return np.asarray(np.round(self.added.sum(axis=1), 6))

    def moves(self, candidate: int, among: Places) -> tuple[Move, ...]:
        """Return what lifted or lowered a candidate against the mean of others, the strongest first.

        Together with the part called “similarity”, which is the first stage's own, they add up to the
        candidate's value less the mean value.
        """
        difference = self.added[candidate] - self.added[among].mean(axis=0)
        by: dict[str, float] = {}
        for name, part in zip(NAMES, difference.tolist(), strict=True):
            by[SPEAKS_OF[name]] = by.get(SPEAKS_OF[name], 0.0) + part
        return tuple(Move(name, part) for name, part in sorted(by.items(), key=lambda item: (-abs(item[1]), item[0])))


def gates(asked: Asked, *, is_titled: bool) -> _Values:
    """Return what the weights are multiplied by, in the order of ``GATES``."""
    terms = max(1, int(np.count_nonzero(asked.weights)))
    is_long, is_short = math.log2(terms / 8) / 4.5, (16 - terms) / 12
    return np.array([1.0, min(max(is_long, 0.0), 1.0), min(max(is_short, 0.0), 1.0), float(is_titled)])


def measure(
    query: Query,
    asked: Asked,
    base: Segment,
    live: Segment | None,
    candidates: tuple[Places, Places],
    *,
    facets: Carried,
) -> tuple[Table, _Values]:
    """Return the features of candidates of the base, then of the live segment; and what gates say of the query."""
    table, places = features.measure(asked, query.base, base, candidates[0])
    if live is not None and query.live is not None and len(candidates[1]):
        own, stands = features.measure(asked, query.live, live, candidates[1])
        table, places = np.concatenate((table, own)), np.concatenate((places, stands))
    themed = features.compare(asked, places, np.ascontiguousarray(table[:, 0]))
    is_titled = any(field.name == "title" for field in query.fields)
    whole = np.zeros((len(table), len(NAMES)), np.float32)
    whole[:, : len(features.NAMES)], whole[:, len(features.NAMES) : _FACETED] = table, themed
    if facets:
        first = len(candidates[0])
        whole[:first, _FACETED:] = features.agree(facets, base, candidates[0])
        if live is not None and first < len(table):
            whole[first:, _FACETED:] = features.agree(facets, live, candidates[1])
    return whole, gates(asked, is_titled=is_titled)


def scaled(table: Table) -> Table:
    """Divide each feature by its maximum over the candidates, rounded so that equal texts stay equal."""
    return _weigh(table, np.ones(table.shape[1]))[0]


def _weigh(table: Table, weights: _Values) -> tuple[Table, _Values]:
    """Return each feature scaled, and what it adds."""
    features_scaled, added = np.empty(table.shape, np.float32), np.empty(table.shape)
    compiled.load("theme_kernels").weigh(np.ascontiguousarray(table), weights, features_scaled, added)
    return features_scaled, added


def rank(asked: Asking, base: Segment, live: Segment | None, candidates: tuple[Places, Places]) -> Ranked:
    """Measure candidates and weigh what was measured."""
    return weighed(*measure(asked.query, asked.terms, base, live, candidates, facets=asked.facets), asked.model)


def weighed(table: Table, gated: _Values, model: Model) -> Ranked:
    """Weigh what was measured."""
    return Ranked(table, _weigh(table, model.for_query(gated))[1], gated)


@cache
def shipped() -> dict[str, Any]:
    """Read the file that ``matchmaker match train`` writes. Raises ``ValueError`` when it is of another version."""
    told: dict[str, Any] = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    if told.get("format") != FORMAT:
        raise ValueError(f"{WEIGHTS_FILE.name} is of another version; run “matchmaker match train”.")
    return told


@cache
def shipped_model() -> Model:
    """Return the weights that come with the library."""
    return Model.of(shipped()["features"])


@dataclass(frozen=True)
class Order:
    """The first hits in their final order.

    ``rows`` says where each stands in ``ranked``, -1 for those that were no candidates, ``places`` where it stood in
    the first stage's order; both may go on beyond the hits.
    """

    hits: list[Hit]
    rows: list[int]
    places: list[int]
    ranked: Ranked | None

    def strength(self, place: int) -> float:
        """Return what a hit is ranked by: above 1 for candidates, below it for what follows them."""
        row = self.rows[place]
        if self.ranked is None or row < 0:
            return self.hits[place].score
        values = self.ranked.values
        least, most = float(values.min()), float(values.max())
        return 1.0 + (float(values[row]) - least) / ((most - least) or 1.0)

    def moves(self, place: int) -> tuple[Move, ...]:
        """Return what lifted or lowered a hit among the ten best, similarity included; nothing without second stage."""
        row = self.rows[place]
        if self.ranked is None or row < 0:
            return ()
        return self.ranked.moves(row, np.array([one for one in self.rows[:SHOWN] if one >= 0]))


def order(asked: Asking | None, base: Segment, live: Segment | None, found: Found, *, k: int) -> Order:
    """Put what the first stage found, best first, into its final order, and return ``k``; ties go to the lower id."""
    if asked is None or not len(found.numbers):
        every = list(range(min(k, len(found.numbers))))
        return Order(found.hits(slice(len(every)), base, live), [-1] * len(every), every, None)
    head = found.some(slice(CANDIDATES))
    size = len(head.numbers)
    if live is None:
        ranked = rank(asked, base, live, (head.numbers, _NONE))
        # Within a segment numbers follow ids, and need not be looked up.
        best = places = np.lexsort((head.numbers, -ranked.values)).tolist()
    else:
        # The rows of the base come first, then those of the live segment, each in the first stage's order.
        by_row = np.argsort(head.is_live, kind="stable").tolist()
        numbers = head.numbers[~head.is_live], head.numbers[head.is_live]
        ranked = rank(asked, base, live, numbers)
        values, names = ranked.values.tolist(), [hit.id for hit in head.hits(by_row, base, live)]
        best = sorted(range(size), key=lambda row: (-values[row], names[row]))
        places = [by_row[row] for row in best]
    rest = range(size, min(k, len(found.numbers)))
    places = [*places, *rest]
    return Order(found.hits(places[:k], base, live), [*best, *(-1 for _ in rest)], places, ranked)
