"""Reads of the directory of complexes, institutes and enterprises."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, joinedload

from matchmaker.accounts.models import Organisation, OrganisationKind
from matchmaker.accounts.rules import Reader
from matchmaker.db.pages import narrowed
from matchmaker.registry.models import Entry, Figure, Statement

#: Facets of the directory: name in the URL → column.
FACETS: dict[str, Any] = {
    "kind": Organisation.kind,
    "district": Organisation.district_code,
    "industry": Organisation.industry_code,
}


@dataclass(frozen=True, slots=True)
class DirectoryFilters:
    """What the directory is narrowed to; empty strings narrow nothing."""

    kind: str = ""
    district: str = ""
    industry: str = ""

    def conditions(self, *, besides: str = "") -> list[ColumnElement[bool]]:
        """Return the filters as conditions, leaving out the facet ``besides`` whose values are being counted."""
        return narrowed(FACETS, {name: getattr(self, name) for name in FACETS}, besides=besides)


def listed_organisations(filters: DirectoryFilters) -> Select[Organisation]:
    """Everybody but the bureaus: complexes first, then institutes, then enterprises, by name."""
    return facet_base(filters, "").order_by(Organisation.kind, Organisation.name, Organisation.id)


def facet_base(filters: DirectoryFilters, facet: str) -> Select[Organisation]:
    """The rows among which the values of ``facet`` are counted."""
    return select(Organisation).where(Organisation.kind != OrganisationKind.BUREAU, *filters.conditions(besides=facet))


def organisation_by_id(reader: Reader, organisation_id: int) -> Select[Organisation]:
    """One organisation; the directory is public."""
    return select(Organisation).where(Organisation.id == organisation_id)


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
