"""Loading of ``seeds/reference/``: the code lists, and the real bodies with what documents say of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.accounts import operations as accounts
from matchmaker.accounts.models import Organisation, OrganisationKind
from matchmaker.db import Base
from matchmaker.reference import operations as reference_lists
from matchmaker.reference.models import CategoryFunction, District, Industry, ServiceCategory, SourceDocument
from matchmaker.registry import operations as registry
from matchmaker.registry.coverage.models import Target
from matchmaker.registry.models import Entry, Figure, Statement
from matchmaker.seeding.files import Row
from matchmaker.seeding.reference_rows import (
    CitedRow,
    ComplexRow,
    ComplexStatusRow,
    FunctionRow,
    InstituteRow,
    InstituteStatusRow,
    Reference,
)


@dataclass(frozen=True, slots=True)
class Body:
    """A real complex or institute, with what is said of it in the files' order."""

    row: ComplexRow | InstituteRow
    said: Sequence[ComplexStatusRow | InstituteStatusRow]

    def organisation(self) -> dict[str, Any]:
        """Return what ``put_organisation`` is to be told."""
        is_complex = isinstance(self.row, ComplexRow)
        return {
            "key": self.row.key,
            "kind": OrganisationKind.COMPLEX if is_complex else OrganisationKind.INSTITUTE,
            "name": self.row.name,
            "name_en": self.row.name_en,
            "district_code": self.row.district_code,
            "industry_code": self.row.industry_code if isinstance(self.row, ComplexRow) else None,
        }

    def entry(self, organisation_id: int) -> Entry:
        """Return its registry entry."""
        kind = self.row.kind if isinstance(self.row, InstituteRow) else None
        return Entry(organisation_id=organisation_id, institute_kind=kind, **_cited(self.row), note=self.row.note)

    def statements(self, organisation_id: int) -> list[Statement]:
        """Return what is said of it, numbered from 1."""
        return [_statement(row, organisation_id, position) for position, row in enumerate(self.said, start=1)]


def load(session: Session, reference: Reference) -> int:
    """Add what is missing and correct what differs, inside a transaction. Return how many rows changed."""
    changed = 0
    # Each list is stored before the next one points at it.
    for _, listed in code_lists(reference):
        changed += reference_lists.put_rows(session, listed)
    revisions = organisation_revisions(session)
    for body in bodies(reference):
        organisation = accounts.put_organisation(session, **body.organisation())
        is_changed = revisions.get(body.row.key) != organisation.revision
        is_changed |= bool(registry.put_entry(session, body.entry(organisation.id)))
        changed += is_changed
        changed += registry.put_statements(session, organisation, body.statements(organisation.id))
    changed += registry.put_figures(session, figures(reference))
    return changed + reference_lists.put_rows(session, targets(reference))


def organisation_revisions(session: Session) -> dict[str, int]:
    """Return the revision of every organisation that the seeds know, by key."""
    rows = session.execute(select(Organisation.key, Organisation.revision).where(Organisation.key.is_not(None)))
    return {key: revision for key, revision in rows if key is not None}


def code_lists(reference: Reference) -> Iterator[tuple[Sequence[Row], list[Base]]]:
    """Yield each file's rows and what they are in the database, each list before those that point at it."""
    yield reference.documents, [SourceDocument(**row.model_dump()) for row in reference.documents]
    yield reference.districts, _positioned(reference.districts, District)
    yield reference.industries, _positioned(reference.industries, Industry)
    yield reference.categories, _positioned(reference.categories, ServiceCategory)
    yield reference.functions, [_function(row) for row in reference.functions]


def bodies(reference: Reference) -> list[Body]:
    """Return complexes, then institutes, in their files' order."""
    complexes = [
        Body(row, [said for said in reference.complex_statuses if said.complex_key == row.key])
        for row in reference.complexes
    ]
    institutes = [
        Body(row, [said for said in reference.institute_statuses if said.institute_key == row.key])
        for row in reference.institutes
    ]
    return complexes + institutes


def figures(reference: Reference) -> list[Figure]:
    """Return the figures that documents state, numbered from 1."""
    return [
        Figure(**_columns(row), note="", position=position) for position, row in enumerate(reference.figures, start=1)
    ]


def targets(reference: Reference) -> list[Target]:
    """Return the figures that the registry is compared with, numbered from 1."""
    return [Target(**_columns(row), position=position) for position, row in enumerate(reference.targets, start=1)]


def _positioned(rows: Iterable[CitedRow], table: type[Base]) -> list[Base]:
    """Number the rows from 1, unless the file does."""
    return [table(**{"position": position} | _columns(row)) for position, row in enumerate(rows, start=1)]


def _function(row: FunctionRow) -> CategoryFunction:
    return CategoryFunction(
        source_key=row.scheme, function=row.function, category_code=row.category_code, quote=row.quote
    )


def _columns(row: CitedRow) -> dict[str, Any]:
    return row.model_dump(exclude={"source", "quote"}) | _cited(row)


def _cited(row: CitedRow) -> dict[str, Any]:
    return {"source_key": row.source, "quote": row.quote}


def _statement(row: ComplexStatusRow | InstituteStatusRow, organisation_id: int, position: int) -> Statement:
    statement = Statement(
        organisation_id=organisation_id,
        position=position,
        on_date=row.on_date,
        date_precision=row.date_precision,
        note=row.note,
        **_cited(row),
    )
    if isinstance(row, ComplexStatusRow):
        statement.level, statement.status, statement.remark = row.level, row.status, row.rating
    else:
        statement.level, statement.status, statement.remark = None, None, row.statement
    return statement
