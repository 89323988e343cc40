"""Spreadsheets of services that were sent are not kept for ever."""

from datetime import date

from sqlalchemy.orm import Session

from matchmaker.catalogue.sheets.jobs import forget_old
from matchmaker.contracts.services.models import ServiceUpload
from matchmaker.jobs import daily


@daily("forget-service-spreadsheets")
def forget(session: Session, *, on: date) -> str:
    """Remove spreadsheets of services that were sent a week ago."""
    return forget_old(session, ServiceUpload, on=on)
