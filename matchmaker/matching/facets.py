"""Which documents carry which value of which facet: a bitmap where many do, a list where few do."""

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


def gather(carried: Sequence[Mapping[str, tuple[str, ...]]]) -> Facets:
    """Turn the facets of documents round: from each value to the documents that carry it."""
    holders: dict[str, dict[str, list[int]]] = {}
    for number, facets in enumerate(carried):
        for facet, values in facets.items():
            for value in dict.fromkeys(values):
                holders.setdefault(facet, {}).setdefault(value, []).append(number)
    names: dict[str, dict[str, tuple[int, int]]] = {}
    lists: list[int] = []
    maps: list[Bitmap] = []
    for facet in sorted(holders):
        names[facet] = {}
        for value in sorted(holders[facet]):
            numbers = holders[facet][value]
            if len(numbers) * _MANY > len(carried):
                names[facet][value] = (len(maps), -1)
                maps.append(bitmaps.of(np.array(numbers), len(carried)))
            else:
                names[facet][value] = (len(lists), len(lists) + len(numbers))
                lists += numbers
    shape = (len(maps), bitmaps.words(len(carried)))
    return Facets(names, np.array(lists, np.int32), np.array(maps, np.uint64).reshape(shape))
