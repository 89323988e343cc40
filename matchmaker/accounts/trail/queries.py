"""Reads of the audit trail, each within what its reader may look at."""

from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, false, func, select, true
from sqlalchemy.orm import Session, aliased

from matchmaker import clock
from matchmaker.accounts.models import Organisation, Person
from matchmaker.accounts.rules import Reader
from matchmaker.audit.models import AuditRow, Change

#: How far the order of ids may stray from that of time.
_SLACK = 1_000

#: Rows on a page; the next page begins after the last row's id, so that page 5,000 costs what page 1 does.
SIZE = 50


@dataclass(frozen=True, slots=True)
class TrailFilters:
    """What the trail is narrowed to; empty values narrow nothing."""

    person: int | None = None
    organisation: int | None = None
    table: str = ""
    key: str = ""
    change: str = ""
    act: str = ""
    day: date | None = None

    @property
    def count(self) -> int:
        """How many filters are set."""
        return sum(getattr(self, field.name) not in (None, "") for field in fields(self))

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the filters as conditions."""
        found: list[ColumnElement[bool]] = []
        if self.person is not None:
            found.append(AuditRow.person_id == self.person)
        if self.organisation is not None:
            found.append(AuditRow.about_organisation_id == self.organisation)
        for column, value in ((AuditRow.table_name, self.table), (AuditRow.row_key, self.key)):
            if value:
                found.append(column == value)
        if self.change:
            found.append(AuditRow.change == self.change if self.change in list(Change) else false())
        if self.act:
            found.append(AuditRow.act == self.act)
        if self.day is not None:
            found += _on(self.day)
        return found


def _on(day: date) -> list[ColumnElement[bool]]:
    """The rows of one civil day, found by their ids, which follow the time: so the order costs no sorting."""
    begins = datetime.combine(day, time(), tzinfo=clock.CIVIL_ZONE)
    ends = begins + timedelta(days=1)
    row = aliased(AuditRow)
    first = select(row.id).where(row.at >= begins).order_by(row.at, row.id).limit(1).scalar_subquery()
    last = select(row.id).where(row.at < ends).order_by(row.at.desc(), row.id.desc()).limit(1).scalar_subquery()
    # Hosts' clocks differ a little; the time itself decides, but not over which index.
    at = func.coalesce(AuditRow.at, AuditRow.at)
    return [AuditRow.id >= first - _SLACK, AuditRow.id <= last + _SLACK, at >= begins, at < ends]


def in_scope(reader: Reader) -> ColumnElement[bool]:
    """The rows that ``reader`` may look at.

    An auditor sees what concerns the district's things and people; the city's auditor and an admin see all.
    """
    if reader.is_admin or reader.is_city_bureau:
        return true()
    # A row without a district of its own has its organisation's. Looked up row by row, newest first, until a page is
    # full: any index would find them all and sort them.
    of_owner = (
        select(Organisation.district_code).where(Organisation.id == AuditRow.about_organisation_id).scalar_subquery()
    )
    return func.coalesce(AuditRow.district_code, of_owner) == reader.district_code


@dataclass(frozen=True, slots=True)
class Trail:
    """One page of the trail and whether there is more; ``before`` is where the next one begins."""

    rows: list[AuditRow]
    before: int | None


def trail(session: Session, reader: Reader, filters: TrailFilters, *, before: int | None) -> Trail:
    """Read the rows before the id ``before`` (the newest for ``None``), newest first, in one statement."""
    statement = select(AuditRow).where(in_scope(reader), *filters.conditions()).order_by(AuditRow.id.desc())
    if before is not None:
        statement = statement.where(AuditRow.id < before)
    rows = list(session.scalars(statement.limit(SIZE + 1)))
    return Trail(rows[:SIZE], rows[SIZE - 1].id if len(rows) > SIZE else None)


def names(session: Session, rows: list[AuditRow]) -> tuple[dict[int, str], dict[int, str]]:
    """Return the names of the people and organisations that ``rows`` mention, by id, in two statements."""
    people = {row.person_id for row in rows if row.person_id is not None}
    bodies = {key for row in rows for key in (row.organisation_id, row.about_organisation_id) if key is not None}
    return _names(session, Person, people), _names(session, Organisation, bodies)


def _names(session: Session, table: type[Any], ids: set[int]) -> dict[int, str]:
    if not ids:
        return {}
    return dict(list(session.execute(select(table.id, table.name).where(table.id.in_(ids)))))


def kinds(session: Session) -> list[str]:
    """Return the tables that the trail mentions, each found by one step through the index."""
    found: list[str] = []
    last = ""
    while (
        following := session.scalar(
            select(AuditRow.table_name).where(AuditRow.table_name > last).order_by(AuditRow.table_name).limit(1)
        )
    ) is not None:
        found.append(following)
        last = following
    return found
