"""The chain of hashes finds every edit, even the database owner's (T20)."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from matchmaker.ledger import operations, sealing, verification
from matchmaker.ledger.models import Transfer
from tests.ledger.conftest import accounts, check
from tests.support.databases import Database

OWNERS = {
    "sqlite": (
        "DROP TRIGGER ledger_transfer_no_UPDATE", "DROP TRIGGER ledger_transfer_no_DELETE",
        "DROP TRIGGER ledger_account_sums", "DROP TRIGGER ledger_link_no_UPDATE", "DROP TRIGGER ledger_link_no_DELETE",
    ),
    "postgresql": tuple(
        f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in ("ledger_transfer", "ledger_account", "ledger_link")
    ),
}  # fmt: skip


@pytest.fixture
def sealed(either_database: Database) -> Database:
    """Twenty transfers, all sealed."""
    with either_database.writing() as session:
        world, pool, firm = accounts(session, "world", "pool", "firm")
        operations.post(session, debit=world, credit=pool, amount_fen=10_000, purpose="fund")
        for number in range(19):
            operations.post(session, debit=pool, credit=firm, amount_fen=10 + number, purpose="pay", key=f"k{number}")
    check(either_database)
    return either_database


def as_owner(database: Database, *statements: str) -> None:
    with database.writing() as session:
        for statement in (*OWNERS[database.engine.dialect.name], *statements):
            session.execute(text(statement))


def findings(database: Database, known: tuple[int, str] | None = None) -> list[str]:
    with database.reading() as session:
        return [str(finding) for finding in verification.verify(session, known_head=known).findings]


TAMPERING: dict[str, tuple[str, str]] = {
    "an amount": ("UPDATE ledger_transfer SET amount_fen = 999 WHERE key = 'k7'", "not what was sealed"),
    "an amount and the balances": (
        "UPDATE ledger_transfer SET amount_fen = amount_fen + 1 WHERE key IN ('k7');"
        "UPDATE ledger_account SET debits_posted = debits_posted + 1 WHERE code = 'pool';"
        "UPDATE ledger_account SET credits_posted = credits_posted + 1 WHERE code = 'firm'",
        "not what was sealed",
    ),
    "a time": ("UPDATE ledger_transfer SET at = '2020-01-01 00:00:00' WHERE key = 'k3'", "not what was sealed"),
    "a purpose": ("UPDATE ledger_transfer SET purpose = 'gift' WHERE key = 'k0'", "not what was sealed"),
    "a balance": ("UPDATE ledger_account SET debits_posted = debits_posted - 5 WHERE code = 'pool'", "carries"),
    "a link": ("UPDATE ledger_link SET digest = 'f' WHERE position = 5", "not what was sealed"),
    "a link in the middle gone": ("DELETE FROM ledger_link WHERE position = 5", "is missing"),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_whatever_the_owner_edits_is_found(sealed: Database, what: str) -> None:
    statements, said = TAMPERING[what]
    assert findings(sealed) == []
    as_owner(sealed, *statements.split(";"))

    assert any(said in finding for finding in findings(sealed)), findings(sealed)


def test_an_end_that_was_cut_off_is_found_by_the_head_written_down(sealed: Database) -> None:
    with sealed.reading() as session:
        known = sealing.head(session)
    assert findings(sealed, known) == []
    as_owner(
        sealed,
        "DELETE FROM ledger_link WHERE position > 15",
    )

    assert findings(sealed) == [], "nothing inside tells"
    assert any("written down" in finding for finding in findings(sealed, known))


def test_what_comes_later_is_linked_later(sealed: Database) -> None:
    with sealed.writing() as session:
        world, pool = accounts(session, "world", "pool")
        operations.post(session, debit=world, credit=pool, amount_fen=1, purpose="fund")
        assert sealing.unsealed(session) == 1
    with sealed.writing() as session:
        assert sealing.seal(session) == 1
        assert sealing.seal(session) == 0

    assert check(sealed).sealed == 21


def test_a_digest_rests_on_the_one_before(sealed: Database) -> None:
    with sealed.reading() as session:
        transfer = session.scalars(select(Transfer)).first()
        assert transfer is not None
        assert sealing.digest(transfer, after="a") != sealing.digest(transfer, after="b")


def test_links_are_not_rewritten(sealed: Database) -> None:
    for statement in ("UPDATE ledger_link SET digest = 'f'", "DELETE FROM ledger_link"):
        with pytest.raises(DatabaseError), sealed.writing() as session:
            session.execute(text(statement))


def test_the_chain_does_not_depend_on_how_it_was_cut_into_batches(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting: Callable[..., object] = sealing._WAITING.limit(3)  # type: ignore[assignment]  # a select with another limit
    monkeypatch.setattr(sealing, "_WAITING", waiting)
    with database.writing() as session:
        world, pool = accounts(session, "world", "pool")
        for _ in range(10):
            operations.post(session, debit=world, credit=pool, amount_fen=1, purpose="fund")

    assert check(database).sealed == 10
