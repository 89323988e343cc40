"""Notices end by themselves."""

from datetime import date

from sqlalchemy.orm import Session

from matchmaker.jobs import daily
from matchmaker.vouchers.redemptions import operations


@daily("end-notices")
def end_notices(session: Session, *, on: date) -> str:
    """Let everything be paid whose public notice ended before the day."""
    return f"{operations.end_notices(session, on=on)} notices ended"
