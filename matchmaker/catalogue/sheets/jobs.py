"""Spreadsheets that were sent are not kept for ever."""

from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.catalogue.sheets import operations
from matchmaker.catalogue.sheets.models import OfferingUpload, Upload
from matchmaker.jobs import daily

#: For so many days somebody may look over what they sent.
KEPT_DAYS = 7


@daily("forget-spreadsheets")
def forget(session: Session, *, on: date) -> str:
    """Remove spreadsheets of offerings that were sent a week ago."""
    return forget_old(session, OfferingUpload, on=on)


def forget_old(session: Session, kind: type[Upload], *, on: date) -> str:
    """Remove spreadsheets of one kind that were sent a week ago."""
    before = datetime.combine(on - timedelta(days=KEPT_DAYS), time.min, tzinfo=clock.CIVIL_ZONE)
    return f"removed {operations.forget(session, kind, before=before)} spreadsheets"
