"""Reads of offerings, each within what its reader may know."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, UnaryExpression, and_, false, func, or_, select
from sqlalchemy import exists as sql_exists
from sqlalchemy.orm import Session, contains_eager, joinedload

from matchmaker.accounts.models import Membership, Person
from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.offerings.hours import WEEKEND
from matchmaker.catalogue.offerings.models import (
    Offering,
    OfferingDistrict,
    OfferingKind,
    OfferingState,
    PriceUnit,
    Reach,
)
from matchmaker.db.pages import narrowed

#: Sort orders of the list: name in the URL → columns; each ends in the id. What nobody confirms comes last.
SORTS: dict[str, tuple[UnaryExpression[Any], ...]] = {
    "newest": (Offering.is_sunk.asc(), Offering.published_at.desc().nulls_first(), Offering.id.desc()),
    "price": (Offering.price_min_fen.asc().nulls_last(), Offering.id.desc()),
    "delivery": (Offering.delivery_days.asc().nulls_last(), Offering.id.desc()),
}

#: Facets of the list: name in the URL → column.
FACETS = {
    "state": Offering.state,
    "kind": Offering.kind,
    "district": Offering.district_code,
    "industry": Offering.industry_code,
    "category": Offering.category_code,
}


@dataclass(frozen=True, slots=True)
class OfferingFilters:
    """What a list is narrowed to; empty strings narrow nothing."""

    state: str = ""
    kind: str = ""
    district: str = ""
    industry: str = ""
    category: str = ""
    serves: str = ""
    voucher: bool = False
    mine: bool = False
    asked: bool = False
    organisation_id: int | None = None

    def conditions(self, reader: Reader, *, besides: str = "") -> list[ColumnElement[bool]]:
        """Return the filters as conditions, leaving out the facet ``besides`` whose values are being counted."""
        conditions = narrowed(FACETS, {name: getattr(self, name) for name in FACETS}, besides=besides)
        if self.serves:
            conditions.append(serves(self.serves))
        if self.voucher:
            conditions.append(Offering.is_voucher_eligible.is_(True))
        if self.asked:
            conditions += [Offering.organisation_id == reader.organisation_id, Offering.asked_at.is_not(None)]
        if self.mine:
            conditions.append(Offering.organisation_id == reader.organisation_id)
        if self.organisation_id is not None:
            conditions.append(Offering.organisation_id == self.organisation_id)
        return conditions


def in_scope(reader: Reader) -> ColumnElement[bool]:
    """The offerings whose existence ``reader`` may know of: all that were published, and their own."""
    own = Offering.organisation_id == reader.organisation_id if reader.is_provider else false()
    return or_(own, Offering.state != OfferingState.DRAFT)


def listed_offerings(reader: Reader, filters: OfferingFilters, *, sort: str = "newest") -> Select[Offering]:
    """Visible offerings narrowed and sorted for the list."""
    return (
        select(Offering)
        .where(in_scope(reader), *filters.conditions(reader))
        .options(joinedload(Offering.organisation))
        .order_by(*SORTS.get(sort, SORTS["newest"]))
    )


def facet_base(reader: Reader, filters: OfferingFilters, facet: str) -> Select[Offering]:
    """The rows among which the values of ``facet`` are counted."""
    return select(Offering).where(in_scope(reader), *filters.conditions(reader, besides=facet))


def offering_by_id(reader: Reader, offering_id: int) -> Select[Offering]:
    """One offering, when it is in the reader's scope."""
    return (
        select(Offering)
        .where(Offering.id == offering_id, in_scope(reader))
        .join(Offering.organisation)
        .options(contains_eager(Offering.organisation))
    )


def serves(district_code: str) -> ColumnElement[bool]:
    """It serves the district, be it with the whole city or among others."""
    named = sql_exists().where(
        OfferingDistrict.offering_id == Offering.id, OfferingDistrict.district_code == district_code
    )
    return or_(Offering.reach != Reach.DISTRICTS, named)


def is_orderable(on: date) -> ColumnElement[bool]:
    """Published, not paused, and within its days."""
    return and_(
        Offering.state == OfferingState.PUBLISHED,
        Offering.paused_at.is_(None),
        or_(Offering.valid_from.is_(None), Offering.valid_from <= on),
        or_(Offering.valid_until.is_(None), Offering.valid_until >= on),
    )


def is_stale(*, before: datetime) -> ColumnElement[bool]:
    """Published, not paused, untouched since ``before``, and not asked after yet."""
    return and_(
        Offering.state == OfferingState.PUBLISHED,
        Offering.confirmed_at < before,
        Offering.asked_at.is_(None),
        Offering.paused_at.is_(None),
    )


def stale(*, before: datetime) -> Select[int, str]:
    """Whose offerings are to be asked after, and their titles."""
    return (
        select(Offering.organisation_id, Offering.title)
        .where(is_stale(before=before))
        .order_by(Offering.organisation_id, Offering.id)
    )


def is_unanswered(*, before: datetime) -> ColumnElement[bool]:
    """Published, asked after before ``before``, neither confirmed nor sunk."""
    return and_(Offering.state == OfferingState.PUBLISHED, Offering.asked_at < before, Offering.is_sunk.is_(False))


def exists(session: Session, condition: ColumnElement[bool]) -> bool:
    """Whether any offering meets the condition."""
    return session.scalar(select(Offering.id).where(condition).limit(1)) is not None


def asked_after(organisation_id: int | None) -> Select[Offering]:
    """What an organisation is asked to confirm, longest waiting first."""
    return (
        select(Offering)
        .where(
            Offering.organisation_id == organisation_id,
            Offering.state == OfferingState.PUBLISHED,
            Offering.asked_at.is_not(None),
        )
        .order_by(Offering.is_sunk.desc(), Offering.asked_at, Offering.id)
    )


def emails_of_members(session: Session, organisation_ids: Collection[int]) -> dict[int, list[str]]:
    """Return the addresses of the active members of each organisation."""
    rows = session.execute(
        select(Membership.organisation_id, Person.email)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.organisation_id.in_(organisation_ids), Person.is_active.is_(True))
        .order_by(Membership.organisation_id, Person.id)
    )
    emails: dict[int, list[str]] = {}
    for organisation_id, email in rows:
        emails.setdefault(organisation_id, []).append(email)
    return emails


#: Facets of the list of instruments besides what all lists have.
PRICES_YUAN = {"100": 100, "300": 300, "1000": 1000}


@dataclass(frozen=True, slots=True)
class InstrumentFilters:
    """What the list of instruments is narrowed to; empty strings narrow nothing."""

    district: str = ""
    industry: str = ""
    category: str = ""
    #: The highest price per hour, a key of ``PRICES_YUAN``.
    price: str = ""
    model: str = ""
    accuracy: str = ""
    weekend: bool = False
    voucher: bool = False

    def conditions(self, *, besides: str = "") -> list[ColumnElement[bool]]:
        """Return the filters as conditions, leaving out the facet ``besides`` whose values are being counted."""
        facets = {name: FACETS[name] for name in ("district", "industry", "category")}
        conditions = narrowed(facets, {name: getattr(self, name) for name in facets}, besides=besides)
        if self.price in PRICES_YUAN:
            conditions += [
                Offering.price_unit == PriceUnit.HOUR,
                Offering.price_min_fen <= PRICES_YUAN[self.price] * 100,
            ]
        if self.model:
            conditions.append(_holds(Offering.model, self.model) | _holds(Offering.maker, self.model))
        if self.accuracy:
            conditions.append(_holds(Offering.accuracy, self.accuracy))
        if self.weekend:
            conditions.append(Offering.open_days.bitwise_and(WEEKEND) != 0)
        if self.voucher:
            conditions.append(Offering.is_voucher_eligible.is_(True))
        return conditions


INSTRUMENT_SORTS: dict[str, tuple[UnaryExpression[Any], ...]] = {
    "newest": SORTS["newest"],
    "price": SORTS["price"],
    "model": (Offering.model.asc(), Offering.id.desc()),
}


def instruments(filters: InstrumentFilters, *, besides: str = "") -> Select[Offering]:
    """The instruments that are published, narrowed."""
    return select(Offering).where(
        Offering.kind == OfferingKind.INSTRUMENT,
        Offering.state == OfferingState.PUBLISHED,
        *filters.conditions(besides=besides),
    )


def listed_instruments(filters: InstrumentFilters, *, sort: str = "newest") -> Select[Offering]:
    """The instruments that are published, narrowed and sorted for the list."""
    return (
        instruments(filters)
        .options(joinedload(Offering.organisation))
        .order_by(*INSTRUMENT_SORTS.get(sort, INSTRUMENT_SORTS["newest"]))
    )


def _holds(column: Any, text: str) -> ColumnElement[bool]:
    """``column`` holds the text, letters in either case and blanks aside."""
    wanted = "".join(text.lower().split())
    found: ColumnElement[bool] = func.replace(func.lower(column), " ", "").contains(wanted, autoescape=True)
    return found
