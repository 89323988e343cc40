"""What time the database has: one clock for all hosts, where an hour decides about money."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement

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


class civil_month(FunctionElement[int]):  # noqa: N801 - reads as the SQL function that it is
    """The Shanghai month of an instant, as 202611. China has had no summer time since 1991, so it is UTC + 8 h."""

    type = Integer()
    inherit_cache = True


@compiles(civil_month, "sqlite")
def _civil_month_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return f"CAST(strftime('%Y%m', {compiler.process(element.clauses, **kw)}, '+8 hours') AS INTEGER)"


@compiles(civil_month, "postgresql")
def _civil_month_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    instant = compiler.process(element.clauses, **kw)
    return f"CAST(to_char({instant} AT TIME ZONE 'Asia/Shanghai', 'YYYYMM') AS INTEGER)"
