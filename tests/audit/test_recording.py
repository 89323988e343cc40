"""Every write leaves a row in the trail by itself, and no row ever leaves the trail."""

import pytest
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.models import Person
from matchmaker.audit import operations
from matchmaker.audit.models import AuditRow, Change
from matchmaker.catalogue.needs.models import Need
from tests.conftest import ClientFor
from tests.support import cast, factories
from tests.support.databases import Database


def trail(session: Session, table: str, *, since: int = 0) -> list[AuditRow]:
    rows = select(AuditRow).where(AuditRow.table_name == table, AuditRow.id > since).order_by(AuditRow.id)
    return list(session.scalars(rows))


def newest(database: Database) -> int:
    with database.reading() as session:
        return max(session.scalars(select(AuditRow.id)), default=0)


def test_a_row_that_is_added_changed_and_removed_leaves_three(either_database: Database) -> None:
    with either_database.writing() as session:
        person = Person(email="a@example.test", name="甲", password_hash="-", created_at=clock.now())
        session.add(person)
    with either_database.writing() as session:
        found = session.get_one(Person, person.id)
        found.is_active = False
        found.password_hash = "secret-hash"
    with either_database.writing() as session:
        session.delete(session.get_one(Person, person.id))

    with either_database.reading() as session:
        added, changed, removed = [row for row in trail(session, "person") if row.row_key == str(person.id)]
    assert [row.change for row in (added, changed, removed)] == [Change.INSERT, Change.UPDATE, Change.DELETE]
    assert changed.detail == {"is_active": [True, False], "password_hash": None}
    assert "secret-hash" not in str([added.detail, changed.detail, removed.detail])


def test_what_changes_nothing_leaves_nothing(database: Database) -> None:
    with database.writing() as session:
        need = factories.need(session, "enterprise")
    before = newest(database)
    with database.writing() as session:
        found = session.get_one(Need, need.id)
        found.title = str(found.title)

    assert newest(database) == before


def test_the_page_and_the_person_behind_a_write_are_named(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        need = factories.need(session, "enterprise")
        person, owner = cast.person_of(session, "enterprise"), cast.organisation_of(session, "enterprise")
    before = newest(database)
    client_for("enterprise").post(f"/needs/{need.id}/close", {"reason": "not_needed"}, expect=303)

    with database.reading() as session:
        rows = trail(session, "need", since=before)
    assert rows
    assert {(row.act, row.person_id, row.organisation_id) for row in rows} == {("needs.close", person.id, owner.id)}
    assert {(row.about_organisation_id, row.district_code) for row in rows} == {(owner.id, cast.HERE)}


def test_no_text_of_a_need_gets_into_the_trail(database: Database) -> None:
    with database.writing() as session:
        factories.need(session, "enterprise", title="机密标题", problem="机密正文", keywords=["机密词"])

    with database.reading() as session:
        assert not [row for row in session.scalars(select(AuditRow)) if "机密" in str(row.detail)]


def test_a_statement_over_many_rows_leaves_one(database: Database) -> None:
    before = newest(database)
    with database.writing() as session:
        session.execute(update(Person).where(Person.id > 1).values(is_active=False))

    with database.reading() as session:
        (row,) = trail(session, "person", since=before)
    assert (row.row_key, row.change, row.detail) == ("*", Change.UPDATE, {"is_active": None})


def test_what_is_rolled_back_leaves_no_trace(database: Database) -> None:
    before = newest(database)
    with pytest.raises(ZeroDivisionError), database.writing() as session:
        factories.need(session, "enterprise")
        _ = 1 / 0

    assert newest(database) == before


def test_a_named_act_is_kept_beside_the_changes(database: Database) -> None:
    with database.writing() as session:
        need = factories.need(session, "enterprise")
        operations.note(session, "need.returned", need, detail={"field": "target"})

    with database.reading() as session:
        row = trail(session, "need")[-1]
    assert (row.act, row.change, row.row_key) == ("need.returned", Change.NOTE, str(need.id))
    assert row.detail == {"field": "target"}


@pytest.mark.parametrize("statement", ["UPDATE audit_row SET act = 'x'", "DELETE FROM audit_row"])
def test_nobody_rewrites_the_trail(either_database: Database, statement: str) -> None:
    with either_database.writing() as session:
        factories.need(session, "enterprise")
    with pytest.raises(DatabaseError, match="append-only"), either_database.writing() as session:
        session.execute(text(statement))


def test_the_application_listens_from_its_start(app: Flask, database: Database) -> None:
    assert app
    with database.writing() as session:
        factories.need(session, "enterprise")
    with database.reading() as session:
        assert trail(session, "need")
