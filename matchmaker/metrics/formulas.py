"""How a figure is reckoned from what measures add up to. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from matchmaker.metrics import figures
from matchmaker.metrics.figures import Percent, Points
from matchmaker.metrics.rules import ENTERPRISES, NEW_ENTERPRISES

Value = int | Fraction | Percent | None
#: What a period holds: measure → part → value.
Sums = Mapping[str, Mapping[str, int]]

#: Institutes that complexes brought in stand in the registry, and in no cell.
INSTITUTES = "institutes"


def parts_of(sums: Sums, measure: str) -> dict[str, int]:
    """Return the parts of a measure; none where nothing was counted."""
    return dict(sums.get(measure, {}))


def total(sums: Sums, measure: str) -> int:
    """Return all parts of a measure together."""
    return sum(sums.get(measure, {}).values())


class Formula(Protocol):
    """What a definition reckons by."""

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures it reads; the first is the one whose parts are shown."""

    def value(self, sums: Sums) -> Value:
        """Return the figure."""


@dataclass(frozen=True, slots=True)
class Total:
    """Everything of one measure."""

    measure: str

    @property
    def measures(self) -> tuple[str, ...]:
        """See ``Formula``."""
        return (self.measure,)

    def value(self, sums: Sums) -> Value:
        """See ``Formula``."""
        return total(sums, self.measure)


@dataclass(frozen=True, slots=True)
class Share:
    """What share one measure, or some parts of it, is of another."""

    part: str
    whole: str
    parts: tuple[str, ...] = ()

    @property
    def measures(self) -> tuple[str, ...]:
        """See ``Formula``."""
        return tuple(dict.fromkeys((self.part, self.whole)))

    def value(self, sums: Sums) -> Value:
        """See ``Formula``."""
        found = sums.get(self.part, {})
        counted = sum(found.get(part, 0) for part in self.parts) if self.parts else sum(found.values())
        return figures.share(counted, total(sums, self.whole))


@dataclass(frozen=True, slots=True)
class Quantile:
    """The value that so many of a hundred reach at most; the parts of the measure are the values."""

    measure: str
    per_hundred: int

    @property
    def measures(self) -> tuple[str, ...]:
        """See ``Formula``."""
        return (self.measure,)

    def value(self, sums: Sums) -> Value:
        """See ``Formula``."""
        return figures.quantile(_counted(sums, self.measure), self.per_hundred)


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of values that are the parts of the measure."""

    measure: str

    @property
    def measures(self) -> tuple[str, ...]:
        """See ``Formula``."""
        return (self.measure,)

    def value(self, sums: Sums) -> Value:
        """See ``Formula``."""
        return figures.mean(_counted(sums, self.measure))


@dataclass(frozen=True, slots=True)
class Returning:
    """Enterprises served that had been served before the period began."""

    measures: tuple[str, ...] = (ENTERPRISES, NEW_ENTERPRISES)

    def value(self, sums: Sums) -> Value:
        """See ``Formula``."""
        return total(sums, ENTERPRISES) - total(sums, NEW_ENTERPRISES)


def change(now: Value, before: Value) -> Percent | Points | None:
    """Return how a figure differs from an earlier one: points between percents, else a percent."""
    if now is None or before is None:
        return None
    if isinstance(now, Percent) or isinstance(before, Percent):
        return now - before if isinstance(now, Percent) and isinstance(before, Percent) else None
    return figures.growth(now, before)


def _counted(sums: Sums, measure: str) -> dict[int, int]:
    return {int(value): often for value, often in sums.get(measure, {}).items() if often}
