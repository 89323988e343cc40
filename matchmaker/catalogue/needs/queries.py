"""Reads of needs, each within what its reader may know."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, UnaryExpression, and_, false, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload

from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.models import PostingState
from matchmaker.catalogue.needs.models import Confidentiality, Need

#: Sort orders of the list: name in the URL → columns; each ends in the id.
SORTS: dict[str, tuple[UnaryExpression[Any], ...]] = {
    "newest": (Need.published_at.desc().nulls_first(), Need.id.desc()),
    "deadline": (Need.needed_by.asc().nulls_last(), Need.id.desc()),
    "budget": (Need.budget_fen.desc().nulls_last(), Need.id.desc()),
}

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
        chosen = {name: getattr(self, name) for name in FACETS if name != besides}
        conditions: list[ColumnElement[bool]] = [FACETS[name] == value for name, value in chosen.items() if value]
        if self.mine:
            conditions.append(Need.organisation_id == reader.organisation_id)
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


def visible_needs(reader: Reader) -> Select[Need]:
    """All needs in the reader's scope, with their enterprise, newest first."""
    return (
        select(Need)
        .where(in_scope(reader))
        .join(Need.organisation)
        .options(contains_eager(Need.organisation))
        .order_by(*SORTS["newest"])
    )


def listed_needs(reader: Reader, filters: NeedFilters, *, sort: str = "newest") -> Select[Need]:
    """Visible needs narrowed and sorted for the list."""
    return (
        select(Need)
        .where(in_scope(reader), *filters.conditions(reader))
        .options(joinedload(Need.organisation))
        .order_by(*SORTS.get(sort, SORTS["newest"]))
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
