"""What was opened is not kept for ever."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from matchmaker.catalogue.openings import operations
from matchmaker.jobs import daily

#: A year, as the pages say.
KEPT_DAYS = 365


@daily("forget-openings")
def forget(session: Session, *, on: date) -> str:
    """Remove what was opened a year ago."""
    return f"removed {operations.forget(session, before=on - timedelta(days=KEPT_DAYS))} openings"
