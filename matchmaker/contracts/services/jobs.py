"""Spreadsheets of services that were sent are not kept for ever."""

from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.catalogue.sheets.jobs import KEPT_DAYS
from matchmaker.contracts.services import operations
from matchmaker.jobs import daily


@daily("forget-service-spreadsheets")
def forget(session: Session, *, on: date) -> str:
    """Remove spreadsheets that were sent a week ago."""
    before = datetime.combine(on - timedelta(days=KEPT_DAYS), time.min, tzinfo=clock.CIVIL_ZONE)
    return f"removed {operations.forget(session, before=before)} spreadsheets"
