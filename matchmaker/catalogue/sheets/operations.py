"""Keeping of spreadsheets: first as they were sent, then as offerings, all rows or none."""

from datetime import datetime
from typing import TypeVar

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.models import Organisation
from matchmaker.catalogue import operations as postings
from matchmaker.catalogue.offerings import operations as lives
from matchmaker.catalogue.offerings.models import Offering
from matchmaker.catalogue.sheets import queries
from matchmaker.catalogue.sheets.models import OfferingUpload, Upload
from matchmaker.catalogue.sheets.reading import Table
from matchmaker.catalogue.sheets.rules import Entry, Plan

Kind = TypeVar("Kind", bound=Upload)


def receive(
    session: Session, kind: type[Kind], table: Table, *, file_name: str, organisation_id: int, person_id: int
) -> Kind:
    """Keep a spreadsheet as it was sent, for its sender to look over."""
    upload = kind(
        organisation_id=organisation_id,
        person_id=person_id,
        file_name=file_name[:255],
        created_at=clock.now(),
        kept_at=None,
        headings=table.headings,
        rows=table.rows,
    )
    session.add(upload)
    session.flush()
    return upload


def keep(session: Session, upload: OfferingUpload, plan: Plan, *, owner: Organisation) -> None:
    """Add and rewrite what the plan says; its cells are not needed any more. Raises ``Invalid`` or ``Conflict``."""
    offerings = {row.id: row for row in session.scalars(queries.own_offerings(owner.id).with_for_update(of=Offering))}
    for entry in plan.new:
        _publish(session, postings.draft(session, Offering, entry.text, owner=owner), entry)
    for entry in plan.changed:
        assert entry.held is not None  # noqa: S101 - what changed is held; narrows for the type checker
        offering = offerings[entry.held.id]
        postings.rewrite(session, offering, entry.text)
        _publish(session, offering, entry)
    upload.kept_at = clock.now()
    upload.rows = []
    session.flush()


def _publish(session: Session, offering: Offering, entry: Entry) -> None:
    if entry.publishes:
        lives.publish(session, offering, entry.text)


def discard(session: Session, upload: Upload) -> None:
    """Forget a spreadsheet that was not kept."""
    session.delete(upload)
    session.flush()


def forget(session: Session, kind: type[Upload], *, before: datetime) -> int:
    """Remove what was sent before that instant, kept or not. Return how many that were."""
    old = kind.created_at < before
    number = session.scalar(select(func.count()).select_from(kind).where(old)) or 0
    if number:
        session.execute(delete(kind).where(old))
    return number
