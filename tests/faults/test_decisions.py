"""Two decide at once, the disk is full, a clock is wrong: one thing happens or nothing, and it is said. T8 to T11."""

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from matchmaker import clock
from matchmaker.audit.models import AuditRow
from matchmaker.db import instants
from matchmaker.vouchers.models import Use, Voucher, VoucherMove, VoucherState
from tests.conftest import MakeApp
from tests.support import money, spending
from tests.support.databases import Database
from tests.support.pages import Page
from tests.support.racing import at_once
from tests.support.spending import Hand


@pytest.mark.postgres
def test_of_two_who_decide_the_same_at_once_one_does_and_both_are_in_the_trail(
    make_app: MakeApp, postgresql_database: Database, full_faults: bool
) -> None:
    """T8. Broken: without the row's lock both decided, and both were told so."""
    trials = 500 if full_faults else 12
    with postgresql_database.writing() as session:
        scheme = money.scheme(session, quota_fen=900 * money.WAN)
        waiting = [money.voucher(session, scheme, issued=False, face_fen=money.WAN // 10).id for _ in range(trials)]
    app = make_app(postgresql_database)
    people = [spending.visitor(app, role) for role in ("bureau-district", "bureau-city")]
    tokens = [person.token() for person in people]
    for voucher in waiting:

        def decide(number: int, voucher: int = voucher) -> Page:
            sent = {"csrf_token": tokens[number], "once_key": f"decide-{voucher}-{number}"}
            return people[number].open(f"/vouchers/{voucher}/approve", method="POST", data=sent)

        answers = at_once(partial(decide, 0), partial(decide, 1))
        assert sorted(page.status for page in answers) == [303, 409], answers

    with postgresql_database.reading() as session:
        made = select(func.count()).select_from(VoucherMove).where(VoucherMove.step == "approve")
        refused = select(func.count()).select_from(AuditRow).where(AuditRow.act.endswith("approve.refused"))
        assert (session.scalar(made), session.scalar(refused)) == (trials, trials)
        assert set(session.scalars(select(Voucher.state))) == {VoucherState.DISTRICT_APPROVED}


def test_a_full_disk_keeps_money_where_it_is_and_goes_on_by_itself(make_app: MakeApp, database: Database) -> None:
    """T10, of the database; uploads are in ``tests/files/test_store.py``. Broken: untold, it is a 500."""
    app = make_app(database)
    purse = spending.signed_in(app, spending.fill(database, count=1, face_fen=20 * money.WAN))
    ((voucher, contract),) = purse.pairs
    hand = Hand(app, purse)
    assert hand.spend(voucher, contract, key="before-full", fen=1_00).status == 303

    def limit(pages: int) -> None:
        with app.app_context():
            from matchmaker.web.database import engine

            engine().dispose()
            raw = engine().raw_connection()
            raw.cursor().execute(f"PRAGMA max_page_count={pages}")
            raw.close()  # back into the pool: the next request is given this connection

    with database.reading() as session:
        full = session.connection().exec_driver_sql("PRAGMA page_count").scalar_one()
    limit(full)
    statuses = [hand.spend(voucher, contract, key=f"while-full-{number}", fen=1_00).status for number in range(400)]
    assert set(statuses) == {303, 507}, set(statuses)
    first = statuses.index(507)
    with database.reading() as session:
        # As many as were acknowledged, and nothing half saved.
        assert session.scalar(select(func.count()).select_from(Use)) == 1 + statuses.count(303)
    assert spending.visitor_page(hand, f"/vouchers/{voucher}") == 200
    limit(2**30)
    assert hand.spend(voucher, contract, key=f"while-full-{first}", fen=1_00).status == 303
    spending.check(database)


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of sixteen megabytes that PostgreSQL may write to."""
    folder = Path(tempfile.mkdtemp(prefix="matchmaker-disk-"))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m,mode=0777", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        folder.rmdir()
        pytest.skip(reason="only root may mount a small file system here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)
    folder.rmdir()


@pytest.mark.postgres
def test_a_full_disk_of_postgresql_keeps_money_where_it_is_and_goes_on_by_itself(
    make_app: MakeApp, postgresql_database: Database, small_disk: Path
) -> None:
    """T10 on PostgreSQL: its table space lies on a small file system, which is then filled to the last byte."""
    purse = spending.fill(postgresql_database, count=1, face_fen=20 * money.WAN)
    place = small_disk / "space"
    place.mkdir()
    shutil.chown(place, "postgres")
    tables = ("ledger_transfer", "voucher_use", "audit_row", "answered_request")
    space = f"small_{place.parent.name[-6:]}"
    autocommit = postgresql_database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with autocommit.connect() as connection:
        connection.exec_driver_sql(f"CREATE TABLESPACE {space} LOCATION '{place}'")
        for table in tables:
            connection.exec_driver_sql(f"ALTER TABLE {table} SET TABLESPACE {space}")
    app = make_app(postgresql_database)
    purse = spending.signed_in(app, purse)
    ((voucher, contract),) = purse.pairs
    hand = Hand(app, purse)
    assert hand.spend(voucher, contract, key="before-full", fen=1_00).status == 303
    _fill(small_disk)
    statuses = [hand.spend(voucher, contract, key=f"while-full-{number}", fen=1_00).status for number in range(300)]
    assert set(statuses) == {303, 507}, set(statuses)
    first = statuses.index(507)
    with postgresql_database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Use)) == 1 + statuses.count(303)
    assert spending.visitor_page(hand, f"/vouchers/{voucher}") == 200
    (small_disk / "filler").unlink()
    assert hand.spend(voucher, contract, key=f"while-full-{first}", fen=1_00).status == 303
    spending.check(postgresql_database)
    with autocommit.connect() as connection:
        for table in tables:
            connection.exec_driver_sql(f"ALTER TABLE {table} SET TABLESPACE pg_default")
        connection.exec_driver_sql(f"DROP TABLESPACE {space}")


def _fill(folder: Path) -> None:
    """Write until nothing fits any more."""
    with (folder / "filler").open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))


SKEWS = [timedelta(days=-365), timedelta(days=-1), timedelta(), timedelta(days=1), timedelta(days=365)]


@pytest.mark.parametrize("skew", SKEWS, ids=str)
def test_a_host_whose_clock_is_wrong_redeems_nothing_early_or_late(
    make_app: MakeApp, either_database: Database, monkeypatch: pytest.MonkeyPatch, skew: timedelta
) -> None:
    """T11. Broken: when the host's clock decides, a voucher is used the day after its last."""
    app = make_app(either_database)
    purse = spending.signed_in(app, spending.fill(either_database, count=2))
    (good, contract), (past, other) = purse.pairs
    last_days: dict[int, date] = {good: clock.today(), past: clock.today() - timedelta(days=1)}
    with either_database.writing() as session:
        for voucher, day in last_days.items():
            session.execute(update(Voucher).where(Voucher.id == voucher).values(use_by=day))
    machine = clock.now

    def wrong() -> Any:
        return machine() + skew

    # The host's clock, not a stopped one: the database goes on telling its own time.
    monkeypatch.setattr(clock, "now", wrong)
    monkeypatch.setattr(instants, "_MACHINE", wrong)
    hand = Hand(app, purse)

    assert hand.spend(good, contract, key="last-day", fen=1_00).status == 303
    assert hand.spend(past, other, key="day-after", fen=1_00).status == 409


@pytest.mark.parametrize(
    ("moment", "status"),
    [("12-31T00:00:00", 303), ("12-31T23:59:59", 303), ("next", 409)],
)
def test_the_last_second_of_the_year_in_shanghai_is_the_last(
    make_app: MakeApp, either_database: Database, at: Callable[[str], None], moment: str, status: int
) -> None:
    """T11, at midnight in Shanghai, which is 16:00 of the same day elsewhere."""
    year = clock.today().year
    app = make_app(either_database)
    purse = spending.signed_in(app, spending.fill(either_database, count=1))
    ((voucher, contract),) = purse.pairs
    at(f"{year + 1}-01-01T00:00:00" if moment == "next" else f"{year}-{moment}")

    assert Hand(app, purse).spend(voucher, contract, key="new-year", fen=1_00).status == status
