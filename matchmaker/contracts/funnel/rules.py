"""What the steps of the funnel are and what a period is. Pure.

The funnel follows the introductions that were opened in a period: each step counts those of them that came so far by
now, so that no step counts what another one did not. A domain above (vouchers) hands in further steps as conditions.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement

from matchmaker import clock
from matchmaker.messages import Message


class By(StrEnum):
    """By what the funnel is laid out."""

    COMPLEX = "complex"
    INDUSTRY = "industry"
    DISTRICT = "district"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: an introduction took it when ``condition`` holds of its row.

    ``base`` names the step of which this one is a share; every introduction that took this step took that one too.
    """

    name: str
    label: Message
    #: What exactly is counted, for whoever reads the figure.
    words: Message
    base: str
    condition: Callable[[], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Break:
    """One way in which introductions go no further: those that took ``after`` and for which ``condition`` holds."""

    name: str
    label: Message
    after: str
    condition: Callable[[], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Period:
    """From the first to the last day, both counted."""

    since: date
    until: date

    @property
    def start(self) -> datetime:
        """The instant at which it begins."""
        return datetime.combine(self.since, time.min, tzinfo=clock.CIVIL_ZONE)

    @property
    def end(self) -> datetime:
        """The instant before which it ends."""
        return datetime.combine(self.until + timedelta(days=1), time.min, tzinfo=clock.CIVIL_ZONE)


def period(since: date | None, until: date | None, *, today: date) -> Period:
    """Return the period asked for, this year's to this day when none was; turned round where it runs backwards."""
    last = until or today
    first = since or date(last.year, 1, 1)
    return Period(min(first, last), max(first, last))


@dataclass(frozen=True, slots=True)
class Row:
    """The counts of one complex, industry or district, or of all together, by the names of the steps."""

    #: The id of an organisation, or a code; ``None`` for all, and for what names none.
    key: Any
    counts: dict[str, int]

    def share(self, step: Step) -> float | None:
        """Return which part of its base came so far; ``None`` of nothing."""
        base = self.counts[step.base]
        return self.counts[step.name] / base if base and step.base != step.name else None


def weakest(row: Row, steps: Sequence[Step]) -> Step | None:
    """Return the step between which and its base most is lost, as a share; ``None`` where nothing is asked for."""
    lossy = [step for step in steps if row.share(step) is not None and step.name not in ("match", "voucher")]
    return min(lossy, key=lambda step: row.share(step) or 0.0, default=None)
