"""``transaction()`` is the only way to write, and it keeps all of a change or nothing."""

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from matchmaker.accounts.models import Person
from matchmaker.catalogue.needs.models import Need
from matchmaker.db import engines, transaction, transactions
from matchmaker.errors import Busy, Conflict
from tests.support import cast, factories
from tests.support.databases import Database, open_database


@pytest.fixture
def session(either_database: Database) -> Iterator[Session]:
    with either_database.reading() as session:
        yield session


def name_of(database: Database, role: str) -> str:
    with database.reading() as session:
        return cast.person_of(session, role).name


def test_a_change_is_kept_when_the_block_ends(either_database: Database, session: Session) -> None:
    person = cast.person_of(session, "enterprise")
    with transaction(session):
        person.name = "新名字"

    assert name_of(either_database, "enterprise") == "新名字"


def test_a_change_is_undone_when_the_block_fails(either_database: Database, session: Session) -> None:
    before = either_database.dump()
    with pytest.raises(ZeroDivisionError), transaction(session):
        cast.person_of(session, "enterprise").name = "半个"
        session.flush()
        raise ZeroDivisionError

    assert either_database.dump() == before


def test_a_session_can_be_used_again_after_a_failure(either_database: Database, session: Session) -> None:
    with pytest.raises(IntegrityError), transaction(session):
        session.execute(text("UPDATE membership SET person_id = 0"))
    with transaction(session):
        cast.person_of(session, "enterprise").name = "第二次"

    assert name_of(either_database, "enterprise") == "第二次"


def test_what_was_changed_before_the_block_is_not_slipped_in(either_database: Database, session: Session) -> None:
    cast.person_of(session, "enterprise").name = "偷偷"

    with pytest.raises(RuntimeError, match="outside transaction"), transaction(session):
        pass
    session.rollback()
    assert name_of(either_database, "enterprise") != "偷偷"


def test_a_transaction_within_another_with_changes_is_refused(either_database: Database, session: Session) -> None:
    with pytest.raises(RuntimeError, match="outside transaction"), transaction(session):
        cast.person_of(session, "enterprise").name = "外层"
        with transaction(session):
            pass

    assert name_of(either_database, "enterprise") != "外层"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE person SET name = 'x'",
        "DELETE FROM membership",
        "INSERT INTO change_stream (name, epoch, revision) VALUES ('x', 'x', 1)",
        "CREATE TABLE x (id INTEGER)",
        "DROP TABLE registry_figure",
    ],
)
def test_nothing_writes_outside_of_it(either_database: Database, session: Session, statement: str) -> None:
    before = either_database.dump()

    with pytest.raises(DBAPIError, match=r"(?i)read-?only"):
        session.execute(text(statement))
    session.rollback()
    assert either_database.dump() == before


def test_a_flush_outside_of_it_is_refused_too(session: Session) -> None:
    cast.person_of(session, "enterprise").name = "x"

    with pytest.raises(DBAPIError, match=r"(?i)read-?only"):
        session.flush()


def test_a_connection_that_wrote_only_reads_again_afterwards(session: Session) -> None:
    with transaction(session):
        cast.person_of(session, "enterprise").name = "写过"

    with pytest.raises(DBAPIError, match=r"(?i)read-?only"):
        session.execute(text("UPDATE person SET name = 'x'"))


def test_foreign_keys_hold(session: Session) -> None:
    with pytest.raises(IntegrityError), transaction(session):
        session.execute(text("UPDATE organisation SET district_code = 'nowhere'"))


def test_the_second_of_two_writers_of_one_row_is_told(either_database: Database) -> None:
    with either_database.writing() as session:
        need_id = factories.need(session, "enterprise", "draft").id
    with either_database.reading() as first, either_database.reading() as second:
        mine, theirs = first.get_one(Need, need_id), second.get_one(Need, need_id)
        with transaction(second):
            theirs.title = "别人先改了"
        with pytest.raises(Conflict, match="changed this meanwhile"), transaction(first):
            mine.title = "我后改的"

    with either_database.reading() as session:
        assert session.scalars(select(Need.title)).all() == ["别人先改了"]


def test_a_reader_sees_one_state_while_others_write(database: Database) -> None:
    with database.reading() as reader:
        before = reader.scalars(select(Person.name).order_by(Person.id)).all()
        with database.writing() as session:
            cast.person_of(session, "enterprise").name = "中途"

        assert reader.scalars(select(Person.name).order_by(Person.id)).all() == before


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait a fifth of a second for a lock."""
    monkeypatch.setattr(engines, "LOCK_TIMEOUT_MS", 200)
    monkeypatch.setattr(transactions, "LOCK_TIMEOUT_MS", 200)


@pytest.mark.usefixtures("impatient")
def test_a_locked_sqlite_file_says_busy_soon(database: Database) -> None:
    held = sqlite3.connect(str(database.engine.url.database), isolation_level=None)
    held.execute("BEGIN IMMEDIATE")
    fresh = open_database(database.url)
    started = time.monotonic()
    with pytest.raises(Busy), fresh.writing() as session:
        cast.person_of(session, "enterprise").name = "x"
    waited_s = time.monotonic() - started
    held.execute("ROLLBACK")
    held.close()

    assert 0.1 < waited_s < 2
    with fresh.writing() as session:
        cast.person_of(session, "enterprise").name = "现在可以了"
    fresh.engine.dispose()


@pytest.mark.usefixtures("impatient")
def test_writers_of_one_sqlite_file_queue_for_a_bounded_time(database: Database) -> None:
    with database.writing() as first:
        cast.person_of(first, "enterprise").name = "先来"
        with pytest.raises(Busy), database.writing():
            pass

    assert name_of(database, "enterprise") == "先来"


@pytest.mark.postgres
@pytest.mark.usefixtures("impatient")
def test_a_locked_row_says_busy_soon(postgresql_database: Database) -> None:
    url = postgresql_database.engine.url
    with psycopg.connect(host=url.query["host"], user="postgres", dbname=url.database) as held:
        held.execute("UPDATE person SET name = name")
        started = time.monotonic()
        with pytest.raises(Busy), postgresql_database.writing() as session:
            cast.person_of(session, "enterprise").name = "x"
        waited_s = time.monotonic() - started
        held.rollback()

    assert 0.1 < waited_s < 2


def test_a_connection_that_the_server_closed_is_replaced_before_anybody_uses_it(postgresql_database: Database) -> None:
    fresh = open_database(postgresql_database.url)
    with fresh.reading() as session:
        number = session.scalar(text("SELECT pg_backend_pid()"))
    with postgresql_database.reading() as session:
        session.execute(text("SELECT pg_terminate_backend(:number)"), {"number": number})
    time.sleep(engines._FRESH_S * 2)
    with fresh.reading() as session:
        assert session.scalar(text("SELECT pg_backend_pid()")) != number
    fresh.engine.dispose()


def test_the_real_patience_is_below_four_seconds() -> None:
    assert engines.LOCK_TIMEOUT_MS <= 4_000


def test_other_failures_of_the_database_are_not_called_busy(database: Database) -> None:
    with pytest.raises(DBAPIError, match="no such table"), database.writing() as session:
        session.execute(text("UPDATE elsewhere SET x = 1"))


def test_sqlite_keeps_what_it_said_it_kept(database: Database) -> None:
    with database.engine.connect() as connection:
        names = ("journal_mode", "synchronous", "foreign_keys")
        pragmas = {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in names}

    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_the_path_of_a_database_is_its_file(tmp_path: Path) -> None:
    assert engines.sqlite_path(f"sqlite:///{tmp_path}/x.db") == tmp_path / "x.db"
    assert engines.sqlite_path("sqlite://") is None
    assert engines.sqlite_path("postgresql+psycopg://postgres@/x") is None
