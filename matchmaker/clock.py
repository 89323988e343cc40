"""What time it is: the one place that asks the machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

#: Deadlines, expiry and reporting periods follow the bureau's civil day.
CIVIL_ZONE = ZoneInfo("Asia/Shanghai")

#: Where the clock stands while it is stopped.
_stopped: ContextVar[datetime | None] = ContextVar("stopped", default=None)


def now() -> datetime:
    """Return the present instant in UTC, to the second (what the pages show and the databases keep)."""
    return _stopped.get() or datetime.now(UTC).replace(microsecond=0)


@contextmanager
def stopped(at: datetime) -> Iterator[None]:
    """Let it be the instant ``at`` meanwhile, for the demo data, which tell of the past. Never for a page."""
    token = _stopped.set(at.astimezone(UTC).replace(microsecond=0))
    try:
        yield
    finally:
        _stopped.reset(token)


def is_stopped() -> bool:
    """Whether the instant is one of the past, chosen by whoever tells of it."""
    return _stopped.get() is not None


def today() -> date:
    """Return the civil date in Shanghai."""
    return civil_day(now())


def civil_day(instant: datetime) -> date:
    """Return the Shanghai date of an aware ``instant``."""
    return instant.astimezone(CIVIL_ZONE).date()
