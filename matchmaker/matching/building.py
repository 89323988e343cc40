"""Building a segment: what was counted by document becomes postings by term, block by block.

Two passes over the blocks: the first measures documents and lays out what the second stage knows of them, the second
writes postings and places among the themes. The order in which documents arrived leaves no trace.
"""

import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from . import compiled, fit, forward, latent, postings
from .counting import MOST
from .documents import Document
from .forward import CODES, Block, Characters, Common, Forward, Listed, ideographs, most_frequent
from .gathering import Gathered, gather
from .postings import BLOCK_BITS, RARE, Postings
from .segment import Ids, Scores, Segment
from .spooling import Spool, kept
from .terms import Weights

_BLOCK = 1 << BLOCK_BITS
_Places = npt.NDArray[np.int64]


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
        known, listed = _lay_out(corpus, Path(folder))
        posted = _post(corpus, known)
        return Segment(
            ids=Ids.of(names),
            keys=corpus.keys,
            heads=postings.heads_of(corpus.keys),
            idf=corpus.idf,
            postings=posted,
            facets=gathered.facets.facets(numbers),
            forward=_packed(corpus, known, listed, Path(folder)),
        )


class _Known(NamedTuple):
    """The length of each document's vector, what the levels of postings are worth, common terms and ideographs."""

    lengths: npt.NDArray[np.float64]
    worth: Scores
    common: Common
    ideographs: Characters


def _logs() -> npt.NDArray[np.float64]:
    return 1.0 + np.log(np.maximum(np.arange(MOST + 1), 1))


def _lay_out(corpus: _Corpus, folder: Path) -> tuple[_Known, Listed]:
    """Measure the documents, and collect what the second stage keeps of them."""
    kernels, logs = compiled.load("building_kernels"), _logs()
    lengths: list[npt.NDArray[np.float64]] = []
    spool = Spool(folder / "forward")
    common = most_frequent(corpus.posted)
    drawn = np.zeros(CODES, np.int64)
    bounds = np.array([np.inf, 0.0])
    for block in corpus.blocks():
        lengths.append(np.empty(len(block.starts) - 1))
        kernels.measure(block.starts, block.rows, block.counts, corpus.idf, logs, lengths[-1], bounds)
        spool.add(forward.listed(block, corpus.idf, common))
        drawn += np.bincount(block.characters, minlength=CODES)
    if not corpus.size:
        spool.add(forward.listed(corpus.some(np.empty(0, np.int64)), corpus.idf, common))
    joined = np.concatenate(lengths) if lengths else np.empty(0)
    worth = postings.worths(bounds if bounds[1] > 0 else np.empty(0))
    return _Known(joined, worth, common, ideographs(drawn, corpus.size)), spool.read()


def _packed(corpus: _Corpus, known: _Known, listed: Listed, folder: Path) -> Forward:
    """Learn the themes, and pack what the second stage keeps."""
    common, idf = known.common, corpus.idf[known.common.rows]
    themes = latent.learned(listed, common, idf, corpus.posted[common.rows])
    starts = np.zeros(len(listed.lengths) + 1, np.uint64)
    places = latent.Placing(listed, common, idf, themes).places
    records = kept(forward.records(listed, known.ideographs.ranks, places, starts), folder / "records")
    return Forward.of(common, starts, records, known.ideographs, themes)


def _post(corpus: _Corpus, known: _Known) -> Postings:
    """Write the postings."""
    kernels, logs = compiled.load("building_kernels"), _logs()
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
    if made.directory.size:
        made.directory[:, -1] = common_cursors
    return postings.with_excess(**made._asdict())


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
