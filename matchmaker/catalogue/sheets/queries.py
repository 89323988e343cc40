"""Reads for spreadsheets: a provider's own offerings, and what it sent."""

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.offerings.models import Offering, OfferingState
from matchmaker.catalogue.offerings.rules import OfferingText
from matchmaker.catalogue.sheets.models import OfferingUpload
from matchmaker.catalogue.sheets.rules import Held


def own_offerings(organisation_id: int | None) -> Select[Offering]:
    """Everything that the organisation lists and has not closed, oldest first."""
    return (
        select(Offering)
        .where(Offering.organisation_id == organisation_id, Offering.state != OfferingState.CLOSED)
        .order_by(Offering.id)
    )


def held_by(session: Session, organisation_id: int) -> list[Held]:
    """Return what a spreadsheet may find again; of the closed ones those with a number, so that it is not reused."""
    is_known: ColumnElement[bool] = (Offering.state != OfferingState.CLOSED) | Offering.reference.is_not(None)
    rows = session.scalars(
        select(Offering).where(Offering.organisation_id == organisation_id, is_known).order_by(Offering.id)
    )
    return [Held(row.id, row.version, row.state, OfferingText.of(row)) for row in rows]


def upload_by_id(reader: Reader, upload_id: int) -> Select[OfferingUpload]:
    """One spreadsheet of the reader's own organisation."""
    return select(OfferingUpload).where(
        OfferingUpload.id == upload_id,
        OfferingUpload.organisation_id == reader.organisation_id,
    )
