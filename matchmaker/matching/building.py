"""Building a segment: what was counted by document becomes postings by term, block by block.

Two passes over the blocks: the first measures documents and lays out what the second stage knows of them, the second
writes postings and places among the themes. The order in which documents arrived leaves no trace.
"""

import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from . import compiled, fit, latent, postings
from .counting import IN_KEYWORDS, IN_TITLE, MOST
from .documents import Document
from .forward import CODES, Forward
from .gathering import Gathered, gather
from .postings import BLOCK_BITS, RARE, Postings
from .segment import Ids, Scores, Segment
from .terms import Weights

_BLOCK = 1 << BLOCK_BITS
_Places = npt.NDArray[np.int64]
_Kind = TypeVar("_Kind", bound=np.generic)


class Block(NamedTuple):
    """Documents in the order of their ids: what they hold, by rows of the vocabulary, and their ideographs."""

    starts: _Places
    rows: npt.NDArray[np.int32]
    counts: npt.NDArray[np.uint16]
    character_starts: _Places
    characters: npt.NDArray[np.uint16]


class _Corpus:
    """Counted documents in the order of their ids, with one vocabulary."""

    def __init__(self, gathered: Gathered, order: _Places) -> None:
        self.size = len(order)
        self._gathered = gathered
        self._order = order
        self.keys, self._rows, self.held = fit.merged(gathered.sources)
        self.idf = fit.idf(self.keys, self.held, self.size)
        #: Terms without weight have no postings.
        self.posted = np.where(self.idf > 0, self.held, 0)

    def blocks(self) -> Iterator[Block]:
        for first in range(0, self.size, _BLOCK):
            yield self.some(self._order[first : first + _BLOCK])

    def some(self, documents: _Places) -> Block:
        """Return documents by their numbers in the order of arrival."""
        kernels = compiled.load("building_kernels")
        source, place = self._gathered.source[documents], self._gathered.place[documents]
        froms, untils = np.empty((2, len(documents)), np.int64), np.empty((2, len(documents)), np.int64)
        for number, one in enumerate(self._gathered.sources):
            inside = source == number
            for row, ends in enumerate((one.counts.ends, one.counts.character_ends)):
                untils[row, inside] = ends[place[inside]]
                froms[row, inside] = np.where(place[inside] > 0, ends[place[inside] - 1], 0)
        starts = np.concatenate((np.zeros((2, 1), np.int64), np.cumsum(untils - froms, axis=1)), axis=1)
        rows, counts = np.empty(starts[0, -1], np.int32), np.empty(starts[0, -1], np.uint16)
        characters = np.empty(starts[1, -1], np.uint16)
        for number, (one, row_of) in enumerate(zip(self._gathered.sources, self._rows, strict=True)):
            inside = np.flatnonzero(source == number)
            stretches = [np.ascontiguousarray(part[:, inside]) for part in (froms, untils, starts[:, :-1])]
            kernels.gather(*(part[0] for part in stretches), one.counts.terms, one.counts.counts, row_of, rows, counts)
            kernels.gather_characters(*(part[1] for part in stretches), one.counts.characters, characters)
        return Block(starts[0], rows, counts, starts[1], characters)

    def sampled(self, rows: _Places) -> latent.Sample:
        """Return what some documents, evenly spread, hold of ``rows``."""
        block = self.some(self._order[:: -(-self.size // latent.SAMPLE)])
        place_of = np.full(len(self.keys), -1, np.int32)
        place_of[rows] = np.arange(len(rows))
        places = place_of[block.rows]
        told = places >= 0
        ends = np.concatenate(([0], np.cumsum(told)))[block.starts]
        logs = 1.0 + np.log(block.counts[told] >> 2)
        return ends, places[told], (logs * self.idf[block.rows[told]]).astype(np.float32)


def build(documents: Iterable[Document], weights: Weights) -> Segment:
    """Index documents in any order. Raises ``ValueError`` when two have the same id."""
    with tempfile.TemporaryDirectory(prefix="matchmaker-") as folder:
        gathered = gather(documents, weights, Path(folder))
        order = np.array(sorted(range(len(gathered.ids)), key=gathered.ids.__getitem__), np.int64)
        names = [gathered.ids[number] for number in order.tolist()]
        for earlier, later in pairwise(names):
            if earlier == later:
                raise ValueError(f"Two documents have the id {later!r}.")
        numbers = np.empty(len(order), np.int64)
        numbers[order] = np.arange(len(order))
        corpus = _Corpus(gathered, order)
        known, forward = _lay_out(corpus)
        posted, places, themes = _post(corpus, known)
        return Segment(
            ids=Ids.of(names),
            keys=corpus.keys,
            heads=postings.heads_of(corpus.keys),
            idf=corpus.idf,
            postings=posted,
            facets=gathered.facets.facets(numbers),
            forward=forward._replace(places=places, theme_keys=themes.keys, theme_vectors=themes.vectors),
        )


class _Known(NamedTuple):
    """The length of each document's vector, and what the levels of postings are worth."""

    lengths: npt.NDArray[np.float64]
    worth: Scores


def _logs() -> npt.NDArray[np.float64]:
    return 1.0 + np.log(np.maximum(np.arange(MOST + 1), 1))


def _lay_out(corpus: _Corpus) -> tuple[_Known, Forward]:
    """Measure the documents, and collect what the second stage keeps of them."""
    kernels, logs = compiled.load("building_kernels"), _logs()
    lengths: list[npt.NDArray[np.float64]] = []
    titles, keywords = _Lists(np.int32), _Lists(np.int32)
    characters = _Lists(np.uint16)
    bounds = np.array([np.inf, 0.0])
    for block in corpus.blocks():
        lengths.append(np.empty(len(block.starts) - 1))
        kernels.measure(block.starts, block.rows, block.counts, corpus.idf, logs, lengths[-1], bounds)
        for lists, flag in ((titles, IN_TITLE), (keywords, IN_KEYWORDS)):
            ends, found = np.empty(len(block.starts) - 1, np.int64), np.empty(len(block.rows), np.int32)
            size = kernels.flagged(block.starts, block.rows, block.counts, corpus.idf, flag, ends, found)
            lists.add(ends, found[:size].copy())
        characters.add(block.character_starts[1:], block.characters)
    joined = np.concatenate(lengths) if lengths else np.empty(0)
    drawn = np.bincount(characters.values(), minlength=CODES)
    forward = Forward(
        titles.starts(), titles.values(), keywords.starts(), keywords.values(),
        characters.starts(), characters.values(),
        (np.log((1 + corpus.size) / (1 + drawn)) + 1).astype(np.float32), joined.astype(np.float32),
        np.zeros((corpus.size, latent.DIRECTIONS), np.int8), np.empty(0, np.uint64),
        np.empty((0, latent.DIRECTIONS), np.float16),
    )  # fmt: skip
    return _Known(joined, postings.worths(bounds if bounds[1] > 0 else np.empty(0))), forward


def _post(corpus: _Corpus, known: _Known) -> tuple[Postings, npt.NDArray[np.int8], latent.Themes]:
    """Write the postings, and place the documents among the themes of the corpus."""
    kernels, logs = compiled.load("building_kernels"), _logs()
    themes, telling = latent.learn(corpus.keys, corpus.posted, corpus.size, corpus.sampled)
    place_of = np.full(len(corpus.keys), -1, np.int32)
    place_of[telling] = np.arange(len(telling))
    vectors = themes.vectors.astype(np.float32)
    places = np.zeros((corpus.size, latent.DIRECTIONS), np.int8)
    made, slots, cursors, common_cursors = _room(corpus, known.worth)
    # Each half of the rows holds half of the postings, so that two threads are done together.
    half = int(np.searchsorted(np.cumsum(corpus.posted), corpus.posted.sum() / 2))
    with ThreadPoolExecutor(2) as pool:
        for number, block in enumerate(corpus.blocks()):
            first = number * _BLOCK
            lengths = known.lengths[first : first + _BLOCK]
            tasks = [
                pool.submit(
                    kernels.invert, number, block.starts, block.rows, block.counts, corpus.idf, logs, lengths,
                    known.worth, low, high, slots, cursors, made.blocks, made.offsets, made.levels, common_cursors,
                    made.directory, made.common_offsets, made.common_levels,
                )
                for low, high in ((0, half), (half, len(corpus.keys)))
            ]  # fmt: skip
            for task in tasks:
                task.result()
            if len(telling):
                projected = np.zeros((len(lengths), latent.DIRECTIONS), np.float32)
                kernels.project(block.starts, block.rows, block.counts, corpus.idf, logs, place_of, vectors, projected)
                places[first : first + _BLOCK] = latent.packed(latent.scaled(projected))
    if made.directory.size:
        made.directory[:, -1] = common_cursors
    return postings.with_excess(**made._asdict()), places, themes


class _Room(NamedTuple):
    """The arrays of ``Postings`` that are filled block by block."""

    worth: Scores
    starts: npt.NDArray[np.uint32]
    blocks: npt.NDArray[np.uint8]
    offsets: npt.NDArray[np.uint16]
    levels: npt.NDArray[np.uint8]
    common_rows: npt.NDArray[np.int32]
    directory: npt.NDArray[np.uint32]
    common_offsets: npt.NDArray[np.uint16]
    common_levels: npt.NDArray[np.uint8]


def _room(
    corpus: _Corpus, worth: Scores
) -> tuple[_Room, npt.NDArray[np.int32], npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    """Return room for all postings, the slot of each row, and where the first posting of each goes."""
    is_common = corpus.posted >= RARE
    rows = np.flatnonzero(is_common).astype(np.int32)
    starts = np.concatenate(([0], np.cumsum(np.where(is_common, 0, corpus.posted))))
    common_starts = np.concatenate(([0], np.cumsum(corpus.posted[rows])))
    slots = np.full(len(corpus.keys), -1, np.int32)
    slots[rows] = np.arange(len(rows))
    made = _Room(
        worth=worth,
        starts=starts.astype(np.uint32),
        blocks=np.empty(starts[-1], np.uint8),
        offsets=np.empty(starts[-1], np.uint16),
        levels=np.empty(starts[-1], np.uint8),
        common_rows=rows,
        directory=np.zeros((len(rows), -(-corpus.size // _BLOCK) + 1), np.uint32),
        common_offsets=np.empty(common_starts[-1], np.uint16),
        common_levels=np.empty(common_starts[-1], np.uint8),
    )
    return made, slots, starts[:-1].astype(np.uint32), common_starts[:-1].astype(np.uint32)


class _Lists(Generic[_Kind]):
    """Lists of documents, end to end, block by block."""

    def __init__(self, kind: type[_Kind]) -> None:
        self._starts: list[_Places] = [np.zeros(1, np.int64)]
        self._values: list[npt.NDArray[_Kind]] = [np.empty(0, kind)]

    def add(self, ends: _Places, values: npt.NDArray[_Kind]) -> None:
        self._starts.append(ends + self._starts[-1][-1])
        self._values.append(values)

    def starts(self) -> _Places:
        return np.concatenate(self._starts)

    def values(self) -> npt.NDArray[_Kind]:
        return np.concatenate(self._values)
