"""Where a provider stands among the others, and what would move it most. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from matchmaker.metrics.definitions import DEFINITIONS, Definition, Direction
from matchmaker.metrics.figures import Percent, Points
from matchmaker.metrics.formulas import Value

#: So many pieces of advice are given at most.
MOST_ADVICE = 3


@dataclass(frozen=True, slots=True)
class Standing:
    """A figure among those of all providers that have one; equal values share a place."""

    definition: Definition
    value: Value
    place: int
    of: int
    median: Value
    #: To the median: positive is above it.
    distance: int | Fraction | Points | None
    #: How many places it would gain by reaching the median; 0 where it has.
    gain: int


def standings(ranked: Mapping[str, Sequence[tuple[str, Value]]], code: str) -> dict[str, Standing]:
    """Return where ``code`` stands in each ranking that lists it with a value."""
    found = {}
    for key, rows in ranked.items():
        known = [(one, value) for one, value in rows if value is not None]
        value = dict(known).get(code)
        if value is not None:
            found[key] = _standing(DEFINITIONS[key], value, [other for _code, other in known])
    return found


def advice(found: Mapping[str, Standing]) -> list[Standing]:
    """Return the figures in which reaching the median would gain most places, the most first."""
    behind = [one for one in found.values() if one.gain and one.definition.direction is not Direction.NEUTRAL]
    return sorted(behind, key=lambda one: -one.gain)[:MOST_ADVICE]


def _standing(definition: Definition, value: Value, values: Sequence[Value]) -> Standing:
    """``values`` are ordered, the best first."""
    # The nearest rank from below, as everywhere; the best stand first.
    is_rising = definition.direction is Direction.LESS
    median = values[(len(values) - 1) // 2 if is_rising else len(values) // 2]
    place = values.index(value) + 1
    return Standing(
        definition=definition,
        value=value,
        place=place,
        of=len(values),
        median=median,
        distance=_distance(value, median),
        gain=max(0, place - (values.index(median) + 1)),
    )


def _distance(value: Value, median: Value) -> int | Fraction | Points | None:
    if isinstance(value, Percent) or isinstance(median, Percent):
        return value - median if isinstance(value, Percent) and isinstance(median, Percent) else None
    return None if value is None or median is None else value - median
