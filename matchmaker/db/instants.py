"""What time the database has: one clock for all hosts, where an hour decides about money."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from matchmaker import clock

_MACHINE = clock.now


def now_column() -> ColumnElement[Any]:
    """Return the database's time as a column, to be read along with what it is needed for."""
    return func.now()


def instant_of(value: datetime | str) -> datetime:
    """Return what ``now_column`` answered as an aware instant; a clock that was stopped holds for the database too."""
    if clock.is_stopped() or clock.now is not _MACHINE:
        return clock.now()
    read = datetime.fromisoformat(value) if isinstance(value, str) else value
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def day_of(value: datetime | str) -> date:
    """Return the civil day in Shanghai of what ``now_column`` answered."""
    return clock.civil_day(instant_of(value))


def today(session: Session) -> date:
    """Return the civil day in Shanghai by the database's clock."""
    return day_of(session.scalars(select(now_column())).one())
