"""Documents on their way into an index: counted by one process or two, and kept on disk where they are many."""

import multiprocessing
import os
import threading
from collections.abc import Iterable, Iterator
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from . import compiled
from .counting import BATCH, Counter, Counts
from .documents import Document
from .facets import Collector
from .terms import Keys, Weights

#: From so many documents on, two processes count them, and what they count goes to disk.
MANY = 16 * BATCH
_WORKERS = 2
_Kind = TypeVar("_Kind", bound=np.generic)
_ARRAYS = ("ends", "terms", "counts", "character_ends", "characters")


class Source(NamedTuple):
    """What one process counted, with its vocabulary and how many documents hold each of its terms."""

    counts: Counts
    keys: Keys
    held: npt.NDArray[np.int64]


class Gathered(NamedTuple):
    """All documents: ids and facets in the order of arrival, and which source has counted each, as what number."""

    ids: list[str]
    facets: Collector
    sources: list[Source]
    source: npt.NDArray[np.int8]
    place: npt.NDArray[np.int64]


def gather(documents: Iterable[Document], weights: Weights, folder: Path) -> Gathered:
    """Count documents. ``folder`` takes what is too much for memory."""
    taken = _Taken()
    batches = taken.batches(documents)
    first = list(islice(batches, MANY // BATCH))
    more = next(batches, None)
    if more is None or (os.cpu_count() or 1) < _WORKERS or threading.active_count() > 1:
        return taken.gathered([_count_here(_chain(first, more, batches), weights, folder)], 1)
    return taken.gathered(_count_apart(_chain(first, more, batches), weights, folder), _WORKERS)


class _Taken:
    """Ids and facets, noted as documents come by."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.facets = Collector()

    def batches(self, documents: Iterable[Document]) -> Iterator[list[Document]]:
        stream = iter(documents)
        while batch := list(islice(stream, BATCH)):
            for document in batch:
                self.facets.note(len(self.ids), document.facets)
                self.ids.append(document.id)
            yield batch

    def gathered(self, sources: list[Source], workers: int) -> Gathered:
        numbers = np.arange(len(self.ids))
        batch = numbers // BATCH
        place = batch // workers * BATCH + numbers % BATCH
        return Gathered(self.ids, self.facets, sources, (batch % workers).astype(np.int8), place)


def _chain(
    first: list[list[Document]], more: list[Document] | None, rest: Iterator[list[Document]]
) -> Iterator[list[Document]]:
    yield from first
    first.clear()
    if more is not None:
        yield more
        yield from rest


def _count_here(batches: Iterator[list[Document]], weights: Weights, folder: Path) -> Source:
    counter, spill = Counter(weights), _Spill(folder / "0")
    for batch in batches:
        spill.add(counter.count(batch))
    return Source(spill.read(), *counter.vocabulary())


def _count_apart(batches: Iterator[list[Document]], weights: Weights, folder: Path) -> list[Source]:
    compiled.load("counting_kernels")
    forking = multiprocessing.get_context("fork")
    ours: list[Connection] = []
    workers = []
    for number in range(_WORKERS):
        mine, theirs = forking.Pipe()
        workers.append(forking.Process(target=_work, args=(theirs, weights, folder / str(number)), daemon=True))
        workers[-1].start()
        theirs.close()
        ours.append(mine)
    try:
        for number, batch in enumerate(batches):
            ours[number % _WORKERS].send([(one.title, one.keywords, one.body) for one in batch])
        for connection in ours:
            connection.send(None)
        for connection in ours:
            connection.recv()
    except EOFError:
        raise RuntimeError("A process that counted documents has died.") from None
    finally:
        for connection, worker in zip(ours, workers, strict=True):
            connection.close()
            worker.join()
    return [
        Source(_Spill(folder / str(number), anew=False).read(), *_vocabulary(folder / str(number)))
        for number in range(_WORKERS)
    ]


def _work(connection: Connection, weights: Weights, folder: Path) -> None:
    counter, spill = Counter(weights), _Spill(folder)
    while (batch := connection.recv()) is not None:
        spill.add(counter.count([Document("", title, body, keywords) for title, keywords, body in batch]))
    spill.close()
    for name, array in zip(("keys", "held"), counter.vocabulary(), strict=True):
        np.save(folder / name, array)
    connection.send(True)


def _vocabulary(folder: Path) -> tuple[Keys, npt.NDArray[np.int64]]:
    return np.load(folder / "keys.npy"), np.load(folder / "held.npy")


class _Spill:
    """Counts, appended to files."""

    def __init__(self, folder: Path, *, anew: bool = True) -> None:
        self._folder = folder
        self._sizes = [0, 0]
        if anew:
            folder.mkdir()
            self._files = {name: (folder / name).open("wb") for name in _ARRAYS}
        else:
            self._files = {}

    def add(self, counts: Counts) -> None:
        """Append the counts of a batch."""
        terms, characters = self._sizes
        self._sizes = [terms + len(counts.terms), characters + len(counts.characters)]
        moved = counts._replace(ends=counts.ends + terms, character_ends=counts.character_ends + characters)
        for name, array in zip(_ARRAYS, moved, strict=True):
            self._files[name].write(np.asarray(array).data)

    def close(self) -> None:
        """Finish the files."""
        for file in self._files.values():
            file.close()

    def read(self) -> Counts:
        """Map all that was added into memory."""
        self.close()
        return Counts(
            ends=mapped(self._folder / "ends", np.int64),
            terms=mapped(self._folder / "terms", np.uint32),
            counts=mapped(self._folder / "counts", np.uint16),
            character_ends=mapped(self._folder / "character_ends", np.int64),
            characters=mapped(self._folder / "characters", np.uint16),
        )


def mapped(path: Path, kind: type[_Kind]) -> npt.NDArray[_Kind]:
    """Map a file of numbers into memory."""
    if not path.stat().st_size:
        return np.empty(0, kind)
    return np.asarray(np.memmap(path, kind, "r"))
