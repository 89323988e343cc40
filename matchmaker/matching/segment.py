"""A block of indexed documents: which document holds which term, and with what weight.

Documents are numbered in the order of their ids, so that "ties go to the lower id" means "to the lower
number", and so that the order in which documents arrive leaves no trace.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
import numpy.typing as npt

from . import bitmaps, compiled
from .bitmaps import Bitmap
from .facets import Facets
from .forward import Forward
from .postings import Postings
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
        return str(self._view[int(self.ends[number]) : int(self.ends[number + 1])], "utf-8", "surrogatepass")

    def names(self, numbers: Places | Sequence[int]) -> list[str]:
        """Return the ids of documents, in the order asked for."""
        places = np.ascontiguousarray(numbers, np.int64)
        starts, ends = np.empty((2, len(places)), np.int64)
        compiled.load("lookup_kernels").find_names(places, self.ends, self.letters, starts, ends)
        ranges = zip(starts.tolist(), ends.tolist(), strict=True)
        return [str(self._view[start:end], "utf-8", "surrogatepass") for start, end in ranges]

    def find(self, name: str) -> int | None:
        """Return the number of an id, or None."""
        place = bisect_left(self, name)
        return place if place < len(self) and self[place] == name else None


@dataclass(frozen=True)
class Segment:
    """The vocabulary, sorted, with the idf of each term; postings by row of it; ids, filters and profiles by number.

    ``heads`` makes looking up keys fast (``postings.heads_of``).
    """

    ids: Ids
    keys: Keys
    heads: npt.NDArray[np.uint32]
    idf: Scores
    postings: Postings
    facets: Facets
    forward: Forward

    def __len__(self) -> int:
        return len(self.ids.ends) - 1

    def rows(self, keys: Keys) -> tuple[Places, Mask]:
        """Return the row of each key, and whether the key is known at all."""
        rows = np.empty(len(keys), np.int64)
        compiled.load("lookup_kernels").find_keys(self.keys, self.heads, keys, rows)
        return np.maximum(rows, 0), rows >= 0

    def carrying(self, facet: str, values: Iterable[str]) -> Bitmap:
        """Return the documents that carry any of the values."""
        return self.facets.carrying(facet, values, len(self))

    def among(self, ids: Iterable[str]) -> Bitmap:
        """Return the documents of these ids, as far as they are here."""
        found = [number for number in map(self.ids.find, ids) if number is not None]
        return bitmaps.of(np.array(found, np.int64), len(self))
