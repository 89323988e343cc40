"""T20: whatever the database's owner alters, takes out or adds past the program is found, and clearing stops."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from matchmaker.errors import Conflict
from matchmaker.vouchers.reconciliation import checking
from matchmaker.vouchers.redemptions import seams
from tests.support import databases
from tests.support.databases import Database
from tests.support.forging import as_owner, places, reconcile, work
from tests.support.postgresql import Server


@pytest.fixture(scope="module")
def sqlite_worked(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with what ``work`` does, to copy from: much is forged."""
    file = tmp_path_factory.mktemp("worked") / "matchmaker.db"
    with databases.sqlite_copy(sqlite_template, file) as database:
        work(database)
        with database.engine.connect() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    return file


@pytest.fixture(scope="module")
def postgresql_worked(postgresql_server: Server, postgresql_template: str) -> str:
    """The name of a database with the same."""
    postgresql_server.create_database("worked", template=postgresql_template)
    database = databases.open_database(postgresql_server.url("worked"))
    work(database)
    database.engine.dispose()
    return "worked"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def worked(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """One after the other: a database of either kind in which people have worked."""
    if request.param == "sqlite":
        with databases.sqlite_copy(request.getfixturevalue("sqlite_worked"), tmp_path / "matchmaker.db") as lent:
            yield lent
    else:
        server, template = (request.getfixturevalue(name) for name in ("postgresql_server", "postgresql_worked"))
        with databases.postgresql_copy(server, template) as lent:
            yield lent


FORGERIES: dict[str, tuple[set[str], tuple[str, ...]]] = {
    "a bit of a sealed amount": ({"ledger"}, ("UPDATE ledger_transfer SET amount_fen = amount_fen + 1 WHERE id = 3",)),
    "a sealed transfer's day": ({"ledger"}, ("UPDATE ledger_transfer SET purpose = 'other' WHERE id = 2",)),
    "a transfer taken out": ({"ledger"}, ("DELETE FROM ledger_link WHERE position = 4",)),
    "the chain cut off": (
        {"ledger"},
        (
            "DELETE FROM ledger_link WHERE position = (SELECT max(position) FROM ledger_link)",
            "DELETE FROM ledger_transfer WHERE id = (SELECT max(id) FROM ledger_transfer)",
        ),
    ),
    "a row of the trail taken out": (
        {"trail"},
        ("DELETE FROM audit_row WHERE id = (SELECT max(id) - 20 FROM audit_row)",),
    ),
    "a row of the trail altered": ({"trail"}, ("UPDATE audit_row SET act = 'nothing' WHERE id = 9",)),
    "a balance": (
        {"ledger"},
        ("UPDATE ledger_account SET credits_posted = credits_posted + 100 WHERE code LIKE 'pool/%'",),
    ),
    "a voucher's face": ({"voucher", "quota"}, ("UPDATE voucher SET face_fen = face_fen + 100 WHERE id = 1",)),
    "an approved amount": (
        {"redemption", "pool"},
        ("UPDATE redemption SET approved_fen = approved_fen - 100 WHERE state = 'payable'",),
    ),
    "a claim said to be paid": (
        {"pool"},
        ("UPDATE redemption SET state = 'paid', paid_on = '2026-11-22' WHERE state = 'payable'",),
    ),
    "a use that holds nothing any more": (
        {"use", "voucher"},
        ("UPDATE voucher_use SET state = 'released' WHERE state = 'reserved'",),
    ),
    "a payment made twice": (
        {"batch", "ledger"},
        (
            "INSERT INTO ledger_transfer (debit_account_id, credit_account_id, amount_fen, phase, purpose, reference,"
            " at) SELECT debit_account_id, credit_account_id, amount_fen, phase, purpose, reference, at"
            " FROM ledger_transfer WHERE purpose = 'pay'",
        ),
    ),
    "a payment that nothing says": (
        {"batch"},
        ("UPDATE clearing_item SET outcome = 'taken_out' WHERE outcome = 'paid'",),
    ),
    "a batch's payments": ({"batch"}, ("UPDATE clearing_item SET amount_fen = amount_fen + 100 WHERE batch_id = 1",)),
}


@pytest.mark.parametrize("what", FORGERIES)
def test_what_the_databases_owner_alters_is_found_and_clearing_stops(worked: Database, what: str) -> None:
    expected, statements = FORGERIES[what]
    as_owner(worked, *statements)

    found = reconcile(worked)

    assert not found.is_sound and expected <= places(found), found.findings
    with pytest.raises(Conflict, match="Clearing is stopped"), worked.writing() as session:
        seams.check_clearing(session)
    # It is not forgotten by looking again.
    assert not reconcile(worked).is_sound


def test_money_that_no_step_moves_is_found(worked: Database) -> None:
    with worked.reading() as session:
        codes = {account.code: account.id for account in checking.queries.books(session).accounts.values()}
    pools = sorted(identity for code, identity in codes.items() if code.startswith("pool/"))
    as_owner(
        worked,
        "INSERT INTO ledger_transfer (debit_account_id, credit_account_id, amount_fen, phase, purpose, reference, at)"
        " VALUES (:one, :other, 500, 'post', 'gift', '', '2026-11-22 00:00:00')",
        one=pools[0],
        other=pools[-1],
    )

    assert {"ledger", "pool"} <= places(reconcile(worked))
