"""What time it is: the one place that asks the machine."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

#: Deadlines, expiry and reporting periods follow the bureau's civil day.
CIVIL_ZONE = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Return the present instant in UTC, to the second (what the pages show and the databases keep)."""
    return datetime.now(UTC).replace(microsecond=0)


def today() -> date:
    """Return the civil date in Shanghai."""
    return civil_day(now())


def civil_day(instant: datetime) -> date:
    """Return the Shanghai date of an aware ``instant``."""
    return instant.astimezone(CIVIL_ZONE).date()
