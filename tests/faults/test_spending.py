"""Many spend at once: nothing is given out twice, nobody is served by error. T1, T2, T3, T4 and T22.

Docstrings say on which program, broken on purpose, a test was seen to fail.
"""

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from matchmaker.resources import ROOT
from tests.conftest import MakeApp
from tests.support import breaking, databases, factories, money, spending
from tests.support.databases import Database
from tests.support.spending import Answer, Hand, Purse

VOUCHERS = 10


@pytest.mark.postgres
def test_of_sixty_four_who_spend_a_voucher_one_does_and_the_others_are_told(
    make_app: MakeApp, postgresql_database: Database
) -> None:
    """T1. Broken: without the rules, the ledger's own check and the CHECK on its accounts, 640 of 10 were spent.

    Without the voucher's lock alone it still passes: the ledger's lock holds.
    """
    app = make_app(postgresql_database)
    purse = spending.signed_in(app, spending.fill(postgresql_database, count=VOUCHERS))

    def act(voucher: int, contract: int, number: int) -> Answer:
        return lambda hand: hand.spend(voucher, contract, key=f"once-{voucher}-{number}")  # type: ignore[return-value]  # an act, not yet an answer

    acts = [act(*pair, number) for pair in purse.pairs for number in range(64)]
    answers = spending.crowd(app, purse, acts, clients=64)  # type: ignore[arg-type]  # as above

    assert spending.statuses(answers) == {303: VOUCHERS, 409: 63 * VOUCHERS}
    assert set(spending.held(postgresql_database, purse).values()) == {1}
    spending.check(postgresql_database)


def test_four_processes_on_one_sqlite_file_spend_each_voucher_once(
    make_app: MakeApp, database: Database, tmp_path: Path, full_faults: bool
) -> None:
    """T2. Broken: see the next test. With a deferred ``BEGIN`` and no queue before it, the shortened run passes."""
    vouchers, times = (VOUCHERS, 16) if full_faults else (4, 4)
    app = make_app(database)
    purse = spending.signed_in(app, spending.fill(database, count=vouchers))
    answers = in_processes(database, tmp_path, purse, times=times)

    expected = {303: vouchers, 409: (4 * times - 1) * vouchers}
    assert {status: answers.count(status) for status in set(answers)} == expected
    assert set(spending.held(database, purse).values()) == {1}
    spending.check(database)


def in_processes(database: Database, folder: Path, purse: Purse, *, times: int, is_broken: bool = False) -> list[int]:
    """Let four processes spend each voucher so many times at the same moment; return the statuses."""
    orders = {
        "purse": json.loads(purse.plain()), "url": database.url, "instance": str(folder / "instance"),
        "times": times, "clients": 4, "is_broken": is_broken,
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.spender", json.dumps(orders)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=240, check=True,
    )  # fmt: skip
    statuses: list[int] = json.loads(done.stdout)
    return statuses


def test_without_its_guards_four_processes_spend_a_voucher_eight_times_and_it_is_noticed(
    make_app: MakeApp, database: Database, tmp_path: Path
) -> None:
    """T2 on a program broken on purpose: it fails as it should, and so does what looks through everything."""
    purse = spending.signed_in(make_app(database), spending.fill(database, count=1))

    assert in_processes(database, tmp_path, purse, times=2, is_broken=True).count(303) == 8
    assert spending.held(database, purse) == {purse.vouchers[0]: 8}
    with pytest.raises(AssertionError):
        spending.check(database)


def test_without_its_guards_parts_add_up_to_more_and_it_is_noticed(
    make_app: MakeApp, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T3 on a program broken on purpose."""
    purse = spending.signed_in(make_app(database), spending.fill(database, count=1))
    ((voucher, contract),) = purse.pairs
    breaking.without_guards(monkeypatch)
    try:
        broken = databases.open_database(database.url)
        app = make_app(broken)
        parts = [
            lambda hand, number=number: hand.spend(voucher, contract, key=f"part-{number:04d}", fen=spending.ALL // 4)
            for number in range(8)
        ]
        answers = spending.crowd(app, purse, parts, clients=4)
    finally:
        breaking.mend()
        broken.engine.dispose()

    assert spending.statuses(answers) == {303: 8}
    with pytest.raises(AssertionError):
        spending.check(database)


def test_parts_of_vouchers_never_add_up_to_more_than_there_is(
    make_app: MakeApp, either_database: Database, full_faults: bool
) -> None:
    """T3. Broken: see the test before. Without the rule of what is left alone it passes: the ledger refuses."""
    clients, seconds = (64, 60) if full_faults else (16, 3)
    app = make_app(either_database)
    purses = [
        spending.signed_in(app, spending.fill(either_database, count=3, role=role, key=f"{role}-s"))
        for role in ("enterprise", "other-enterprise")
    ]
    until = time.monotonic() + seconds

    def spend_on(purse: Purse, seed: int) -> list[Answer]:
        chance, hand, answers = random.Random(seed), Hand(app, purse), []
        while time.monotonic() < until:
            voucher, contract = chance.choice(purse.pairs)
            fen = chance.randrange(1_00, spending.ALL // 6)
            answers.append(hand.spend(voucher, contract, key=f"part-{seed}-{len(answers)}", fen=fen))
        return answers

    with spending.ThreadPoolExecutor(clients) as pool:
        done = list(pool.map(spend_on, (purses[number % 2] for number in range(clients)), range(clients)))
    statuses = spending.statuses([answer for answers in done for answer in answers])

    # On SQLite some wait in vain for their turn at a full disk's pace: told so, with nothing changed.
    assert statuses[303] > 6 and not [status for status in statuses if status not in (303, 409, 422, 503)], statuses
    spending.check(either_database)


def test_one_request_sent_sixty_four_times_is_carried_out_once(make_app: MakeApp, either_database: Database) -> None:
    """T4. Broken: when a key that was used is not looked at, one request is carried out 21 times."""
    app = make_app(either_database)
    purse = spending.signed_in(app, spending.fill(either_database, count=1))
    ((voucher, contract),) = purse.pairs

    def again(hand: Hand) -> Answer:
        return hand.spend(voucher, contract, key="the-very-same", fen=1_000_00)

    answers = spending.crowd(app, purse, [again] * 64, clients=16)

    assert len(set(answers)) == 1 and answers[0].status == 303, set(answers)
    assert spending.held(either_database, purse) == {voucher: 1}
    other_body = Hand(app, purse).spend(voucher, contract, key="the-very-same", fen=2_000_00)
    assert other_body.status == 422
    assert spending.held(either_database, purse) == {voucher: 1}

    with either_database.writing() as session:
        enterprise = money.organisation(session, "enterprise")
        colleague = factories.person(session, organisation=enterprise, email="colleague@example.test")
    assert colleague.email
    second = spending.Visitor(app, checks=False)
    second.sign_in(colleague.email)
    theirs = second.post(
        f"/vouchers/{voucher}/use",
        spending.form(purse, contract, key="the-very-same", fen=1_000_00) | {"csrf_token": second.token()},
    )
    assert theirs.location != answers[0].location and spending.held(either_database, purse) == {voucher: 2}
    stranger = spending.visitor(app, "other-enterprise")
    stranger.post(f"/vouchers/{voucher}/use", spending.form(purse, contract, key="the-very-same"), expect=400)
    spending.check(either_database)


@pytest.mark.postgres
def test_a_row_that_somebody_holds_for_a_minute_keeps_only_its_own_waiting(
    make_app: MakeApp, postgresql_database: Database
) -> None:
    """T22. Broken: with a ``lock_timeout`` of 30 s the request waits 30 s."""
    app = make_app(postgresql_database)
    purse = spending.signed_in(app, spending.fill(postgresql_database, count=2))
    (held, contract), (free, other) = purse.pairs
    hand = Hand(app, purse)
    with postgresql_database.engine.connect().execution_options(matchmaker_writing=True) as holder:
        holder.execute(text("SELECT 1 FROM voucher WHERE id = :id FOR UPDATE"), {"id": held})
        began = time.monotonic()
        assert hand.spend(held, contract, key="held-row").status == 503
        assert time.monotonic() - began < 4
        began = time.monotonic()
        assert hand.spend(free, other, key="free-row").status == 303
        assert time.monotonic() - began < 2
        holder.rollback()

    assert hand.spend(held, contract, key="held-row").status == 303
    spending.check(postgresql_database)
