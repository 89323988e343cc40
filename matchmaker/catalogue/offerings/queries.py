"""Reads of offerings, each within what its reader may know."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, UnaryExpression, false, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.offerings.models import Offering, OfferingState
from matchmaker.db.pages import narrowed

#: Sort orders of the list: name in the URL → columns; each ends in the id.
SORTS: dict[str, tuple[UnaryExpression[Any], ...]] = {
    "newest": (Offering.published_at.desc().nulls_first(), Offering.id.desc()),
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
    voucher: bool = False
    mine: bool = False
    organisation_id: int | None = None

    def conditions(self, reader: Reader, *, besides: str = "") -> list[ColumnElement[bool]]:
        """Return the filters as conditions, leaving out the facet ``besides`` whose values are being counted."""
        conditions = narrowed(FACETS, {name: getattr(self, name) for name in FACETS}, besides=besides)
        if self.voucher:
            conditions.append(Offering.is_voucher_eligible.is_(True))
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


def is_orderable(on: date) -> ColumnElement[bool]:
    """Published and not past its last day."""
    return (Offering.state == OfferingState.PUBLISHED) & or_(Offering.valid_until.is_(None), Offering.valid_until >= on)
