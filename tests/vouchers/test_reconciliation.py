"""Everything agrees after honest work; what does not is said, and clearing stops until it does."""

from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.cli import main
from matchmaker.errors import Conflict
from matchmaker.jobs import running
from matchmaker.vouchers.clearing import operations as clearing
from matchmaker.vouchers.reconciliation import checking
from matchmaker.vouchers.reconciliation.models import Reconciliation
from tests.support import claims, money
from tests.support.databases import Database
from tests.support.forging import as_owner, places, reconcile, work


def test_after_honest_work_everything_agrees(either_database: Database) -> None:
    work(either_database)
    found = reconcile(either_database)

    assert found.is_sound, found.findings
    assert found.counted["transfers"] > 10 and found.counted["vouchers"] == 3
    assert found.counted["claims"] == 2 and found.counted["batches"] == 1
    assert found.head_position == found.counted["transfers"]


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
