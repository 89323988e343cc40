"""What was put or removed since the index was built: a small segment in memory, made anew at each change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from .documents import Document
from .forward import Known, Profile, gather, most_frequent, profile
from .latent import packed
from .segment import Ids, Places, Scores, Segment, gather_facets
from .terms import Counted, Keys, Weights, take_apart, tally
from .weighting import rarest_idf, weigh


@dataclass(frozen=True)
class Put:
    """A document that was put, as far as searching needs it."""

    counted: Counted
    profile: Profile
    facets: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Live:
    """The changes on top of a base: documents put, and the base's documents that no longer count."""

    put: Mapping[str, Put] = field(default_factory=dict)
    masked: frozenset[int] = frozenset()
    segment: Segment | None = None
    masked_docs: Places = field(default_factory=lambda: np.empty(0, np.int64))

    def changed(self, base: Segment, *, put: Iterable[Document], removed: Iterable[str], weights: Weights) -> "Live":
        """Return the changes with more on top: first the removals, then what is put."""
        documents = dict(self.put)
        masked = set(self.masked)
        for name in removed:
            documents.pop(name, None)
            _mask(masked, base.ids.find(name))
        for document in put:
            fields = take_apart(document, weights)
            counted = tally(fields)[0]
            documents[document.id] = Put(counted, profile(fields, counted), dict(document.facets))
            _mask(masked, base.ids.find(document.id))
        segment = _segment(base, documents) if documents else None
        return Live(documents, frozenset(masked), segment, np.array(sorted(masked), dtype=np.int64))


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
    weights = [weigh(one.counts, base_idf(base, one.keys)) for one in counted]
    keys, rows = np.unique(np.concatenate([one.keys for one in counted]), return_inverse=True)
    docs = np.repeat(np.arange(len(names), dtype=np.int32), [len(one.keys) for one in counted])
    order = np.argsort(rows, kind="stable")
    idf = base_idf(base, keys)
    held = np.bincount(rows, minlength=len(keys))
    themes = base.forward.themes
    places = [themes.place(one.keys, own) for one, own in zip(counted, weights, strict=True)]
    facets, facet_docs = gather_facets([documents[name].facets for name in names])
    return Segment(
        ids=Ids.of(names),
        keys=keys,
        idf=idf,
        starts=np.concatenate(([0], np.cumsum(held))).astype(np.int64),
        docs=docs[order],
        weights=np.concatenate(weights)[order].astype(np.float32),
        facets=facets,
        facet_docs=facet_docs,
        forward=gather(
            [documents[name].profile for name in names],
            counted,
            Known(keys, idf, most_frequent(held * (idf > 0)), base.forward.character_idf, themes),
            packed(np.array(places)),
        ),
    )
