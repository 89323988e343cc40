"""What the database refuses by itself, to whatever program asks, on both databases."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from matchmaker.ledger import operations
from tests.ledger.conftest import accounts
from tests.support.databases import Database

INSERT = (
    "INSERT INTO ledger_transfer (debit_account_id, credit_account_id, amount_fen, phase, resolves_id, reverses_id,"
    " purpose, reference, at) VALUES (:debit, :credit, :amount, :phase, :resolves, :reverses, 'x', '', :at)"
)


@pytest.fixture
def ids(book: Database) -> dict[str, int]:
    """A pool of 100 fen, of which 40 are held for a firm and 10 paid to it."""
    with book.writing() as session:
        world, pool, firm = accounts(session, "world", "pool", "firm")
        funded = operations.post(session, debit=world, credit=pool, amount_fen=100, purpose="fund")
        held = operations.reserve(session, debit=pool, credit=firm, amount_fen=40, purpose="hold")
        paid = operations.post(session, debit=pool, credit=firm, amount_fen=10, purpose="pay")
        return {
            "world": world.id, "pool": pool.id, "firm": firm.id,
            "funded": funded.id, "held": held.id, "paid": paid.id,
        }  # fmt: skip


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_transfer SET amount_fen = 1",
        "DELETE FROM ledger_transfer",
        "UPDATE ledger_account SET credits_posted = credits_posted + 1 WHERE code = 'firm'",
        "UPDATE ledger_account SET debits_pending = 0",
        "UPDATE ledger_account SET guard = 'none'",
        "UPDATE ledger_account SET code = 'mine' WHERE code = 'firm'",
        "DELETE FROM ledger_account",
        "INSERT INTO ledger_account (code, guard, debits_posted, debits_pending, credits_posted, credits_pending,"
        " last_transfer_id, opened_at) VALUES ('rich', 'credit', 0, 0, 500, 0, 0, '2026-01-01 00:00:00')",
        # Counting a transfer that is there a second time.
        "UPDATE ledger_account SET debits_posted = debits_posted + 10, last_transfer_id ="
        " (SELECT max(id) FROM ledger_transfer) WHERE code = 'pool'",
        # The same with one that was followed by another.
        "UPDATE ledger_account SET credits_posted = credits_posted + 100, last_transfer_id ="
        " (SELECT min(id) FROM ledger_transfer) WHERE code = 'pool'",
    ],
)
def test_nothing_is_rewritten(book: Database, ids: dict[str, int], statement: str) -> None:
    assert ids
    with pytest.raises(DatabaseError), book.writing() as session:
        session.execute(text(statement))


@pytest.mark.parametrize(
    ("debit", "credit", "amount", "phase", "resolves", "reverses"),
    [
        ("pool", "firm", 51, "post", None, None),  # 50 are available
        ("pool", "firm", 51, "reserve", None, None),
        ("pool", "firm", 0, "post", None, None),
        ("pool", "firm", -5, "post", None, None),
        ("pool", "pool", 5, "post", None, None),
        ("pool", "firm", 41, "settle", "held", None),  # more than was held
        ("pool", "firm", 39, "void", "held", None),  # a part cannot be voided
        ("firm", "pool", 40, "settle", "held", None),  # the other way
        ("world", "firm", 40, "settle", "held", None),  # from elsewhere
        ("pool", "world", 40, "settle", "held", None),  # to elsewhere
        ("pool", "firm", 10, "settle", "paid", None),  # was never held
        ("pool", "firm", 5, "settle", None, None),
        ("pool", "firm", 5, "post", "held", None),
        ("firm", "pool", 9, "post", None, "paid"),  # not the whole
        ("pool", "firm", 10, "post", None, "paid"),  # the same way again
        ("firm", "pool", 40, "post", None, "held"),  # nothing was moved yet
        ("firm", "pool", 10, "reserve", None, "paid"),
    ],
)
def test_a_transfer_that_does_not_fit_gets_in_by_no_way(
    book: Database,
    ids: dict[str, int],
    debit: str,
    credit: str,
    amount: int,
    phase: str,
    resolves: str | None,
    reverses: str | None,
) -> None:
    values = {
        "debit": ids[debit],
        "credit": ids[credit],
        "amount": amount,
        "phase": phase,
        "resolves": ids[resolves] if resolves else None,
        "reverses": ids[reverses] if reverses else None,
        "at": "2026-01-01 00:00:00+00:00",
    }
    with pytest.raises(DatabaseError), book.writing() as session:
        session.execute(text(INSERT), values)


def test_what_fits_gets_in_and_ends_a_reservation_once(book: Database, ids: dict[str, int]) -> None:
    values = {
        "debit": ids["pool"], "credit": ids["firm"], "amount": 30, "phase": "settle",
        "resolves": ids["held"], "reverses": None, "at": "2026-01-01 00:00:00+00:00",
    }  # fmt: skip
    with book.writing() as session:
        session.execute(text(INSERT), values)
        (pool,) = accounts(session, "pool")
        session.refresh(pool)
        assert (pool.debits_posted, pool.debits_pending, pool.available_fen) == (40, 0, 60)
    with pytest.raises(DatabaseError), book.writing() as session:
        session.execute(text(INSERT), values | {"phase": "void", "amount": 40})
