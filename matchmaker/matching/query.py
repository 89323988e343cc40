"""A document made ready to search with one index."""

from typing import NamedTuple

import numpy as np

from . import compiled
from .documents import Document
from .live import Live
from .segment import Places, Segment
from .terms import Field, Keys, Weights, take_apart, tally
from .weighting import Weighed, rarest_idf

_NONE = np.empty(0, np.bool_)


class Part(NamedTuple):
    """Where the query's terms stand in one segment: ``terms`` numbers them within the query."""

    rows: Places
    terms: Places
    weights: Weighed


class Query(NamedTuple):
    """What a document asks for; ``occurrences`` gives the term of each occurrence as ``tally`` orders them.

    ``keys`` and ``idf`` belong to its terms; a term that weighs nothing has none. ``vector`` is nought for terms that
    no indexed document holds, and ``coverage`` the share of it that is left once these are left out.
    """

    fields: list[Field]
    occurrences: Places
    keys: Keys
    idf: Weighed
    vector: Weighed
    coverage: float
    base: Part
    live: Part | None

    @property
    def terms(self) -> int:
        """How many different terms it has, known or not."""
        return len(self.keys)


def prepare(document: Document, base: Segment, live: Live, weights: Weights) -> Query:
    """Look up the terms of a document. Those that no indexed document holds are left out."""
    fields = take_apart(document, weights)
    counted, occurrences = tally(fields)
    live_rows = None if live.segment is None else live.segment.rows(counted.keys)
    also = _NONE if live_rows is None else live_rows[1]
    size = len(counted.keys)
    rows, held, terms = np.empty((3, size), np.int64)
    idf, vector, weighed, coverage = np.empty(size), np.empty(size), np.empty(size), np.empty(1)
    known = compiled.load("lookup_kernels").weigh_keys(
        counted.keys, counted.counts, base.keys, base.heads, base.idf, rarest_idf(len(base)), also,
        rows, idf, vector, held, terms, weighed, coverage,
    )  # fmt: skip
    live_part = None if live_rows is None else _part(np.where(also, live_rows[0], -1), vector)
    own = Part(held[:known], terms[:known], weighed[:known])
    return Query(fields, occurrences, counted.keys, idf, vector, float(coverage[0]), own, live_part)


def _part(rows: Places, vector: Weighed) -> Part:
    # A term that weighs nothing, being too common, has no postings either.
    terms = np.flatnonzero((rows >= 0) & (vector > 0))
    return Part(rows[terms], terms, vector[terms])
