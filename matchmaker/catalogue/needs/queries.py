"""Reads of needs, each within what its reader may know."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, UnaryExpression, and_, case, false, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload

from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.models import PostingState
from matchmaker.catalogue.needs.models import Confidentiality, Need
from matchmaker.db.pages import narrowed

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

    def conditions(self, reader: Reader, *, besides: str = "") -> list[ColumnElement[bool]]:
        """Return the filters as conditions, leaving out the facet ``besides`` whose values are being counted."""
        conditions = narrowed(FACETS, {name: getattr(self, name) for name in FACETS}, besides=besides)
        if self.mine:
            conditions.append(Need.organisation_id == reader.organisation_id)
        if self.mode or besides == "mode":
            conditions.append(in_full(reader))
        return conditions


def in_scope(reader: Reader) -> ColumnElement[bool]:
    """The needs whose existence ``reader`` may know of."""
    own = Need.organisation_id == reader.organisation_id if reader.is_enterprise else false()
    return or_(own, and_(Need.state != PostingState.DRAFT, _published_scope(reader)))


def _published_scope(reader: Reader) -> ColumnElement[bool]:
    if reader.is_provider or reader.is_city_bureau:
        return true()
    open_to_all = Need.confidentiality != Confidentiality.MEMBERS
    if reader.is_bureau:
        return or_(open_to_all, Need.district_code == reader.district_code)
    return open_to_all


def in_full(reader: Reader) -> ColumnElement[bool]:
    """What ``rules.reads_in_full`` says of one need, as a condition on many."""
    if reader.is_provider or reader.is_city_bureau:
        return true()
    is_public = Need.confidentiality == Confidentiality.PUBLIC
    if reader.is_bureau:
        return or_(is_public, Need.district_code == reader.district_code)
    if reader.organisation_id is not None:
        return or_(is_public, Need.organisation_id == reader.organisation_id)
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
    if sort == "budget":
        return readable(reader, Need.budget_fen).desc().nulls_last(), Need.id.desc()
    return NEWEST


def listed_needs(reader: Reader, filters: NeedFilters, *, sort: str = "newest") -> Select[Need]:
    """Visible needs narrowed and sorted for the list."""
    return (
        select(Need)
        .where(in_scope(reader), *filters.conditions(reader))
        .options(joinedload(Need.organisation))
        .order_by(*order(reader, sort))
    )


def facet_base(reader: Reader, filters: NeedFilters, facet: str) -> Select[Need]:
    """The rows among which the values of ``facet`` are counted."""
    return select(Need).where(in_scope(reader), *filters.conditions(reader, besides=facet))


def need_by_id(reader: Reader, need_id: int) -> Select[Need]:
    """One need, when it is in the reader's scope."""
    return (
        select(Need)
        .where(Need.id == need_id, in_scope(reader))
        .join(Need.organisation)
        .options(contains_eager(Need.organisation))
    )
