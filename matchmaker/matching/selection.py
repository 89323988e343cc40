"""Sets of documents that satisfy filters, combined with ``&``, ``|`` and ``~`` before anything is ranked."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .segment import Mask


@dataclass(frozen=True, eq=False)
class Selection:
    """Documents of one index. It belongs to that very index and to no later one."""

    owner: object
    base: Mask
    live: Mask
    everything: "Selection | None" = None

    def __and__(self, other: "Selection") -> "Selection":
        return self._with(other, np.logical_and)

    def __or__(self, other: "Selection") -> "Selection":
        return self._with(other, np.logical_or)

    def __invert__(self) -> "Selection":
        whole = self.everything or self
        return Selection(self.owner, whole.base & ~self.base, whole.live & ~self.live, whole)

    def __len__(self) -> int:
        return int(np.count_nonzero(self.base) + np.count_nonzero(self.live))

    def _with(self, other: "Selection", combine: Callable[[Mask, Mask], Mask]) -> "Selection":
        if other.owner is not self.owner:
            raise ValueError("These selections belong to two different indexes.")
        return Selection(self.owner, combine(self.base, other.base), combine(self.live, other.live), self.everything)
