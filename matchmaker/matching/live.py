"""What was put or removed since the index was built: a small segment in memory, made anew at each change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from . import bitmaps, facets
from .bitmaps import Bitmap
from .documents import Document
from .forward import Characters, Forward, Profile, laid, listed, most_frequent, profile, records, unthemed
from .latent import packed, place
from .postings import heads_of, levels_of, pack
from .segment import Ids, Scores, Segment
from .terms import Counted, Keys, Weights, take_apart, tally
from .weighting import Weighed, rarest_idf, weigh


@dataclass(frozen=True)
class Put:
    """A document that was put, as far as searching needs it: measured once, however often others are put beside it."""

    counted: Counted
    profile: Profile
    facets: Mapping[str, tuple[str, ...]]
    #: Its vector, a number for each term counted, and where it stands among the base's themes.
    weights: Weighed
    place: npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Live:
    """The changes on top of a base: documents put, and the base's documents that no longer count."""

    put: Mapping[str, Put] = field(default_factory=dict)
    masked: frozenset[int] = frozenset()
    segment: Segment | None = None
    #: What is left of the base; None where nothing was masked.
    present: Bitmap | None = None

    def changed(self, base: Segment, *, put: Iterable[Document], removed: Iterable[str], weights: Weights) -> "Live":
        """Return the changes with more on top: first the removals, then what is put."""
        documents = dict(self.put)
        masked = set(self.masked)
        for name in removed:
            documents.pop(name, None)
            _mask(masked, base.ids.find(name))
        for document in put:
            documents[document.id] = _put(base, document, weights)
            _mask(masked, base.ids.find(document.id))
        segment = _segment(base, documents) if documents else None
        present = bitmaps.without(bitmaps.all_of(len(base)), masked) if masked else None
        return Live(documents, frozenset(masked), segment, present)


def _put(base: Segment, document: Document, weights: Weights) -> Put:
    fields = take_apart(document, weights)
    counted = tally(fields)[0]
    vector = weigh(counted.counts, base_idf(base, counted.keys))
    rows, known = base.rows(counted.keys)
    spot = place(base.forward, rows[known], np.ascontiguousarray(vector[known]))
    themes = packed(spot[np.newaxis], base.forward.theme_spread)[0]
    return Put(counted, profile(fields, counted), dict(document.facets), vector, themes)


def _mask(masked: set[int], number: int | None) -> None:
    if number is not None:
        masked.add(number)


def base_idf(base: Segment, keys: Keys) -> Scores:
    """Return the base's idf of each key; a key that the base lacks counts as held by one document."""
    rows, known = base.rows(keys)
    idf = np.full(len(keys), rarest_idf(len(base)), dtype=np.float32)
    idf[known] = base.idf[rows[known]]
    return idf


def _segment(base: Segment, documents: Mapping[str, Put]) -> Segment:
    names = sorted(documents)
    counted = [documents[name].counted for name in names]
    keys, rows = np.unique(np.concatenate([one.keys for one in counted]), return_inverse=True)
    docs = np.repeat(np.arange(len(names), dtype=np.int32), [len(one.keys) for one in counted])
    idf = base_idf(base, keys)
    # What weighs nothing has no postings, as in the base.
    order = np.argsort(rows, kind="stable")
    order = order[idf[rows[order]] > 0]
    worth = np.concatenate([documents[name].weights for name in names])[order] / idf[rows[order]]
    starts = np.concatenate(([0], np.cumsum(np.bincount(rows[order], minlength=len(keys))))).astype(np.int64)
    levels = levels_of(worth, base.postings.worth)
    common = most_frequent(np.diff(starts))
    own = laid([documents[name].profile for name in names], counted, keys)
    measured = listed(own, idf, common)
    ends = np.zeros(len(names) + 1, np.uint64)
    places = np.array([documents[name].place for name in names])
    drawn = Characters(base.forward.character_ranks, base.forward.character_idf)
    told = np.concatenate(list(records(measured, drawn.ranks, lambda first, last: places[first:last], ends)))
    return Segment(
        ids=Ids.of(names),
        keys=keys,
        heads=heads_of(keys),
        idf=idf,
        postings=pack(starts, docs[order], levels, len(names), base.postings.worth),
        facets=facets.gather([documents[name].facets for name in names]),
        forward=Forward.of(common, ends, told, drawn, unthemed(len(common.rows))),
    )
