"""Sets of documents that satisfy filters, combined with ``&``, ``|`` and ``~`` before anything is ranked."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from . import bitmaps
from .bitmaps import Bitmap


class Masks(NamedTuple):
    """One bit for each document of the base and of the live segment."""

    base: Bitmap
    live: Bitmap


@dataclass(frozen=True, eq=False)
class Selection:
    """Documents of one index, out of ``everything`` in it. It belongs to that very index and to no later one."""

    owner: object
    chosen: Masks
    everything: Masks

    def __and__(self, other: "Selection") -> "Selection":
        return self._with(other, np.bitwise_and)

    def __or__(self, other: "Selection") -> "Selection":
        return self._with(other, np.bitwise_or)

    def __invert__(self) -> "Selection":
        rest = Masks(
            self.everything.base & ~self.chosen.base,
            self.everything.live & ~self.chosen.live,
        )
        return Selection(self.owner, rest, self.everything)

    def __len__(self) -> int:
        return bitmaps.size(self.chosen.base) + bitmaps.size(self.chosen.live)

    @cached_property
    def base_share(self) -> float:
        """Which share of the base it is, counted once however often it is searched."""
        return bitmaps.size(self.chosen.base) / (len(self.chosen.base) * bitmaps.BITS or 1)

    def _with(self, other: "Selection", combine: Callable[[Bitmap, Bitmap], Bitmap]) -> "Selection":
        if other.owner is not self.owner:
            raise ValueError("These selections belong to two different indexes.")
        both = Masks(
            combine(self.chosen.base, other.chosen.base),
            combine(self.chosen.live, other.chosen.live),
        )
        return Selection(self.owner, both, self.everything)
