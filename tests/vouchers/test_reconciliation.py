"""Everything agrees after honest work; whatever is altered behind the program's back is found, and clearing stops."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from click.testing import CliRunner
from sqlalchemy import text
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.cli import main
from matchmaker.errors import Conflict
from matchmaker.jobs import running
from matchmaker.vouchers.clearing import operations as clearing
from matchmaker.vouchers.reconciliation import checking, operations
from matchmaker.vouchers.reconciliation.models import Reconciliation
from matchmaker.vouchers.redemptions import seams
from tests.support import claims, databases, money
from tests.support.databases import Database


def reconcile(database: Database) -> Reconciliation:
    """Look, and write down what was found."""
    with Session(database.engine, expire_on_commit=False) as session:
        looked = checking.look(session)
    with database.writing() as session:
        return operations.keep(session, looked)


def places(found: Reconciliation) -> set[str]:
    return {str(one["place"]) for one in found.findings}


def as_owner(database: Database, *statements: str, **values: Any) -> None:
    """Change rows as the database's owner could, past every trigger."""
    # An engine of one's own: without the program's pragmas, foreign keys are off.
    engine = sqlalchemy.create_engine(database.url)
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        else:
            for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                connection.execute(text(f'DROP TRIGGER "{name}"'))
        for statement in statements:
            done = connection.execute(text(statement), values)
            assert done.rowcount, f"nothing was changed by {statement}"
    engine.dispose()


@pytest.fixture(scope="module")
def template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with what ``work`` does, to copy from: much is forged."""
    file = tmp_path_factory.mktemp("worked") / "matchmaker.db"
    with databases.sqlite_copy(sqlite_template, file) as database:
        work(database)
        with database.engine.connect() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    return file


@pytest.fixture
def worked(template: Path, tmp_path: Path) -> Iterator[Database]:
    """A SQLite database in which people have worked."""
    with databases.sqlite_copy(template, tmp_path / "matchmaker.db") as lent:
        yield lent


def work(database: Database) -> None:
    """Pay one claim, approve one, hold an amount for a third; reconcile and seal."""
    with database.writing() as session:
        claims.paid(session)
        scheme = money.scheme(session, key="second", publicity_days=0)
        claims.approved(session, claims.use(session, scheme))
        money.use(session, money.voucher(session, scheme), money.contract(session))
    # What was written a while ago can be sealed.
    with pytest.MonkeyPatch.context() as patch:
        later = clock.now() + 2 * operations.trail.SETTLED_AFTER
        patch.setattr(clock, "now", lambda: later)
        assert reconcile(database).is_sound


def test_after_honest_work_everything_agrees(either_database: Database) -> None:
    work(either_database)
    found = reconcile(either_database)

    assert found.is_sound, found.findings
    assert found.counted["transfers"] > 10 and found.counted["vouchers"] == 3
    assert found.counted["claims"] == 2 and found.counted["batches"] == 1
    assert found.head_position == found.counted["transfers"]


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


@pytest.mark.postgres
def test_forgeries_are_found_on_postgresql_too(postgresql_database: Database) -> None:
    work(postgresql_database)
    for what in ("a bit of a sealed amount", "a row of the trail taken out", "a voucher's face"):
        expected, statements = FORGERIES[what]
        as_owner(postgresql_database, *statements)
        assert expected <= places(reconcile(postgresql_database)), what


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


def test_a_sealed_batch_whose_payee_is_altered_is_found(either_database: Database) -> None:
    with either_database.writing() as session:
        claims.payable(session)
        claims.sealed(session)
    as_owner(either_database, "UPDATE redemption SET payee_account = '6222000000000000000'")

    found = reconcile(either_database)
    assert places(found) == {"batch"} and "not those that were sealed" in found.findings[0]["text"]


def test_clearing_goes_on_once_everything_agrees_again(either_database: Database) -> None:
    with either_database.writing() as session:
        claims.payable(session)
    as_owner(either_database, "UPDATE redemption SET approved_fen = approved_fen - 100")
    assert not reconcile(either_database).is_sound
    as_owner(either_database, "UPDATE redemption SET approved_fen = approved_fen + 100")
    assert reconcile(either_database).is_sound

    with either_database.writing() as session:
        claims.sealed(session)


def test_a_look_sees_one_instant_while_others_write(either_database: Database) -> None:
    with either_database.writing() as session:
        scheme = money.scheme(session)
        voucher_id = money.voucher(session, scheme).id
    originally = checking.verification.verify

    def while_others_write(session: Session, **options: Any) -> Any:
        report = originally(session, **options)
        with either_database.writing() as other:
            voucher = other.get_one(money.Voucher, voucher_id)
            money.use(other, voucher, money.contract(other))
        return report

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checking.verification, "verify", while_others_write)
        assert reconcile(either_database).is_sound


def test_the_nights_job_reconciles_once_a_day(either_database: Database) -> None:
    with either_database.writing() as session:
        claims.payable(session)
    running.load()

    def run() -> dict[str, str]:
        return dict(running.run_due(either_database.engine, on=clock.today(), names=("reconcile-vouchers",)))

    assert "0 places do not agree" in run()["reconcile-vouchers"]
    assert run() == {}
    with either_database.reading() as session:
        assert session.query(Reconciliation).count() == 1


def test_the_command_says_where_and_ends_with_one(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with database.writing() as session:
        claims.payable(session)
    monkeypatch.setenv("MATCHMAKER_DATABASE_URL", database.url)
    sound = CliRunner().invoke(main, ["vouchers", "verify"])
    assert sound.exit_code == 0, sound.output
    as_owner(database, "UPDATE voucher SET face_fen = face_fen + 100")

    broken = CliRunner().invoke(main, ["vouchers", "verify", "--dry"])
    assert broken.exit_code == 1 and "voucher 20" in broken.output
    with database.reading() as session:
        assert session.query(Reconciliation).count() == 1


def test_a_reconciliation_is_never_changed(either_database: Database) -> None:
    kept = reconcile(either_database)

    with pytest.raises(Exception, match="append-only"), either_database.writing() as session:
        session.get_one(Reconciliation, kept.id).mismatches = 5


def test_a_batch_is_stopped_at_each_step(either_database: Database) -> None:
    with either_database.writing() as session:
        claims.payable(session)
        batch_id = claims.sealed(session).id
    as_owner(either_database, "UPDATE voucher SET face_fen = face_fen + 100")
    reconcile(either_database)

    steps: tuple[Callable[..., None], ...] = (clearing.seal, clearing.approve, clearing.export)
    for step in steps:
        with pytest.raises(Conflict, match="Clearing is stopped"), either_database.writing() as session:
            step(session, session.get_one(clearing.Batch, batch_id))
