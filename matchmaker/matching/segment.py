"""A block of indexed documents: which document holds which term, and with what weight.

Documents are numbered in the order of their ids, so that "ties go to the lower id" means "to the lower
number", and so that the order in which documents arrive leaves no trace.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

import numpy as np
import numpy.typing as npt

from .forward import Forward
from .terms import Keys

Numbers = npt.NDArray[np.int32]
Places = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


class Ids(Sequence[str]):
    """Sorted ids in one piece of memory, decoded when asked for."""

    def __init__(self, letters: npt.NDArray[np.uint8], ends: Places) -> None:
        self.letters = letters
        self.ends = ends
        self._view = memoryview(letters.data)

    @classmethod
    def of(cls, ids: Iterable[str]) -> "Ids":
        """Pack ids that are sorted already."""
        encoded = [name.encode("utf-8", "surrogatepass") for name in ids]
        ends = np.cumsum([0, *map(len, encoded)], dtype=np.int64)
        return cls(np.frombuffer(b"".join(encoded), dtype=np.uint8), ends)

    def __len__(self) -> int:
        return len(self.ends) - 1

    @overload
    def __getitem__(self, number: int) -> str: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[str]: ...
    def __getitem__(self, number: int | slice) -> str | Sequence[str]:
        if isinstance(number, slice):
            return [self[place] for place in range(*number.indices(len(self)))]
        if not 0 <= number < len(self):
            raise IndexError(number)
        return self.names(np.array([number]))[0]

    def names(self, numbers: Places) -> list[str]:
        """Return the ids of documents, in the order asked for."""
        ranges = zip(self.ends[numbers].tolist(), self.ends[numbers + 1].tolist(), strict=True)
        return [str(self._view[start:end], "utf-8", "surrogatepass") for start, end in ranges]

    def find(self, name: str) -> int | None:
        """Return the number of an id, or None."""
        place = bisect_left(self, name)
        return place if place < len(self) and self[place] == name else None


@dataclass(frozen=True)
class Segment:
    """Postings by term: those of ``keys[i]`` are ``starts[i]:starts[i + 1]`` of ``docs`` and ``weights``.

    ``facets`` names, for each facet and value, the stretch of ``facet_docs`` that carries it.
    """

    ids: Ids
    keys: Keys
    idf: Scores
    starts: Places
    docs: Numbers
    weights: Scores
    facets: Mapping[str, Mapping[str, tuple[int, int]]]
    facet_docs: Numbers
    forward: Forward

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def raw(self) -> tuple[memoryview, memoryview]:
        """The bytes of ``docs`` and of ``weights``, four to a posting."""
        return memoryview(self.docs.data).cast("B"), memoryview(self.weights.data).cast("B")

    def rows(self, keys: Keys) -> tuple[Places, Mask]:
        """Return the row of each key, and whether the key is known at all."""
        if not len(self.keys):
            return np.zeros(len(keys), np.int64), np.zeros(len(keys), np.bool_)
        rows = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return rows, self.keys[rows] == keys

    def carrying(self, facet: str, values: Iterable[str]) -> Mask:
        """Mark the documents that carry any of the values."""
        marked = np.zeros(len(self), np.bool_)
        known = self.facets.get(facet, {})
        for value in values:
            start, end = known.get(value, (0, 0))
            marked[self.facet_docs[start:end]] = True
        return marked


def gather_facets(
    carried: Sequence[Mapping[str, tuple[str, ...]]],
) -> tuple[dict[str, dict[str, tuple[int, int]]], Numbers]:
    """Turn the facets of documents round: from each value to the documents that carry it."""
    holders: dict[str, dict[str, list[int]]] = {}
    for number, facets in enumerate(carried):
        for facet, values in facets.items():
            for value in dict.fromkeys(values):
                holders.setdefault(facet, {}).setdefault(value, []).append(number)
    ranges: dict[str, dict[str, tuple[int, int]]] = {}
    docs: list[int] = []
    for facet in sorted(holders):
        for value in sorted(holders[facet]):
            numbers = holders[facet][value]
            ranges.setdefault(facet, {})[value] = (len(docs), len(docs) + len(numbers))
            docs += numbers
    return ranges, np.array(docs, dtype=np.int32)
