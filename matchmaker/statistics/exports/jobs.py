"""Files whose days are over do not stay."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.jobs import daily
from matchmaker.statistics.exports import operations

#: What was put into its place a moment ago may have a row that is about to be committed.
UNCLAIMED = timedelta(days=1)


@daily("sweep-exports")
def sweep(session: Session, *, on: date) -> str:
    """Let go what nobody has to keep any longer, and remove bytes that nothing points at."""
    now = clock.now()
    gone = operations.forget_outlived(session, now=now)
    swept = operations.sweep(session, before=now - UNCLAIMED)
    return f"let go of {gone} files of tables, removed {swept}"
