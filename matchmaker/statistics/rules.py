"""Charts as tables: what is drawn, downloaded and read are the same rows. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from matchmaker.messages import Message
from matchmaker.metrics import telling
from matchmaker.metrics.definitions import Unit
from matchmaker.metrics.figures import Percent, Points, round_half_up

#: What a cell may hold; ``None`` where there is nothing to tell, as a share of nothing.
Amount = int | Fraction | Percent | Points | None


class Draw(StrEnum):
    """How a chart is drawn from its table."""

    BARS = "bars"
    LINES = "lines"
    FUNNEL = "funnel"
    HEAT = "heat"
    #: The table alone.
    NOT = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A number in its column's unit, and the address of the records behind it."""

    amount: Amount
    url: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """What a column counts and in what; ``is_drawn`` ones make the chart."""

    label: Message | str
    unit: Unit = Unit.COUNT
    is_drawn: bool = False
    #: How much more or less than another number, told with its sign.
    is_change: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A row: what it is about and its numbers, in the columns' order."""

    label: Message | str
    cells: tuple[Cell, ...]
    url: str = ""
    #: A median or a quartile: drawn as a line across the others.
    is_mark: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """A table, how it is drawn, and where its words and records are explained."""

    name: str
    draw: Draw
    title: Message
    #: What is counted, and what to mind when reading it.
    note: Message
    heading: Message
    columns: tuple[Column, ...]
    lines: Sequence[Line]
    #: What stands beneath the rows and is not one of them: marks to compare with, shares.
    foot: Sequence[Line] = ()
    definitions: Mapping[str, str] = field(default_factory=dict)
    records: str = ""
    #: Whose records are counted, where the reader oversees but some of them.
    whose: Message | None = None
    #: Whether it is about the months asked for, or about today.
    is_of_period: bool = True

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw: no row, or no number above zero."""
        drawn = [place for place, column in enumerate(self.columns) if column.is_drawn] or range(len(self.columns))
        return not any(line.cells[place].amount for line in self.lines for place in drawn)


class Spread(NamedTuple):
    """The quartiles of several values; each is a value that occurred."""

    lower: Amount
    median: Amount
    upper: Amount


def spread(values: Sequence[Amount]) -> Spread | None:
    """Return median and quartiles by the nearest rank, as ``metrics.figures.quantile`` does; ``None`` of nothing."""
    told = sorted((value for value in values if value is not None), key=exact)
    if not told:
        return None
    return Spread(*(told[-(-len(told) * per_hundred // 100) - 1] for per_hundred in (25, 50, 75)))


def places(values: Sequence[Amount]) -> list[int]:
    """Return the place of each of some values that stand in order; equal ones share a place."""
    found: list[int] = []
    for number, value in enumerate(values, start=1):
        is_same = number > 1 and exact(value) == exact(values[number - 2])
        found.append(found[-1] if is_same else number)
    return found


def exact(amount: Amount) -> Fraction:
    """Return a number to compare by."""
    if amount is None:
        return Fraction(0)
    return Fraction(amount.value if isinstance(amount, Percent | Points) else amount)


def plotted(amount: Amount, unit: Unit) -> Decimal | None:
    """Return the number that is drawn and downloaded: money in 万元 to the fen, percents as percents."""
    if amount is None:
        return None
    if isinstance(amount, Percent | Points):
        return amount.rounded(2)
    found = telling.exact(amount, unit) or Fraction(0)
    if unit in telling.PER_UNIT:
        return round_half_up(found, 6)
    return round_half_up(found, 0 if isinstance(amount, int) else 2)
