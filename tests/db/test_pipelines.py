"""What is written last travels with the COMMIT: nothing waits for it before, nothing of it is lost or half done."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, event, select, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from matchmaker.db import pipelines, transaction
from matchmaker.db.numbers import following
from matchmaker.ledger import operations, queries
from matchmaker.ledger.models import Account, Transfer
from tests.ledger.conftest import accounts, check
from tests.support.databases import Database


@pytest.fixture
def book(either_database: Database) -> Iterator[Database]:
    yield either_database
    check(either_database)


def opened(book: Database) -> None:
    with book.writing() as session:
        world, pool, _firm, _other = accounts(session, "world", "pool", "firm", "other")
        operations.post(session, debit=world, credit=pool, amount_fen=100, purpose="fund")


def hold_last(session: Session, amount_fen: int, *, debit: str = "pool") -> Transfer:
    pool, firm = accounts(session, debit, "firm")
    number = session.scalar(select(queries.next_number(session.get_bind().dialect.name)))
    assert number is not None
    return operations.reserve_last(
        session, number=number, debit=pool, credit=firm, amount_fen=amount_fen, purpose="hold", reference="use/1"
    )


def held(book: Database) -> tuple[int, int]:
    with book.reading() as session:
        pool, firm = accounts(session, "pool", "firm")
        return pool.debits_pending, firm.credits_pending


def journeys(engine: Engine) -> list[str]:
    """Return a list that fills with each journey to the server, by the last statement that it carries."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement.split(None, 2)[0])

    event.listen(engine, "before_cursor_execute", note)
    return seen


def test_what_is_held_last_is_held_once_the_transaction_ends(book: Database) -> None:
    opened(book)
    with book.reading() as session:
        with transaction(session):
            transfer = hold_last(session, 30)
            pipelines.send_last(session)
        assert session.get_one(Account, transfer.credit_account_id).credits_pending == 30

    assert held(book) == (30, 30)


def test_what_is_rolled_back_is_not_written(book: Database) -> None:
    opened(book)
    with book.reading() as session:
        with pytest.raises(ZeroDivisionError), transaction(session):
            pipelines.send_last(session)
            hold_last(session, 30)
            session.flush()
            raise ZeroDivisionError
        # The same connection writes again as ever.
        with transaction(session):
            hold_last(session, 20)

    assert held(book) == (20, 20)


def test_what_the_database_refuses_last_is_refused_whole_and_told_as_ever(book: Database) -> None:
    opened(book)
    before = book.dump()
    with book.reading() as session:
        with pytest.raises(IntegrityError), transaction(session):
            first = hold_last(session, 30)
            pipelines.send_last(session)
            session.flush()
            # A number that is taken: with the COMMIT on PostgreSQL, at once on SQLite.
            session.connection().execute(
                Transfer.__table__.insert(),  # type: ignore[attr-defined]  # a declarative class's table is a Table
                {column.key: getattr(first, column.key) for column in Transfer.__table__.columns},
            )
        assert book.dump() == before
        with transaction(session):
            hold_last(session, 20)

    assert held(book) == (20, 20)


def test_who_asks_gets_an_answer_with_all_that_was_kept_before(book: Database) -> None:
    opened(book)
    with book.reading() as session, transaction(session):
        pipelines.send_last(session)
        hold_last(session, 30)
        session.flush()
        pending = session.execute(text("SELECT debits_pending FROM ledger_account WHERE code = 'pool'")).scalar_one()

        assert pending == 30


def test_a_number_is_drawn_before_its_row_is_written(book: Database) -> None:
    opened(book)
    with book.reading() as session, transaction(session):
        number = session.scalar(select(following(session.get_bind().dialect.name, Transfer)))
        last = session.execute(text("SELECT max(id) FROM ledger_transfer")).scalar_one()

        assert number is not None and number > last


@pytest.mark.postgres
def test_nobody_waits_for_an_account_while_a_transaction_still_works(postgresql_database: Database) -> None:
    opened(postgresql_database)
    with postgresql_database.reading() as slow, transaction(slow):
        hold_last(slow, 30)
        pipelines.send_last(slow)
        slow.flush()
        # Everybody's account is free while this one works; the voucher's own would be locked by its reader.
        with postgresql_database.reading() as quick, transaction(quick):
            quick.execute(text("SET LOCAL lock_timeout = 1"))
            quick.execute(text("SELECT 1 FROM ledger_account WHERE code = 'firm' FOR NO KEY UPDATE"))
            hold_last(quick, 20)

    assert held(postgresql_database) == (50, 50)
    check(postgresql_database)


@pytest.mark.postgres
def test_what_is_made_at_once_does_keep_others_waiting(postgresql_database: Database) -> None:
    """The measure of the test above: without keeping, the same transfer locks the account until the COMMIT."""
    opened(postgresql_database)
    with postgresql_database.reading() as slow, transaction(slow):
        pool, firm = accounts(slow, "pool", "firm")
        operations.reserve(slow, debit=pool, credit=firm, amount_fen=30, purpose="hold")
        with postgresql_database.reading() as quick, pytest.raises(OperationalError):
            quick.connection(execution_options={"matchmaker_writing": True})
            quick.execute(text("SET LOCAL lock_timeout = 1"))
            quick.execute(text("SELECT 1 FROM ledger_account WHERE code = 'firm' FOR NO KEY UPDATE"))


@pytest.mark.postgres
def test_all_that_is_kept_travels_with_the_commit(postgresql_database: Database) -> None:
    """A transfer with a lower number that comes later is counted all the same, and nothing is asked for it."""
    opened(postgresql_database)
    with postgresql_database.reading() as slow, transaction(slow):
        first = hold_last(slow, 30)
        with postgresql_database.reading() as quick, transaction(quick):
            second = hold_last(quick, 20)
        seen = journeys(postgresql_database.engine)
        pipelines.send_last(slow)

    assert first.id < second.id
    assert seen[-1] == "COMMIT"
    assert held(postgresql_database) == (50, 50)
    check(postgresql_database)
