"""Which documents carry which value of which facet: a bitmap where many do, a list where few do."""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from . import bitmaps
from .bitmaps import Bitmap

_Kept = Mapping[str, Mapping[str, tuple[int, int]]]
#: From this share on, a bitmap takes less room than a list of numbers.
_MANY = 32


class Facets(NamedTuple):
    """``names`` tells for each facet and value the stretch of ``lists``, or ``(row, -1)`` of ``maps``."""

    names: _Kept
    lists: npt.NDArray[np.int32]
    maps: npt.NDArray[np.uint64]

    def carrying(self, facet: str, values: Iterable[str], documents: int) -> Bitmap:
        """Return the documents that carry any of the values."""
        known = self.names.get(facet, {})
        kept = [known[value] for value in values if value in known]
        lists = [self.lists[start:end] for start, end in kept if end >= 0]
        carriers = bitmaps.of(np.concatenate(lists), documents) if lists else bitmaps.none_of(documents)
        for row, end in kept:
            if end < 0:
                carriers |= self.maps[row]
        return carriers

    def are_carried(self, facet: str, values: Iterable[str], numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Return for each of a few documents whether it carries any of the values."""
        known = self.names.get(facet, {})
        found = np.zeros(len(numbers), np.bool_)
        for start, end in (known[value] for value in values if value in known):
            if end < 0:
                words, bits = numbers >> 6, (numbers & 63).astype(np.uint64)
                found |= (self.maps[start][words] >> bits & np.uint64(1)).astype(np.bool_)
            else:
                carriers = self.lists[start:end]
                places = np.minimum(np.searchsorted(carriers, numbers), len(carriers) - 1)
                found |= carriers[places] == numbers
        return found


class Collector:
    """Notes which documents carry which value, as they come by in any order."""

    def __init__(self) -> None:
        self._holders: dict[str, dict[str, array[int]]] = {}

    def note(self, number: int, facets: Mapping[str, tuple[str, ...]]) -> None:
        """Note the facets of a document."""
        for facet, values in facets.items():
            holders = self._holders.setdefault(facet, {})
            for value in dict.fromkeys(values):
                holders.setdefault(value, array("i")).append(number)

    def facets(self, numbers: npt.NDArray[np.int64]) -> Facets:
        """Return what was noted; ``numbers`` gives each document the number it has in the end."""
        names: dict[str, dict[str, tuple[int, int]]] = {}
        lists: list[npt.NDArray[np.int32]] = []
        maps: list[Bitmap] = []
        listed = 0
        for facet in sorted(self._holders):
            names[facet] = {}
            for value, noted in sorted(self._holders[facet].items()):
                carriers = np.sort(numbers[np.frombuffer(noted, np.int32)])
                if len(carriers) * _MANY > len(numbers):
                    names[facet][value] = (len(maps), -1)
                    maps.append(bitmaps.of(carriers, len(numbers)))
                else:
                    names[facet][value] = (listed, listed + len(carriers))
                    lists.append(carriers.astype(np.int32))
                    listed += len(carriers)
        shape = (len(maps), bitmaps.words(len(numbers)))
        joined = np.concatenate(lists) if lists else np.empty(0, np.int32)
        return Facets(names, joined, np.array(maps, np.uint64).reshape(shape))


def gather(carried: Sequence[Mapping[str, tuple[str, ...]]]) -> Facets:
    """Turn the facets of documents round: from each value to the documents that carry it."""
    collector = Collector()
    for number, facets in enumerate(carried):
        collector.note(number, facets)
    return collector.facets(np.arange(len(carried)))
