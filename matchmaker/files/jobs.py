"""Files whose row was never committed do not stay."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.files import operations
from matchmaker.jobs import daily

#: Nobody's transaction takes so long.
UNCLAIMED = timedelta(days=1)


@daily("sweep-files")
def sweep(session: Session, *, on: date) -> str:
    """Remove what a process left behind that died between the file and its row."""
    return f"removed {operations.sweep(session, before=clock.now() - UNCLAIMED)} files without a row"
