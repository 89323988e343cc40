"""A document made ready to search with one index."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .documents import Document
from .live import Live
from .segment import Mask, Places, Segment
from .terms import Field, Weights, take_apart, tally
from .weighting import Weighed, rarest_idf, weigh


@dataclass(frozen=True, slots=True)
class Part:
    """Where the query's terms stand in one segment: ``terms`` numbers them within the query."""

    rows: Places
    terms: Places
    weights: Weighed


@dataclass(frozen=True, slots=True)
class Query:
    """What a document asks for; ``occurrences`` gives the term of each occurrence, field by field."""

    fields: list[Field]
    occurrences: Places
    terms: int
    base: Part
    live: Part | None


def prepare(document: Document, base: Segment, live: Live, weights: Weights) -> Query:
    """Look up the terms of a document. Those that no indexed document holds are left out."""
    fields = take_apart(document, weights)
    counted, occurrences = tally(fields)
    rows, known = base.rows(counted.keys)
    idf = np.zeros(len(counted.keys))
    idf[known] = base.idf[rows[known]]
    if live.segment is None:
        vector = weigh(counted.counts, idf)
        return Query(fields, occurrences, len(idf), _part(rows, known, vector), None)
    live_rows, live_known = live.segment.rows(counted.keys)
    idf[live_known & ~known] = rarest_idf(len(base))
    vector = weigh(counted.counts, idf)
    parts = _part(rows, known, vector), _part(live_rows, live_known, vector)
    return Query(fields, occurrences, len(idf), *parts)


def _part(rows: Places, known: Mask, vector: Weighed) -> Part:
    # A term that weighs nothing, being too common, has no postings either.
    terms: npt.NDArray[np.int64] = np.flatnonzero(known & (vector > 0))
    return Part(rows[terms], terms, vector[terms])
