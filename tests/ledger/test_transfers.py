"""Transfers: what they do to balances, and what they are refused for."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from matchmaker import clock
from matchmaker.errors import Invalid
from matchmaker.ledger import operations, queries, rules
from matchmaker.ledger.models import Account, Guard, Transfer
from matchmaker.ledger.operations import Entry
from tests.ledger.conftest import accounts
from tests.support.databases import Database


def available(database: Database, code: str) -> int:
    with database.reading() as session:
        return session.scalars(queries.account_by_code(code)).one().available_fen


def test_what_the_session_holds_is_what_the_trigger_made(book: Database) -> None:
    with book.writing() as session:
        world, pool, voucher = accounts(session, "world", "pool", "voucher")
        operations.post(session, debit=world, credit=pool, amount_fen=900, purpose="fund")
        held = operations.reserve(session, debit=pool, credit=voucher, amount_fen=500, purpose="hold")
        operations.settle(session, held, amount_fen=200, purpose="pay")
        kept = {name: getattr(pool, name) for name in ("debits_posted", "debits_pending", "credits_posted")}
        session.expire_all()
        assert kept == {name: getattr(pool, name) for name in kept}
        assert kept == {"debits_posted": 200, "debits_pending": 0, "credits_posted": 900}


def test_all_transfers_of_a_call_are_made_or_none(book: Database) -> None:
    with book.writing() as session:
        world, voucher, quota = accounts(session, "world", "voucher", "quota")
        operations.post(session, debit=world, credit=voucher, amount_fen=100, purpose="fund")
        operations.post(session, debit=world, credit=quota, amount_fen=50, purpose="fund")
    with pytest.raises(rules.Overdrawn), book.writing() as session:
        world, voucher, quota = accounts(session, "world", "voucher", "quota")
        operations.make(session, [Entry(voucher, world, 60, "use"), Entry(quota, world, 60, "use")])

    assert (available(book, "voucher"), available(book, "quota")) == (100, 50)


@pytest.mark.parametrize("amount", [0, -1, 1.5, True, 2**53, "5", None, float("nan")])
def test_what_is_no_amount_is_refused(database: Database, amount: Any) -> None:
    with pytest.raises(Invalid), database.writing() as session:
        world, pool = accounts(session, "world", "pool")
        operations.post(session, debit=world, credit=pool, amount_fen=amount, purpose="fund")


def test_a_key_finds_what_was_done(book: Database) -> None:
    with book.writing() as session:
        world, pool = accounts(session, "world", "pool")
        first = operations.post(session, debit=world, credit=pool, amount_fen=7, purpose="fund", key="k")
        again = operations.post(session, debit=world, credit=pool, amount_fen=7, purpose="fund", key="k")
        assert again is first
    with pytest.raises(rules.KeyReused), book.writing() as session:
        world, pool = accounts(session, "world", "pool")
        operations.post(session, debit=world, credit=pool, amount_fen=8, purpose="fund", key="k")

    assert available(book, "pool") == 7


def test_a_settled_reservation_is_found_by_its_key_and_not_settled_twice(book: Database) -> None:
    with book.writing() as session:
        world, pool, firm = accounts(session, "world", "pool", "firm")
        operations.post(session, debit=world, credit=pool, amount_fen=10, purpose="fund")
        held = operations.reserve(session, debit=pool, credit=firm, amount_fen=10, purpose="hold")
        first = operations.settle(session, held, purpose="pay", key="pay-1")
        assert operations.settle(session, held, purpose="pay", key="pay-1") is first
    with pytest.raises(rules.AlreadyResolved), book.writing() as session:
        operations.settle(session, session.get_one(Transfer, held.id), purpose="pay", key="pay-2")

    assert available(book, "firm") == 10


def test_more_than_was_held_is_not_settled(book: Database) -> None:
    with pytest.raises(rules.Overdrawn), book.writing() as session:
        world, pool, firm = accounts(session, "world", "pool", "firm")
        operations.post(session, debit=world, credit=pool, amount_fen=100, purpose="fund")
        held = operations.reserve(session, debit=pool, credit=firm, amount_fen=10, purpose="hold")
        operations.settle(session, held, amount_fen=11, purpose="pay")


def test_a_receivable_takes_back_no_more_than_was_paid_out(book: Database) -> None:
    with book.writing() as session:
        (world,) = accounts(session, "world")
        loan = operations.open_account(session, "loan", guard=Guard.DEBIT)
        operations.post(session, debit=loan, credit=world, amount_fen=30, purpose="pay out")
        operations.post(session, debit=world, credit=loan, amount_fen=20, purpose="come back")
        assert loan.available_fen == 10
    with pytest.raises(rules.Overdrawn), book.writing() as session:
        found, world = session.get_one(Account, loan.id), session.get_one(Account, world.id)
        operations.post(session, debit=world, credit=found, amount_fen=11, purpose="come back")


def test_what_was_spent_cannot_be_reversed_out_of_an_empty_account(book: Database) -> None:
    with book.writing() as session:
        world, pool, firm = accounts(session, "world", "pool", "firm")
        paid = operations.post(session, debit=world, credit=pool, amount_fen=10, purpose="fund")
        operations.post(session, debit=pool, credit=firm, amount_fen=4, purpose="spend")
    with pytest.raises(rules.Overdrawn), book.writing() as session:
        operations.reverse(session, session.get_one(Transfer, paid.id), purpose="mistake")


def test_an_account_is_opened_once_and_keeps_its_guard(book: Database) -> None:
    with book.writing() as session:
        first = operations.open_account(session, "pool", guard=Guard.CREDIT)
        assert operations.open_account(session, "pool", guard=Guard.CREDIT) is first
        with pytest.raises(ValueError, match="guarded"):
            operations.open_account(session, "pool", guard=Guard.NONE)


def test_a_statement_shows_any_past_period(book: Database, at: Any) -> None:
    at("2026-01-31T23:59:59")
    with book.writing() as session:
        world, pool, firm = accounts(session, "world", "pool", "firm")
        operations.post(session, debit=world, credit=pool, amount_fen=1_000, purpose="fund")
    at("2026-02-01T00:00:00")
    first_of_february = clock.now()
    with book.writing() as session:
        world, pool, firm = accounts(session, "world", "pool", "firm")
        held = operations.reserve(session, debit=pool, credit=firm, amount_fen=300, purpose="hold")
        operations.settle(session, held, amount_fen=250, purpose="pay")
    at("2026-03-01T00:00:00")
    with book.writing() as session:
        world, pool, firm = accounts(session, "world", "pool", "firm")
        operations.post(session, debit=pool, credit=firm, amount_fen=50, purpose="pay")

    with book.reading() as session:
        pool = session.scalars(queries.account_by_code("pool")).one()
        february = queries.statement(session, pool, since=first_of_february, until=clock.now())
        assert (february.opening_fen, february.closing_fen) == (1_000, 750)
        assert [(line.change_fen, line.held_fen, line.balance_fen) for line in february.lines] == [
            (0, 300, 1_000),
            (-250, -300, 750),
        ]
        then = queries.balance_at(session, pool, first_of_february - timedelta(seconds=1))
        assert (then.posted_fen, then.debits_pending) == (1_000, 0)
        now = queries.balance_at(session, pool, clock.now())
        assert now.posted_fen == pool.posted_fen == 700


def test_transfers_are_found_by_what_they_were_made_for(book: Database) -> None:
    with book.writing() as session:
        world, pool = accounts(session, "world", "pool")
        operations.post(session, debit=world, credit=pool, amount_fen=1, purpose="fund", reference="scheme/1")
        operations.post(session, debit=world, credit=pool, amount_fen=2, purpose="fund", reference="scheme/2")

    with book.reading() as session:
        assert [row.amount_fen for row in session.scalars(queries.transfers_for("scheme/2"))] == [2]
        assert session.scalars(select(Transfer)).all()
