"""Periods that figures are told for: months, quarters, years, and any run of months."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple, Self

from matchmaker.errors import Invalid
from matchmaker.messages import Message, _l

#: The longest run of months that somebody may ask for.
MOST_MONTHS = 240
_FIRST_YEAR, _LAST_YEAR = 1990, 2199
_MONTH = r"(\d{4})-(\d{2})"
_FORMS = {
    "year": re.compile(r"(\d{4})"),
    "quarter": re.compile(r"(\d{4})-Q([1-4])"),
    "month": re.compile(_MONTH),
    "run": re.compile(rf"{_MONTH}\.\.{_MONTH}"),
}


class Month(NamedTuple):
    """A calendar month; months compare and sort by time."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Self:
        """Return the month of a civil day."""
        return cls(day.year, day.month)

    @classmethod
    def from_code(cls, code: int) -> Self:
        """Return the month that the database knows by a number such as 202611."""
        return cls(*divmod(code, 100))

    @property
    def code(self) -> int:
        """The number by which the database knows it, such as 202611."""
        return self.year * 100 + self.number

    @property
    def first_day(self) -> date:
        """The day on which it begins."""
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        """The day on which it ends."""
        return self.later(1).first_day - timedelta(days=1)

    def later(self, months: int) -> "Month":
        """Return the month so many months on; a negative number goes back."""
        year, number = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(year, number + 1)

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02d}"


class PeriodKind(StrEnum):
    """What a period is called by."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    RUN = "run"


@dataclass(frozen=True, slots=True)
class Period:
    """All months from ``first`` to ``last``, both included."""

    first: Month
    last: Month

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("A period ends before it begins.")

    @classmethod
    def month(cls, month: Month) -> Self:
        """Return the period of one month."""
        return cls(month, month)

    @classmethod
    def quarter(cls, year: int, number: int) -> Self:
        """Return a quarter, 1 to 4, of a year."""
        first = Month(year, 3 * number - 2)
        return cls(first, first.later(2))

    @classmethod
    def year(cls, year: int) -> Self:
        """Return a whole year."""
        return cls(Month(year, 1), Month(year, 12))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "2026", "2026-Q3", "2026-11" or "2026-01..2026-11". Raises ``Invalid`` on ``period``."""
        for kind, form in _FORMS.items():
            found = form.fullmatch(text.strip())
            if found:
                return cls._from(kind, *map(int, found.groups()))
        raise Invalid(
            field="period",
            message=_l(
                "A period is a year (2026), a quarter (2026-Q3), a month (2026-11) or months (2026-01..2026-11)."
            ),
        )

    @classmethod
    def _from(cls, kind: str, *numbers: int) -> Self:
        if kind == "year":
            period = cls.year(*numbers)
        elif kind == "quarter":
            period = cls.quarter(*numbers)
        else:
            first, last = Month(*numbers[:2]), Month(*numbers[-2:])
            if not (1 <= first.number <= 12 and 1 <= last.number <= 12):
                raise Invalid(field="period", message=_l("Months run from 01 to 12."))
            if last < first:
                raise Invalid(field="period", message=_l("The period ends before it begins."))
            period = cls(first, last)
        if not _FIRST_YEAR <= period.first.year <= period.last.year <= _LAST_YEAR or len(period) > MOST_MONTHS:
            raise Invalid(field="period", message=_l("This period is too long, or too far away."))
        return period

    def __len__(self) -> int:
        """Return how many months it has."""
        return (self.last.year - self.first.year) * 12 + self.last.number - self.first.number + 1

    def __iter__(self) -> Iterator[Month]:
        """Go through its months, earliest first."""
        return (self.first.later(months) for months in range(len(self)))

    def __contains__(self, month: Month) -> bool:
        return self.first <= month <= self.last

    @property
    def kind(self) -> PeriodKind:
        """What it is called by: a run of three months is only a quarter where the year's quarter begins."""
        if self.first == self.last:
            return PeriodKind.MONTH
        if self == Period.year(self.first.year):
            return PeriodKind.YEAR
        if len(self) == 3 and self.first.number % 3 == 1:
            return PeriodKind.QUARTER
        return PeriodKind.RUN

    @property
    def first_day(self) -> date:
        """The day on which it begins."""
        return self.first.first_day

    @property
    def last_day(self) -> date:
        """The day on which it ends."""
        return self.last.last_day

    @property
    def year_before(self) -> "Period":
        """The same months of the year before: what a year-on-year figure compares with."""
        return Period(self.first.later(-12), self.last.later(-12))

    @property
    def before(self) -> "Period":
        """The period of the same length that ends where this one begins."""
        return Period(self.first.later(-len(self)), self.first.later(-1))

    def until(self, day: date) -> "Period":
        """Return what has begun of it by ``day``; all of it when nothing has, so that there is something to show."""
        now = Month.of(day)
        return Period(self.first, min(self.last, now)) if self.first <= now else self

    @property
    def label(self) -> Message:
        """What people call it."""
        if self.kind is PeriodKind.MONTH:
            return _l("%(month)s/%(year)s", year=self.first.year, month=self.first.number)
        if self.kind is PeriodKind.YEAR:
            return _l("The year %(year)s", year=self.first.year)
        if self.kind is PeriodKind.QUARTER:
            return _l("Quarter %(number)s of %(year)s", year=self.first.year, number=self.first.number // 3 + 1)
        if self.first.year == self.last.year:
            return _l(
                "Months %(first)s–%(last)s of %(year)s",
                year=self.first.year,
                first=self.first.number,
                last=self.last.number,
            )
        return _l("%(first)s to %(last)s", first=str(self.first), last=str(self.last))

    def __str__(self) -> str:
        """Return the form that ``parse`` reads."""
        if self.kind is PeriodKind.YEAR:
            return str(self.first.year)
        if self.kind is PeriodKind.QUARTER:
            return f"{self.first.year}-Q{self.first.number // 3 + 1}"
        return str(self.first) if self.kind is PeriodKind.MONTH else f"{self.first}..{self.last}"
