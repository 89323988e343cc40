"""Reads of groups. A bureau is shown those whose needs it may all read in full: the label is made of their words."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, false, func, not_, or_, select, true
from sqlalchemy.orm import Session, selectinload

from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.generics.models import Generic, GenericMember
from matchmaker.catalogue.needs.models import Need
from matchmaker.catalogue.needs.queries import in_full, in_scope


def readable(reader: Reader) -> ColumnElement[bool]:
    """All of its needs are the reader's to read."""
    if reader.is_city_bureau:
        return true()
    hidden = (
        select(GenericMember.need_id)
        .join(Need, Need.id == GenericMember.need_id)
        .where(GenericMember.generic_id == Generic.id, or_(not_(in_scope(reader)), not_(in_full(reader))))
    )
    return not_(hidden.exists())


def _members() -> ColumnElement[int]:
    return (
        select(func.count())
        .select_from(GenericMember)
        .where(GenericMember.generic_id == Generic.id)
        .correlate(Generic)
        .scalar_subquery()
    )


def listed(reader: Reader, *, industry: str = "") -> Select[Generic]:
    """The groups of today, those with most needs first."""
    statement = select(Generic).where(Generic.ended_on.is_(None), readable(reader))
    if industry:
        statement = statement.where(Generic.industry_code == industry)
    return statement.options(
        selectinload(Generic.members).joinedload(GenericMember.need).joinedload(Need.organisation)
    ).order_by(_members().desc(), Generic.id)


def generic_by_id(reader: Reader, generic_id: int) -> Select[Generic]:
    """One group with its needs; after it ended for the city alone: whose needs it held is not known any more."""
    if not reader.is_bureau:
        return select(Generic).where(false())
    stands = true() if reader.is_city_bureau else Generic.ended_on.is_(None)
    return (
        select(Generic)
        .where(Generic.id == generic_id, stands, readable(reader))
        .options(selectinload(Generic.members).joinedload(GenericMember.need).joinedload(Need.organisation))
    )


def count_hidden(session: Session, reader: Reader) -> int:
    """How many groups hold needs that the reader may not read."""
    if reader.is_city_bureau:
        return 0
    return session.scalar(select(func.count(Generic.id)).where(Generic.ended_on.is_(None), not_(readable(reader)))) or 0


def industries(session: Session, reader: Reader) -> dict[str, int]:
    """How many groups each industry has."""
    rows = session.execute(
        select(Generic.industry_code, func.count())
        .where(Generic.ended_on.is_(None), readable(reader))
        .group_by(Generic.industry_code)
        .order_by(func.count().desc(), Generic.industry_code)
    )
    return dict(list(rows))


def standing() -> Select[Generic]:
    """All groups that have not ended, with their members."""
    return select(Generic).where(Generic.ended_on.is_(None)).options(selectinload(Generic.members)).order_by(Generic.id)


@dataclass(frozen=True, slots=True)
class Counts:
    """What a group comes to."""

    needs: int
    enterprises: int
    districts: int
    #: The sum of the budgets that are stated.
    budget_fen: int
    without_budget: int


def counts(needs: Iterable[Need]) -> Counts:
    """Add a group's needs up."""
    rows = list(needs)
    return Counts(
        len(rows),
        len({row.organisation_id for row in rows}),
        len({row.district_code for row in rows}),
        sum(row.budget_fen or 0 for row in rows),
        sum(row.budget_fen is None for row in rows),
    )
