"""Reads of needs, each within what its reader may know."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, UnaryExpression, and_, case, false, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload

from matchmaker.accounts.models import Membership, Person
from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.needs.models import (
    BEFORE_PUBLICATION,
    OPEN,
    Confidentiality,
    Need,
    NeedChecking,
    NeedMove,
    NeedState,
)
from matchmaker.catalogue.needs.rules import VALIDITY
from matchmaker.db.pages import narrowed
from matchmaker.reference.models import CITY_CODE, District

#: The order of every list that names no other.
NEWEST: tuple[UnaryExpression[Any], ...] = (Need.published_at.desc().nulls_first(), Need.id.desc())

#: Facets of the list: name in the URL → column.
FACETS = {
    "state": Need.state,
    "district": Need.district_code,
    "industry": Need.industry_code,
    "mode": Need.mode,
}


@dataclass(frozen=True, slots=True)
class NeedFilters:
    """What a list is narrowed to; empty strings narrow nothing."""

    state: str = ""
    district: str = ""
    industry: str = ""
    mode: str = ""
    mine: bool = False
    #: Those that expire soon after this day; ``None`` narrows nothing.
    ending: date | None = None

    def conditions(self, reader: Reader, *, besides: str = "") -> list[ColumnElement[bool]]:
        """Return the filters as conditions, leaving out the facet ``besides`` whose values are being counted."""
        conditions = narrowed(FACETS, {name: getattr(self, name) for name in FACETS}, besides=besides)
        if self.mine:
            conditions.append(own(reader))
        if self.ending is not None:
            conditions.append(ends_soon(self.ending))
        if self.mode or self.ending is not None or besides == "mode":
            conditions.append(in_full(reader))
        return conditions


def in_scope(reader: Reader) -> ColumnElement[bool]:
    """The needs whose existence ``reader`` may know of."""
    published = and_(Need.state.not_in((NeedState.DRAFT, *BEFORE_PUBLICATION)), _published_scope(reader))
    return or_(own(reader), _checked_by(reader), published)


def own(reader: Reader) -> ColumnElement[bool]:
    """What ``rules.speaks_for`` says of one need, as a condition on many."""
    theirs = Need.organisation_id == reader.organisation_id if reader.is_enterprise else false()
    if not reader.mandates:
        return theirs
    return or_(theirs, and_(Need.agent_id == reader.organisation_id, Need.organisation_id.in_(sorted(reader.mandates))))


def ends_soon(on: date) -> ColumnElement[bool]:
    """Open, with a last day so near that its enterprise is reminded."""
    return and_(Need.state.in_(OPEN), Need.valid_until.between(on, on + timedelta(days=VALIDITY.reminder)))


def _checked_by(reader: Reader) -> ColumnElement[bool]:
    if not reader.is_bureau:
        return false()
    waiting = Need.state.in_(BEFORE_PUBLICATION)
    return waiting if reader.is_city_bureau else and_(waiting, Need.district_code == reader.district_code)


def _published_scope(reader: Reader) -> ColumnElement[bool]:
    if reader.is_trusted_provider or reader.is_city_bureau:
        return true()
    open_to_all = Need.confidentiality != Confidentiality.MEMBERS
    if reader.is_bureau:
        return or_(open_to_all, Need.district_code == reader.district_code)
    return open_to_all


def in_full(reader: Reader) -> ColumnElement[bool]:
    """What ``rules.reads_in_full`` says of one need, as a condition on many."""
    if reader.is_trusted_provider or reader.is_city_bureau:
        return true()
    is_public = Need.confidentiality == Confidentiality.PUBLIC
    if reader.is_bureau:
        return or_(is_public, Need.district_code == reader.district_code, own(reader))
    if reader.organisation_id is not None:
        return or_(is_public, own(reader))
    return is_public


def readable(reader: Reader, column: Any) -> ColumnElement[Any]:
    """``column`` where ``reader`` reads the need in full, else NULL: neither order nor conditions give it away."""
    return case((in_full(reader), column))


def visible_needs(reader: Reader) -> Select[Need]:
    """All needs in the reader's scope, with their enterprise, newest first."""
    return (
        select(Need)
        .where(in_scope(reader))
        .join(Need.organisation)
        .options(contains_eager(Need.organisation))
        .order_by(*NEWEST)
    )


def order(reader: Reader, sort: str) -> tuple[UnaryExpression[Any], ...]:
    """Return the columns of a sort order by its name in the URL; each order ends in the id."""
    if sort == "deadline":
        return readable(reader, Need.needed_by).asc().nulls_last(), Need.id.desc()
    if sort == "ending":
        return readable(reader, Need.valid_until).asc().nulls_last(), Need.id.desc()
    if sort == "budget":
        return readable(reader, Need.budget_fen).desc().nulls_last(), Need.id.desc()
    return NEWEST


def listed_needs(reader: Reader, filters: NeedFilters, *, sort: str = "newest") -> Select[Need]:
    """Visible needs narrowed and sorted for the list."""
    return (
        select(Need)
        .where(in_scope(reader), *filters.conditions(reader))
        .options(joinedload(Need.organisation), joinedload(Need.agent))
        .order_by(*order(reader, sort))
    )


def facet_base(reader: Reader, filters: NeedFilters, facet: str) -> Select[Need]:
    """The rows among which the values of ``facet`` are counted."""
    return select(Need).where(in_scope(reader), *filters.conditions(reader, besides=facet))


def need_by_id(reader: Reader, need_id: int) -> Select[Need]:
    """One need, when it is in the reader's scope."""
    return need_to_match(reader, need_id).options(joinedload(Need.agent), joinedload(Need.solver))


def need_to_match(reader: Reader, need_id: int) -> Select[Need]:
    """The same with its enterprise only, which is all that a page of matches shows."""
    return (
        select(Need)
        .where(Need.id == need_id, in_scope(reader))
        .join(Need.organisation)
        .options(contains_eager(Need.organisation))
    )


def queue(reader: Reader) -> Select[Need]:
    """The needs that wait to be checked by the reader's bureau, the longest waiting first."""
    return (
        select(Need)
        .where(Need.state == NeedState.SUBMITTED, _checked_by(reader))
        .options(joinedload(Need.organisation), joinedload(Need.agent))
        .order_by(Need.submitted_at, Need.id)
    )


def moves(need: Need) -> Select[NeedMove]:
    """The steps of a need's life, the latest first, each with who took it."""
    return (
        select(NeedMove)
        .where(NeedMove.need_id == need.id)
        .options(joinedload(NeedMove.person), joinedload(NeedMove.organisation))
        .order_by(NeedMove.id.desc())
    )


def last_return(need: Need) -> Select[NeedMove]:
    """The step by which the need was last given back."""
    return moves(need).where(NeedMove.to_state == NeedState.RETURNED).limit(1)


def last_end(need: Need) -> Select[NeedMove]:
    """The step by which the need ended."""
    return moves(need).where(NeedMove.reason.is_not(None)).limit(1)


def past_their_day(on: date) -> Select[Need]:
    """The open needs whose last day was before ``on``, locked, so that a renewal waits or is seen."""
    return (
        select(Need)
        .where(Need.state.in_(OPEN), Need.valid_until < on)
        .order_by(Need.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def to_remind_of(on: date) -> Select[Need]:
    """The needs that expire soon and whose enterprise has not been told of that day, enterprise by enterprise."""
    return (
        select(Need)
        .where(ends_soon(on), or_(Need.reminded_of.is_(None), Need.reminded_of != Need.valid_until))
        .order_by(Need.organisation_id, Need.valid_until, Need.id)
    )


def addresses_of(organisation_id: int) -> Select[str]:
    """The mail addresses of everybody who acts for an organisation."""
    return (
        select(Person.email)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.organisation_id == organisation_id, Person.is_active.is_(True))
        .order_by(Person.email)
    )


def checked_districts(reader: Reader) -> Select[District]:
    """The districts that the reader's bureau looks after."""
    statement = select(District).where(District.code != CITY_CODE).order_by(District.position, District.code)
    return statement if reader.is_city_bureau else statement.where(District.code == reader.district_code)


def checked_district(reader: Reader, district_code: str) -> Select[District]:
    """One district; that it is there is no secret."""
    return select(District).where(District.code == district_code, District.code != CITY_CODE)


def unchecked() -> Select[str]:
    """The codes of the districts that publish needs without checking them."""
    return select(NeedChecking.district_code).where(NeedChecking.is_on.is_(False))
