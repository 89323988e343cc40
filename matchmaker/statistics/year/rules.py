"""The year of an enterprise: which days are compared, what is counted, what counts as money saved. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from matchmaker.contracts.funnel.rules import Period
from matchmaker.messages import Message

#: Before it the platform has no records.
FIRST_YEAR = 2020


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing counted for an enterprise, and the records behind it."""

    name: str
    title: Message
    #: What is counted, exactly.
    words: Message
    table: Any
    #: The column that says whose it is.
    owner: Any
    #: The column by which it falls into a year, and whether that is an instant.
    when: Any
    conditions: tuple[Any, ...]
    #: The page of one record, and what its address calls the id.
    endpoint: str
    argument: str
    called: Callable[[Any], str]
    #: What is added up beside the number; ``None`` where there is no money in it.
    amount: Any = None
    is_instant: bool = False
    #: Whether its amount is money that the enterprise did not have to pay.
    is_saved: bool = False


@dataclass(frozen=True, slots=True)
class Sum:
    """How many records, and their amounts together."""

    count: int = 0
    amount_fen: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A figure of the year and of the one before."""

    figure: Figure
    now: Sum
    before: Sum


def year_of(text: str, *, today: date) -> int:
    """Return the year asked for, this one when none of those with records was."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) == len("2026") else today.year
    return number if FIRST_YEAR <= number <= today.year else today.year


def period(year: int, *, today: date) -> Period:
    """Return the days of ``year`` that have come."""
    return Period(date(year, 1, 1), min(date(year, 12, 31), today))


def year_before(of: Period) -> Period:
    """Return the same days one year before, so that ten months are never compared with twelve."""
    last = of.until
    # The leap day has none before it.
    day = 28 if (last.month, last.day) == (2, 29) else last.day
    return Period(date(of.since.year - 1, 1, 1), date(last.year - 1, last.month, day))


def saved(lines: list[Line]) -> tuple[int, int]:
    """Return the fen that the enterprise did not have to pay, in the year and in the one before."""
    parts = [line for line in lines if line.figure.is_saved]
    return sum(line.now.amount_fen for line in parts), sum(line.before.amount_fen for line in parts)
