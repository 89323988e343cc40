"""Reads for counting which offerings are found."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from matchmaker.catalogue.needs.models import OPEN, Need
from matchmaker.catalogue.offerings.models import Offering, OfferingState, PriceUnit
from matchmaker.catalogue.offerings.queries import is_orderable


class Terms(NamedTuple):
    """What hard conditions are judged by, and what offerings are counted by."""

    id: int
    category_code: str
    price_min_fen: int | None
    price_unit: PriceUnit
    delivery_days: int | None
    trl: int | None


_COLUMNS = (getattr(Offering, name) for name in Terms._fields)
_TERMS = select(*_COLUMNS)


def orderable_terms(session: Session, *, on: date) -> dict[int, Terms]:
    """Return the terms of everything that can be ordered, by id."""
    return {row.id: Terms(*row) for row in session.execute(_TERMS.where(is_orderable(on)))}


def open_needs() -> Select[Need]:
    """Every published need, whoever may read it: what is counted of them names none."""
    return select(Need).where(Need.state.in_(OPEN)).order_by(Need.id)


def own_offerings(organisation_id: int | None) -> Select[Offering]:
    """What the organisation has not closed."""
    return (
        select(Offering)
        .where(Offering.organisation_id == organisation_id, Offering.state != OfferingState.CLOSED)
        .order_by(Offering.id)
    )
