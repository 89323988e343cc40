"""A document made ready to search with one index."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .documents import Document
from .live import Live
from .segment import Mask, Places, Segment
from .terms import Counted, Field, Keys, Weights, take_apart, tally
from .weighting import Weighed, rarest_idf, weigh


@dataclass(frozen=True, slots=True)
class Part:
    """Where the query's terms stand in one segment: ``terms`` numbers them within the query."""

    rows: Places
    terms: Places
    weights: Weighed


@dataclass(frozen=True, slots=True)
class Query:
    """What a document asks for; ``occurrences`` gives the term of each occurrence as ``tally`` orders them.

    ``keys`` and ``idf`` belong to its terms; a term that weighs nothing has none. ``coverage`` is the share of its
    vector that is left once unknown terms are left out.
    """

    fields: list[Field]
    occurrences: Places
    keys: Keys
    idf: Weighed
    coverage: float
    base: Part
    live: Part | None

    @property
    def terms(self) -> int:
        """How many different terms it has, known or not."""
        return len(self.keys)

    def weights(self) -> Weighed:
        """Return its vector, nought for terms that no indexed document holds."""
        weights = np.zeros(self.terms)
        for part in (self.base, self.live):
            if part is not None:
                weights[part.terms] = part.weights
        return weights


def prepare(document: Document, base: Segment, live: Live, weights: Weights) -> Query:
    """Look up the terms of a document. Those that no indexed document holds are left out."""
    fields = take_apart(document, weights)
    counted, occurrences = tally(fields)
    rows, known = base.rows(counted.keys)
    idf = np.full(len(counted.keys), rarest_idf(len(base)))
    idf[known] = base.idf[rows[known]]
    if live.segment is None:
        vector, coverage = _vector(counted, idf, known)
        return Query(fields, occurrences, counted.keys, idf, coverage, _part(rows, known, vector), None)
    live_rows, live_known = live.segment.rows(counted.keys)
    vector, coverage = _vector(counted, idf, known | live_known)
    parts = _part(rows, known, vector), _part(live_rows, live_known, vector)
    return Query(fields, occurrences, counted.keys, idf, coverage, *parts)


def _vector(counted: Counted, idf: Weighed, known: Mask) -> tuple[Weighed, float]:
    whole = weigh(counted.counts, idf) * known
    length = float(np.sqrt(whole @ whole))
    return (whole / length if length else whole), length


def _part(rows: Places, known: Mask, vector: Weighed) -> Part:
    # A term that weighs nothing, being too common, has no postings either.
    terms: npt.NDArray[np.int64] = np.flatnonzero(known & (vector > 0))
    return Part(rows[terms], terms, vector[terms])
