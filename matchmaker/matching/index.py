"""The index: built once, never changed, searched by many."""

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from . import forward, judgement, latent, ranking, reasons, reranking, storage
from .documents import Document
from .errors import EmptyIndex
from .fit import fit
from .live import Live
from .matches import Match
from .query import Query, prepare
from .ranking import Hit
from .reranking import CANDIDATES, Model, Order, shipped_model
from .segment import Ids, Mask, Scores, Segment, gather_facets
from .selection import Masks, Selection
from .terms import Weights, take_apart, tally

# Chosen on labelled data, see docs/matching.md.
WEIGHTS = Weights()


class Index:
    """Documents that can be found by what their text says.

    An index never changes, so threads and processes may share it; ``with_changes`` gives a new one.
    """

    def __init__(
        self,
        base: Segment,
        *,
        weights: Weights = WEIGHTS,
        live: Live | None = None,
        second_stage: Callable[[], Model | None] = shipped_model,
    ) -> None:
        self._base = base
        self._weights = weights
        self._live = live or Live()
        self._second_stage = second_stage

    @property
    def base(self) -> Segment:
        """The immutable part, for those who measure it."""
        return self._base

    @property
    def live(self) -> Live:
        """The changes on top of the base."""
        return self._live

    @property
    def weights(self) -> Weights:
        """How often an occurrence counts in each field."""
        return self._weights

    @classmethod
    def build(
        cls,
        documents: Iterable[Document],
        *,
        weights: Weights = WEIGHTS,
        watch: Callable[[list[Document]], Iterable[Document]] = iter,
    ) -> "Index":
        """Index documents in any order. Raises ``ValueError`` when two have the same id.

        ``watch`` hands the documents on one by one, for a progress bar.
        """
        ordered = sorted(documents, key=lambda document: document.id)
        for earlier, later in pairwise(ordered):
            if earlier.id == later.id:
                raise ValueError(f"Two documents have the id {later.id!r}.")
        apart = [take_apart(document, weights) for document in watch(ordered)]
        counted = [tally(fields)[0] for fields in apart]
        fitted = fit(counted)
        themes, places = latent.learn(fitted.keys, fitted.starts, fitted.docs, fitted.weights, len(ordered))
        profiles = [forward.profile(fields, one) for fields, one in zip(apart, counted, strict=True)]
        common = forward.most_frequent(np.diff(fitted.starts))
        characters = forward.character_idf(profiles, len(ordered))
        known = forward.gather(
            profiles, counted, forward.Known(fitted.keys, fitted.idf, common, characters, themes), places
        )
        facets, facet_docs = gather_facets([document.facets for document in ordered])
        ids = Ids.of(document.id for document in ordered)
        return cls(Segment(ids, *fitted, facets, facet_docs, known), weights=weights)

    @classmethod
    def open(cls, folder: Path) -> "Index":
        """Map a saved index into memory. Raises ``IndexDamaged`` unless it is whole and of this version."""
        base, weights = storage.read(folder)
        return cls(base, weights=weights)

    def save(self, folder: Path) -> None:
        """Write the index beside what the folder holds, then switch over in one step.

        Readers see the old index or the new one, and those who have the old one open keep it. Changes are
        not saved: build anew from all documents instead (``ValueError``).
        """
        if self._live.put or self._live.masked:
            raise ValueError("An index with changes cannot be saved; build it anew from all documents.")
        storage.write(folder, self._base, self._weights)

    def warm(self) -> None:
        """Load what the first search would load: dictionaries and pages of the files."""
        if len(self):
            self.search(Document("", body="预热 warm 體"), k=1)

    def __len__(self) -> int:
        return len(self._base) - len(self._live.masked) + len(self._live.put)

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        number = self._base.ids.find(name)
        return name in self._live.put or (number is not None and number not in self._live.masked)

    def with_changes(self, put: Iterable[Document] = (), removed: Iterable[str] = ()) -> "Index":
        """Return an index in which ``removed`` are gone and ``put`` are new or replaced.

        It shares the base and costs what all changes since the base was built cost together. Words that the
        base has never seen count as rare ones. A document that is both removed and put is put.
        """
        live = self._live.changed(self._base, put=put, removed=removed, weights=self._weights)
        return Index(self._base, weights=self._weights, live=live, second_stage=self._second_stage)

    def ranked_by(self, second_stage: Model | None) -> "Index":
        """Return the same index with another second stage, or with the first alone."""
        return Index(self._base, weights=self._weights, live=self._live, second_stage=lambda: second_stage)

    def where(self, **facets: str | Collection[str]) -> Selection:
        """Return the documents that carry, for each facet named, any of the values given."""
        selection = self._everything()
        for facet, wanted in facets.items():
            values = (wanted,) if isinstance(wanted, str) else tuple(wanted)
            selection &= self._selection(
                self._base.carrying(facet, values),
                self._live.segment.carrying(facet, values) if self._live.segment else _none_of(0),
            )
        return selection

    def among(self, ids: Iterable[str]) -> Selection:
        """Return the documents of these ids, as far as the index holds them."""
        base, live = _none_of(len(self._base)), _none_of(len(self._live.put))
        for name in ids:
            _mark(base, self._base.ids.find(name))
            _mark(live, self._live.segment.ids.find(name) if self._live.segment else None)
        return self._everything() & self._selection(base, live)

    def search(
        self,
        document: Document,
        k: int = 10,
        *,
        where: Selection | None = None,
        exclude: Collection[str] = (),
    ) -> list[Match]:
        """Return the ``k`` best documents, best first; those that share no term with the query never appear.

        Scores lie between 0 and 1 and are the first stage's; the second stage puts the best ``CANDIDATES`` of the
        first into their order. Ties go to the lower id. ``where`` and ``exclude`` apply before the cut
        to ``k``. Raises ``EmptyIndex`` when the index holds no document at all, and ``ValueError`` when
        ``where`` comes from another index.
        """
        if not len(self):
            raise EmptyIndex("Nothing has been indexed yet.")
        if where is not None and where.owner is not self:
            raise ValueError("This selection belongs to another index.")
        query, order, chance = self._ordered(document, k, where, exclude)
        explainer = reasons.Explainer(query, self._base, self._live.segment, order.hits[:k])
        judged = judgement.judge(query, order, k, background=chance)
        return [
            Match(hit.id, hit.score, judged[place], explainer, order, place) for place, hit in enumerate(order.hits[:k])
        ]

    def _ordered(
        self, document: Document, k: int, where: Selection | None, exclude: Collection[str]
    ) -> tuple[Query, Order, float]:
        query = prepare(document, self._base, self._live, self._weights)
        totals = self._totals(query)
        model = self._second_stage()
        wanted = max(k, CANDIDATES) if model else k
        # The best of the whole index tell it without another pass over all scores.
        is_whole = where is None and not exclude and wanted >= judgement.BACKGROUND_RANK
        chance = 0.0 if is_whole else judgement.background(np.concatenate(totals))
        hits = self._hits(totals, wanted, where, exclude)
        if is_whole:
            chance = judgement.background_of([hit.score for hit in hits])
        return query, reranking.order(query, self._base, self._live.segment, hits, model), chance

    def search_many(
        self,
        documents: Iterable[Document],
        k: int = 10,
        *,
        where: Selection | None = None,
        exclude: Sequence[Collection[str]] | None = None,
    ) -> list[list[Match]]:
        """Search with each document; ``exclude`` gives, document by document, the ids to leave out."""
        queries = list(documents)
        left_out = exclude if exclude is not None else [()] * len(queries)
        return [
            self.search(query, k, where=where, exclude=names) for query, names in zip(queries, left_out, strict=True)
        ]

    def _everything(self) -> Selection:
        base = ~_none_of(len(self._base))
        base[self._live.masked_docs] = False
        return self._selection(base, ~_none_of(len(self._live.put)))

    def _selection(self, base: Mask, live: Mask) -> Selection:
        chosen = Masks(base, live)
        return Selection(self, chosen, chosen)

    def _totals(self, query: Query) -> tuple[Scores, Scores]:
        """Return the score of every document, of the base and of the live segment."""
        base = ranking.scores(self._base, query.base.rows, query.base.weights)
        base[self._live.masked_docs] = 0
        if self._live.segment is None or query.live is None:
            return base, np.empty(0, np.float32)
        return base, ranking.scores(self._live.segment, query.live.rows, query.live.weights)

    def _hits(
        self, totals: tuple[Scores, Scores], k: int, where: Selection | None, exclude: Collection[str]
    ) -> list[Hit]:
        base, live = totals
        if where is not None:
            base, live = base * where.chosen.base, live * where.chosen.live
        hits = _cut(self._base, base, k, exclude, is_live=False)
        if self._live.segment is not None:
            hits += _cut(self._live.segment, live, k, exclude, is_live=True)
            hits.sort(key=lambda hit: (-hit.score, hit.id))
        return hits[:k]


def _cut(segment: Segment, total: Scores, k: int, exclude: Collection[str], *, is_live: bool) -> list[Hit]:
    for name in exclude:
        number = segment.ids.find(name)
        if number is not None:
            total[number] = 0
    numbers = ranking.best(total, k)
    found = zip(segment.ids.names(numbers), total[numbers].tolist(), numbers.tolist(), strict=True)
    return [Hit(name, score, number, is_live) for name, score, number in found]


def _none_of(documents: int) -> Mask:
    return np.zeros(documents, np.bool_)


def _mark(mask: Mask, number: int | None) -> None:
    if number is not None:
        mask[number] = True
