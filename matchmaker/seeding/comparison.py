"""How the database differs from the seed files. Reads only."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from matchmaker.accounts.models import Organisation, Person
from matchmaker.catalogue.models import Posting
from matchmaker.catalogue.needs.models import Need
from matchmaker.catalogue.offerings.models import Offering
from matchmaker.db import Base
from matchmaker.reference.models import District
from matchmaker.registry.models import Entry, Statement
from matchmaker.registry.profiles.models import Proposal
from matchmaker.seeding import demo as demo_loading
from matchmaker.seeding import reference as reference_loading
from matchmaker.seeding.demo_rows import Demo
from matchmaker.seeding.files import Place, Problem, Row
from matchmaker.seeding.reference_rows import Reference

_MISSING = "is not in the database; run `matchmaker seed`"
_MISSING_DEMO = "is not in the database; run `matchmaker seed --demo`"
_DIFFERENT = "differs from the database; run `matchmaker seed`"


def problems(session: Session, reference: Reference, demo: Demo) -> Iterator[Problem]:
    """Yield rows that the database lacks or holds otherwise; one line when it was never seeded.

    The demo counts only where it was loaded. Its needs, offerings and people may have changed since.
    """
    if session.scalars(select(District).limit(1)).first() is None:
        yield Problem(Place("database"), "rows", "there are none yet; run `matchmaker seed`")
        return
    for rows, expected in reference_loading.code_lists(reference):
        yield from _row_problems(session, rows, expected)
    organisations = {row.key: row for row in session.scalars(select(Organisation)) if row.key is not None}
    yield from _body_problems(session, reference, organisations)
    yield from _row_problems(session, reference.figures, reference_loading.figures(reference))
    yield from _row_problems(session, reference.targets, reference_loading.targets(reference))
    if any(organisation.is_demo for organisation in organisations.values()):
        yield from _demo_problems(session, demo, organisations)


def _row_problems(session: Session, rows: Sequence[Row], expected: Sequence[Base]) -> Iterator[Problem]:
    """Compare what has its key in the file with what is stored under that key."""
    if not expected:
        return
    table = type(expected[0])
    mapper = inspect(table)
    stored = {tuple(mapper.primary_key_from_instance(row)): row for row in session.scalars(select(table))}
    for row, wanted in zip(rows, expected, strict=True):
        have = stored.get(tuple(mapper.primary_key_from_instance(wanted)))
        yield from _differences(row, _columns(wanted), have)


def _body_problems(session: Session, reference: Reference, organisations: dict[str, Organisation]) -> Iterator[Problem]:
    statements = {(row.organisation_id, row.position): row for row in session.scalars(select(Statement))}
    for body in reference_loading.bodies(reference):
        organisation = organisations.get(body.row.key)
        yield from _differences(body.row, body.organisation(), organisation)
        if organisation is None:
            continue
        entry = body.entry(organisation.id)
        yield from _differences(body.row, _columns(entry), session.get(Entry, organisation.id))
        for said, wanted in zip(body.said, body.statements(organisation.id), strict=True):
            have = statements.pop((organisation.id, wanted.position), None)
            yield from _differences(said, _columns(wanted), have)
    if statements:
        surplus = f"{len(statements)} stand in no file; run `matchmaker seed`"
        yield Problem(Place("database"), "registry_statement", surplus)


def _demo_problems(session: Session, demo: Demo, organisations: dict[str, Organisation]) -> Iterator[Problem]:
    for row in demo.organisations:
        yield from _differences(row, demo_loading.organisation_of(row), organisations.get(row.key))
    postings: tuple[tuple[Sequence[Any], type[Posting]], ...] = (
        (demo.offerings, Offering),
        (demo.needs, Need),
    )
    for rows, table in postings:
        known = demo_loading.stored_keys(session, table)
        yield from (row.fault("key", _MISSING_DEMO) for row in rows if row.key not in known)
    proposed = set(session.scalars(select(Proposal.key)))
    yield from (row.fault("key", _MISSING_DEMO) for row in demo.profiles if row.key not in proposed)
    emails = set(session.scalars(select(Person.email)))
    yield from (row.fault("email", _MISSING_DEMO) for row in demo.people if row.email not in emails)


def _differences(row: Row, wanted: dict[str, Any], have: Base | None) -> Iterator[Problem]:
    if have is None:
        yield row.fault("row", _MISSING)
        return
    for name, value in wanted.items():
        if getattr(have, name) != value:
            yield row.fault(name, _DIFFERENT)


def _columns(row: Base) -> dict[str, Any]:
    """Return what was set on a row that is not stored."""
    return {attribute.key: attribute.loaded_value for attribute in inspect(row).attrs if attribute.key in row.__dict__}
