"""Reads of the directory of complexes, institutes and enterprises."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, false, or_, select, union_all
from sqlalchemy.orm import Session, joinedload

from matchmaker import clock
from matchmaker.accounts.models import PROVIDER_KINDS, Organisation, OrganisationKind, OrganisationState
from matchmaker.accounts.rules import Reader
from matchmaker.db.pages import counts_by, narrowed
from matchmaker.reference.models import Industry, ServiceCategory
from matchmaker.registry.models import Entry, Figure, Statement
from matchmaker.registry.profiles import queries as profiles
from matchmaker.registry.profiles.models import Topic

#: Facets of the directory that are a column of the organisation: name in the URL → column.
FACETS: dict[str, Any] = {"kind": Organisation.kind, "district": Organisation.district_code}
#: Facets of which one value holds of a body on a day: name in the URL → topic.
HELD = {"level": Topic.LEVEL, "status": Topic.STATUS, "body": Topic.KIND}
#: Facets of which several codes hold of a body on a day: name in the URL → topic and code list.
CODED: dict[str, tuple[Topic, Any]] = {
    "industry": (Topic.INDUSTRIES, Industry.code),
    "function": (Topic.FUNCTIONS, ServiceCategory.code),
}
NAMES = (*FACETS, *HELD, *CODED)


@dataclass(frozen=True, slots=True)
class DirectoryFilters:
    """What the directory is narrowed to, and the day it is shown as of; empty strings narrow nothing."""

    on: date
    kind: str = ""
    district: str = ""
    level: str = ""
    status: str = ""
    body: str = ""
    industry: str = ""
    function: str = ""

    def conditions(self, *, besides: str = "") -> list[ColumnElement[bool]]:
        """Return the filters as conditions, leaving out the facet ``besides`` whose values are being counted."""
        conditions = narrowed(FACETS, {name: getattr(self, name) for name in FACETS}, besides=besides)
        for name, topic in HELD.items():
            if name != besides and getattr(self, name):
                bodies = profiles.bodies_where(topic, getattr(self, name), on=self.on)
                conditions.append(Organisation.id.in_(bodies))
        for name in CODED:
            if name != besides and getattr(self, name):
                coded = _coded(name, on=self.on).subquery().c
                bodies = select(coded.organisation_id).where(coded.code == getattr(self, name))
                conditions.append(Organisation.id.in_(bodies))
        if self.on < clock.today():
            conditions.append(_was_known(self.on))
        return conditions


def _coded(name: str, *, on: date) -> Any:
    """Organisation and code; an enterprise has the one industry that its entry gives."""
    topic, codes = CODED[name]
    held = profiles.coded(topic, codes, on=on)
    if topic is not Topic.INDUSTRIES:
        return held
    return union_all(
        held,
        select(Organisation.id, Organisation.industry_code).where(
            Organisation.kind.not_in(PROVIDER_KINDS), Organisation.industry_code.is_not(None)
        ),
    )


def _was_known(on: date) -> ColumnElement[bool]:
    """On the platform by the end of that day, or spoken of by a document or a profile by then."""
    ended = datetime.combine(on + timedelta(days=1), time(), tzinfo=clock.CIVIL_ZONE)
    return or_(Organisation.created_at < ended, Organisation.id.in_(profiles.bodies_spoken_of(on=on)))


def listed_organisations(filters: DirectoryFilters) -> Select[Organisation]:
    """Everybody approved but the bureaus: complexes first, then institutes, then enterprises, by name."""
    return facet_base(filters, "").order_by(Organisation.kind, Organisation.name, Organisation.id)


def facet_base(filters: DirectoryFilters, facet: str) -> Select[Organisation]:
    """The rows among which the values of ``facet`` are counted."""
    return select(Organisation).where(
        Organisation.kind != OrganisationKind.BUREAU,
        Organisation.state == OrganisationState.APPROVED,
        *filters.conditions(besides=facet),
    )


def facet_counts(session: Session, filters: DirectoryFilters, name: str) -> dict[Any, int]:
    """Count the values of one facet among what the other filters leave, most first, in one statement."""
    base = facet_base(filters, name)
    if name in FACETS:
        return counts_by(session, base, FACETS[name])
    if name in HELD:
        held = profiles.in_force([HELD[name]], on=filters.on)
        return counts_by(session, base.join(held, held.c.organisation_id == Organisation.id), held.c.value)
    coded = _coded(name, on=filters.on).subquery()
    return counts_by(session, base.join(coded, coded.c.organisation_id == Organisation.id), coded.c.code)


def organisation_by_id(reader: Reader, organisation_id: int) -> Select[Organisation]:
    """One organisation; the directory is public. One that is not approved is its own and its bureau's to know of."""
    known: list[ColumnElement[bool]] = [Organisation.state == OrganisationState.APPROVED]
    if reader.is_admin or reader.is_city_bureau:
        known.append(Organisation.id.is_not(None))
    elif reader.is_bureau:
        known.append(Organisation.district_code == reader.district_code)
    known.append(Organisation.id == reader.organisation_id if reader.organisation_id else false())
    return select(Organisation).where(Organisation.id == organisation_id, or_(*known))


def entry_of(session: Session, organisation: Organisation) -> Entry | None:
    """Return the registry's entry for a body that a document names, with the document."""
    return session.scalars(
        select(Entry).where(Entry.organisation_id == organisation.id).options(joinedload(Entry.source))
    ).one_or_none()


def statements_of(session: Session, organisation: Organisation) -> list[Statement]:
    """Return what documents say of the body, latest first."""
    return list(
        session.scalars(
            select(Statement)
            .where(Statement.organisation_id == organisation.id)
            .options(joinedload(Statement.source))
            .order_by(Statement.on_date.desc(), Statement.position)
        )
    )


def figures() -> Select[Figure]:
    """Every figure that a document states, in the documents' order."""
    return select(Figure).options(joinedload(Figure.source)).order_by(Figure.position, Figure.key)


def figures_about(session: Session, organisation: Organisation) -> list[Figure]:
    """Return the figures that documents state of one body."""
    return list(session.scalars(figures().where(Figure.scope == organisation.key))) if organisation.key else []
