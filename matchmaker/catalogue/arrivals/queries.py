"""Reads of new matches, each within what its reader may know of both sides."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, contains_eager

from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.arrivals.models import Arrival, ArrivalDigest
from matchmaker.catalogue.needs.models import OPEN, Need
from matchmaker.catalogue.needs.queries import in_scope
from matchmaker.catalogue.offerings.models import Offering
from matchmaker.catalogue.offerings.queries import is_orderable


def seen_column(reader: Reader) -> Any:
    """Return the column that says when the reader's side has seen a match."""
    return Arrival.seen_by_enterprise_at if reader.is_enterprise else Arrival.seen_by_provider_at


def _of(reader: Reader) -> ColumnElement[bool]:
    owner: Any = Need.organisation_id if reader.is_enterprise else Offering.organisation_id
    mine: ColumnElement[bool] = owner == reader.organisation_id
    return mine


def unseen(reader: Reader, *, on: date) -> Select[Arrival]:
    """The matches of the reader's own postings that nobody of them has seen, the newest night and best place first."""
    return (
        select(Arrival)
        .join(Arrival.need)
        .join(Arrival.offering)
        .where(_of(reader), seen_column(reader).is_(None), Need.state.in_(OPEN), is_orderable(on), in_scope(reader))
        .options(
            contains_eager(Arrival.need).joinedload(Need.organisation),
            contains_eager(Arrival.offering).joinedload(Offering.organisation),
        )
        .order_by(
            Arrival.found_on.desc(), Arrival.is_strong.desc(), Arrival.place, Arrival.need_id, Arrival.offering_id
        )
    )


def count_unseen(session: Session, reader: Reader, *, on: date) -> int:
    """How many there are."""
    counted = unseen(reader, on=on).with_only_columns(func.count(), maintain_column_froms=True).order_by(None)
    return session.scalar(counted.options()) or 0


def wants_letters(session: Session, organisation_id: int | None) -> bool:
    """Whether the organisation is told by letter."""
    return organisation_id is not None and session.get(ArrivalDigest, organisation_id) is not None


def known_pairs(session: Session) -> set[tuple[int, int]]:
    """Every match that was ever found."""
    return {(need, offering) for need, offering in session.execute(select(Arrival.need_id, Arrival.offering_id))}


def new_by_organisation(session: Session, *, on: date) -> dict[int, int]:
    """How many matches that were found on the day are new to each organisation that wants letters."""
    counts: dict[int, int] = {}
    for owner, seen in (
        (Need.organisation_id, Arrival.seen_by_enterprise_at),
        (Offering.organisation_id, Arrival.seen_by_provider_at),
    ):
        rows = session.execute(
            select(owner, func.count())
            .select_from(Arrival)
            .join(Arrival.need)
            .join(Arrival.offering)
            .join(ArrivalDigest, ArrivalDigest.organisation_id == owner)
            .where(Arrival.found_on == on, seen.is_(None))
            .group_by(owner)
        )
        for organisation_id, count in rows:
            counts[organisation_id] = counts.get(organisation_id, 0) + count
    return counts


def seen_by_enterprises() -> Select[Arrival, Need]:
    """Every match that the need's enterprise has seen in its list, need by need."""
    return (
        select(Arrival, Need)
        .join(Arrival.need)
        .where(Arrival.seen_by_enterprise_at.is_not(None))
        .order_by(Arrival.need_id, Arrival.place, Arrival.offering_id)
    )


def seen_pairs() -> Select[int, int]:
    """The need and the offering of each of them."""
    return select(Arrival.need_id, Arrival.offering_id).where(Arrival.seen_by_enterprise_at.is_not(None))
