"""Reads of what was opened."""

from datetime import date
from typing import Any

from sqlalchemy import ScalarSelect, Select, and_, exists, select
from sqlalchemy.orm import Session, aliased

from matchmaker.catalogue.needs.models import Need
from matchmaker.catalogue.openings.models import MatchOpening


def is_kept(session: Session, need_id: int, offering_id: int, *, on: date) -> bool:
    """Whether it is known that the offering was opened on that day."""
    return session.get(MatchOpening, (need_id, offering_id, on)) is not None


def first_place(need_id: Any, offering_id: Any) -> ScalarSelect[int]:
    """Where an offering stood when the need's side opened it for the first time; the ids are columns."""
    return (
        select(MatchOpening.place)
        .where(MatchOpening.need_id == need_id, MatchOpening.offering_id == offering_id)
        .order_by(MatchOpening.opened_on)
        .limit(1)
        .scalar_subquery()
    )


def first_openings() -> Select[MatchOpening, Need]:
    """The first time that each need and offering were opened, need by need."""
    before = aliased(MatchOpening)
    earlier = exists().where(
        and_(
            before.need_id == MatchOpening.need_id,
            before.offering_id == MatchOpening.offering_id,
            before.opened_on < MatchOpening.opened_on,
        )
    )
    return (
        select(MatchOpening, Need)
        .join(MatchOpening.need)
        .where(~earlier)
        .order_by(MatchOpening.need_id, MatchOpening.place, MatchOpening.offering_id)
    )
