"""Notices end by themselves, and so does the time to correct a claim."""

from datetime import date

from sqlalchemy.orm import Session

from matchmaker.jobs import daily
from matchmaker.vouchers.redemptions import operations, returns


@daily("end-notices")
def end_notices(session: Session, *, on: date) -> str:
    """Let everything be paid whose public notice ended before the day."""
    return f"{operations.end_notices(session, on=on)} notices ended"


@daily("end-returned-claims")
def end_returned(session: Session, *, on: date) -> str:
    """Close the returned claims that were not corrected in time."""
    return f"{returns.end_returned(session, on=on)} returned claims closed"
