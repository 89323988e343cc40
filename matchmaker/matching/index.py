"""The index: built once, never changed, searched by many."""

from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path

import numpy as np

from . import bitmaps, judgement, ranking, reasons, reranking, storage
from .bitmaps import Bitmap
from .building import build
from .documents import Document
from .errors import EmptyIndex
from .judgement import Judged
from .live import Live
from .matches import Match
from .query import Query, prepare
from .ranking import Best, Found, Hit
from .reranking import CANDIDATES, Model, Order, shipped_model
from .segment import Segment
from .selection import Masks, Selection
from .terms import Weights
from .weighting import Weighed

# Chosen on labelled data, see docs/matching.md.
WEIGHTS = Weights()
# So many ids to leave out are dropped from a longer list of the best; more become a filter.
_FEW_LEFT_OUT = 30


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
        watch: Callable[[Iterable[Document]], Iterable[Document]] = iter,
    ) -> "Index":
        """Index documents in any order. Raises ``ValueError`` when two have the same id.

        ``watch`` hands the documents on one by one, for a progress bar.
        """
        return cls(build(watch(documents), weights), weights=weights)

    @classmethod
    def open(cls, folder: Path) -> "Index":
        """Map a saved index into memory. Raises ``IndexDamaged`` unless it is whole and of this version."""
        base, weights = storage.read(folder)
        return cls(base, weights=weights)

    @staticmethod
    def verify(folder: Path) -> None:
        """Check every byte of a saved index. Raises ``IndexDamaged`` with the reason."""
        storage.verify(folder)

    @staticmethod
    def is_checked_on_opening(folder: Path) -> bool:
        """Tell whether ``open`` checks every byte: it does not where that takes time."""
        return storage.is_checked_on_opening(folder)

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

    def where(self, **asked: str | Collection[str]) -> Selection:
        """Return the documents that carry, for each facet named, any of the values given."""
        selection = self._everything()
        for facet, wanted in asked.items():
            values = (wanted,) if isinstance(wanted, str) else tuple(wanted)
            selection &= self._selection(*(one.carrying(facet, values) for one in self._segments()))
        return selection

    def among(self, ids: Iterable[str]) -> Selection:
        """Return the documents of these ids, as far as the index holds them."""
        wanted = list(ids)
        return self._everything() & self._selection(*(one.among(wanted) for one in self._segments()))

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
        explainer = reasons.Explainer(query, self._base, self._live.segment, order.hits)
        told: list[list[Judged]] = []

        def judged() -> list[Judged]:
            if not told:
                found = judgement.judge(query, order, k, background=chance())
                told.append(self._judged(document, found, order.hits))
            return told[0]

        return [Match(hit.id, hit.score, judged, explainer, order, place) for place, hit in enumerate(order.hits)]

    def _judged(self, document: Document, judged: list[Judged], hits: Sequence[Hit]) -> list[Judged]:
        """Judge matches of a long text also by each of its pieces: what it asks for may fill a few lines of it."""
        likeliest: dict[str, float] = {}
        for piece in judgement.pieces(document.body):
            for match in self.search(Document("", document.title, piece, document.keywords), judgement.PER_PIECE):
                likeliest[match.id] = max(likeliest.get(match.id, 0.0), match.probability)
        return [judgement.at_least(one, likeliest.get(hit.id, 0.0)) for one, hit in zip(judged, hits, strict=False)]

    def _ordered(
        self, document: Document, k: int, where: Selection | None, exclude: Collection[str]
    ) -> tuple[Query, Order, Callable[[], float]]:
        """Return what was asked, the hits in their order, and what tells the score that chance reaches."""
        query = prepare(document, self._base, self._live, self._weights)
        model = self._second_stage()
        asked = reranking.Asking.of(query, self._base, model, document.facets)
        wanted = max(k, CANDIDATES) if model else k
        found, best = self._hits(query, wanted, where, exclude, is_judged=model is not None)

        def chance() -> float:
            enough = judgement.BACKGROUND_RANK
            return judgement.background_of(
                best if len(best) else self._hits(query, enough, None, (), is_judged=True)[1]
            )

        return query, reranking.order(asked, self._base, self._live.segment, found, k=k), chance

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

    def _segments(self) -> list[Segment]:
        return [self._base] if self._live.segment is None else [self._base, self._live.segment]

    def _everything(self) -> Selection:
        base = bitmaps.all_of(len(self._base)) if self._live.present is None else self._live.present
        return self._selection(base, bitmaps.all_of(len(self._live.put)))

    def _selection(self, base: Bitmap, live: Bitmap | None = None) -> Selection:
        chosen = Masks(base, bitmaps.none_of(0) if live is None else live)
        return Selection(self, chosen, chosen)

    def _hits(
        self, query: Query, k: int, where: Selection | None, exclude: Collection[str], *, is_judged: bool
    ) -> tuple[Found, Weighed]:
        """Return the best, and where they are judged the best scores of all documents, whatever is left out."""
        hits: list[Found] = []
        best: list[Weighed] = []
        for number, segment in enumerate(self._segments()):
            part = query.live if number else query.base
            if part is None:
                continue
            left_out = {one for one in map(segment.ids.find, exclude) if one is not None}
            present = None if number else self._live.present
            allowed = present if where is None else where.chosen[number]
            # Asking for a few more costs less than a filter.
            more = len(left_out) if len(left_out) <= _FEW_LEFT_OUT else 0
            if left_out and not more:
                allowed = bitmaps.without(bitmaps.all_of(len(segment)) if allowed is None else allowed, left_out)
            is_filtered = allowed is not present
            is_few = number == 0 and where is not None and where.base_share * ranking.FEW <= 1
            wanted = max(k + more, judgement.BACKGROUND_RANK) if is_judged and not is_filtered else k + more
            found = ranking.search(
                segment,
                part.rows,
                part.weights,
                wanted,
                one=ranking.unit(query.terms),
                allowed=allowed,
                present=present,
                others=judgement.BACKGROUND_RANK if is_judged and is_filtered and not is_few else 0,
                is_few=is_few,
            )
            hits.append(_found(found, k, left_out, is_live=number == 1))
            if is_judged:
                best.append(found.others if is_filtered else found.scores)
        if len(best) > 1:
            return self._merged(hits, k), -np.sort(-np.concatenate(best))
        return self._merged(hits, k), best[0] if best else np.empty(0)

    def _merged(self, found: Sequence[Found], k: int) -> Found:
        """Return the best of both segments; ties go to the lower id."""
        if len(found) < 2:
            return found[0]
        both = Found(*map(np.concatenate, zip(*found, strict=True)))
        hits = both.hits(range(len(both.numbers)), self._base, self._live.segment)
        order = sorted(range(len(hits)), key=lambda place: (-hits[place].score, hits[place].id))[:k]
        return both.some(order)


def _found(best: Best, k: int, left_out: Collection[int], *, is_live: bool) -> Found:
    numbers, scores = best.numbers, best.scores
    if left_out:
        kept = ~np.isin(numbers, list(left_out))
        numbers, scores = numbers[kept], scores[kept]
    numbers = numbers[:k]
    return Found(numbers, scores[:k], (np.ones if is_live else np.zeros)(len(numbers), np.bool_))
