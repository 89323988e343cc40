"""What a figure is made of: counts, amounts, shares, percents and percentage points, kept apart by type.

A rate of change is a percent; the difference of two percents is percentage points (个百分点). Whoever mixes them
gets a ``TypeError`` instead of a wrong sentence. All arithmetic is exact; rounding is for reading only.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction


def round_half_up(value: Fraction, places: int) -> Decimal:
    """Round half up, as published figures are (GB/T 8170's simple rule), not to even."""
    quantum = Decimal(1).scaleb(-places)
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(quantum, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True, order=True)
class Points:
    """A difference of two percents, in percentage points."""

    value: Fraction

    def rounded(self, places: int = 1) -> Decimal:
        """Return the number that is printed before 个百分点."""
        return round_half_up(self.value, places)


@dataclass(frozen=True, slots=True, order=True)
class Percent:
    """A share or a rate of change: ``value`` 24.2 is 24.2 %."""

    value: Fraction

    def __sub__(self, other: "Percent") -> Points:
        if not isinstance(other, Percent):
            return NotImplemented
        return Points(self.value - other.value)

    def rounded(self, places: int = 1) -> Decimal:
        """Return the number that is printed before %."""
        return round_half_up(self.value, places)


def share(part: int, whole: int) -> Percent | None:
    """Return what share of ``whole`` the ``part`` is; of nothing there is no share."""
    return Percent(Fraction(100 * part, whole)) if whole else None


def growth(now: int | Fraction, before: int | Fraction) -> Percent | None:
    """Return by how many percent ``now`` is above ``before``; from nothing there is no rate of growth."""
    return Percent(100 * Fraction(now - before) / before) if before > 0 else None


def mean(counted: dict[int, int]) -> Fraction | None:
    """Return the mean of values told as value → how often."""
    often = sum(counted.values())
    return Fraction(sum(value * times for value, times in counted.items()), often) if often else None


def quantile(counted: dict[int, int], per_hundred: int) -> int | None:
    """Return the value that ``per_hundred`` of a hundred reach at most, by the nearest rank; 50 is the median.

    The nearest rank ⌈n·p/100⌉ (Hyndman and Fan, *Sample quantiles in statistical packages*, 1996, definition 1)
    is a value that occurred, and two programs cannot disagree on it by interpolating.
    """
    often = sum(counted.values())
    rank = -(-often * per_hundred // 100)
    passed = 0
    for value in sorted(counted):
        passed += counted[value]
        if passed >= rank > 0:
            return value
    return None
