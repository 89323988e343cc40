"""What is due once a day for introductions: whoever owes a reply is reminded."""

from datetime import date, datetime, time

from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.contracts.introductions import operations
from matchmaker.jobs import daily


@daily("end-introductions-of-ended-needs")
def end(session: Session, *, on: date) -> str:
    """End what awaits an answer that nobody needs any more."""
    return f"ended {operations.end_with_need(session)} introductions"


@daily("remind-of-introductions")
def remind(session: Session, *, on: date) -> str:
    """Write to those who have owed a reply for long."""
    end = datetime.combine(on, time.max, tzinfo=clock.CIVIL_ZONE).replace(microsecond=0)
    return f"reminded of {operations.remind(session, now=end)} introductions"
