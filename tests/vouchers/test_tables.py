"""The tables of steps say all that happens: who, from where to where, and which transfers; and so do the documents."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.ledger.models import Account, Transfer
from matchmaker.resources import ROOT
from matchmaker.vouchers import endings, operations
from matchmaker.vouchers.accounts import Purpose
from matchmaker.vouchers.models import (
    USE_LABELS,
    VOUCHER_LABELS,
    Use,
    UseMove,
    Voucher,
    VoucherMove,
    VoucherState,
)
from matchmaker.vouchers.rules import (
    STEP_LABELS,
    USE_ALLOWED,
    USE_STEPS,
    VOUCHER_ALLOWED,
    VOUCHER_STEPS,
    WHO_LABELS,
    Flow,
    Step,
)
from matchmaker.vouchers.schemes.models import Scheme
from tests.support import money
from tests.support.databases import Database
from tests.support.money import WAN, acting

DOCUMENT = Path(ROOT, "docs", "vouchers.md")


def rows(steps: tuple[Step, ...], labels: dict) -> list[str]:
    """Write a table as the documents show it."""
    lines = ["| step | from | to | who | in the ledger |", "|---|---|---|---|---|"]
    for step in steps:
        before = ", ".join(str(labels[state]) for state in step.before) or "–"
        flows = [f"{flow}" for flow in step.flows] + [f"perhaps {flow}" for flow in step.perhaps]
        who = str(WHO_LABELS[step.who]).split(":")[0]
        lines.append(
            f"| {STEP_LABELS[step.name]} | {before} | {labels[step.after]} | {who} | {'; '.join(flows) or '–'} |"
        )
    return lines


@pytest.mark.parametrize(("steps", "labels"), [(VOUCHER_STEPS, VOUCHER_LABELS), (USE_STEPS, USE_LABELS)])
def test_the_documents_show_the_tables_as_they_are(steps: tuple[Step, ...], labels: dict) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    missing = [line for line in rows(steps, labels) if line not in text]
    assert missing == [], "\n".join(missing)


def test_every_state_is_reached_and_ended_by_a_step() -> None:
    assert set(VOUCHER_ALLOWED) == set(VoucherState)
    assert {state for state, after in VOUCHER_ALLOWED.items() if not after} == {
        VoucherState.WITHDRAWN,
        VoucherState.REJECTED,
        VoucherState.EXPIRED,
        VoucherState.HANDED_BACK,
        VoucherState.REVOKED,
    }
    assert all(step.name in STEP_LABELS for step in (*VOUCHER_STEPS, *USE_STEPS))
    assert len(USE_ALLOWED) == 5


def flow_of(transfer: Transfer, codes: dict[int, str]) -> Flow:
    """Return the family of a transfer."""
    debit, credit = (codes[one].partition("/")[0] for one in (transfer.debit_account_id, transfer.credit_account_id))
    return Flow(transfer.purpose, debit, credit, transfer.phase.value)  # type: ignore[arg-type]  # equal by value


TABLE = {step.name: step for step in VOUCHER_STEPS} | {f"use {step.name}": step for step in USE_STEPS}


class Watch:
    """Compares what the ledger has got since the last look with the rows of the steps taken since then."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.seen: set[str] = set()
        self.last = {Transfer: 0, VoucherMove: 0, UseMove: 0}

    def look(self) -> None:
        codes = {one.id: one.code for one in self.session.scalars(select(Account))}
        made = [flow_of(one, codes) for one in self._new(Transfer) if one.purpose != Purpose.FUND]
        steps = [move.step for move in self._new(VoucherMove)] + [f"use {move.step}" for move in self._new(UseMove)]
        known = [TABLE[name] for name in steps]
        asked = [flow for step in known for flow in step.flows]
        allowed = asked + [flow for step in known for flow in step.perhaps]
        assert all(made.count(flow) >= asked.count(flow) for flow in asked), (steps, made)
        assert all(flow in allowed for flow in made), (steps, made)
        self.seen.update(steps)

    def _new(self, table: Any) -> Any:
        rows = self.session.scalars(select(table).where(table.id > self.last[table]).order_by(table.id)).all()
        self.last[table] = rows[-1].id if rows else self.last[table]
        return rows


def test_every_step_makes_the_transfers_of_its_row_and_no_others(book: Database) -> None:
    with book.writing() as session:
        watch = Watch(session)
        scheme = money.scheme(session, quota_fen=90 * WAN, category_quotas_fen={"testing": 60 * WAN})
        voucher = apply_in_every_way(watch, scheme)
        money.issue(session, voucher)
        settle_twice(watch, voucher)
        end_in_every_way(watch, scheme)
    # The batch pays and claws back; its tests look at those.
    assert set(TABLE) - watch.seen == {"use claw_back"}


def apply_in_every_way(watch: Watch, scheme: Scheme) -> Voucher:
    session = watch.session
    made = [money.voucher(session, scheme, issued=False, face_fen=1 * WAN) for _ in range(3)]
    watch.look()
    with acting(session, money.APPLICANT):
        operations.withdraw(session, made[0])
    with acting(session, money.FIRST):
        operations.reject(session, made[1], "理由")
        operations.return_(session, made[2], "理由")
    with acting(session, money.APPLICANT):
        operations.apply_again(session, made[2], money.application(face_fen=1 * WAN))
    watch.look()
    return made[2]


def settle_twice(watch: Watch, voucher: Voucher) -> None:
    session = watch.session
    use = money.use(session, voucher, money.contract(session), life="settled")
    watch.look()
    with acting(session, money.SECOND):
        money.uses.unsettle(session, use, reason="账号有误")
        watch.look()
        money.uses.settle(session, use, approved_fen=use.amount_fen - 1)
    watch.look()


def end_in_every_way(watch: Watch, scheme: Scheme) -> None:
    session = watch.session

    def used(life: str = "reserved") -> Use:
        return money.use(session, money.voucher(session, scheme), money.contract(session), life=life)

    money.uses.give_up(session, used())
    watch.look()
    claimed = used("claimed")
    money.uses.unclaim(session, claimed)
    money.uses.claim(session, claimed)
    money.uses.refuse(session, claimed, "不符")
    watch.look()
    with acting(session, money.APPLICANT):
        endings.hand_back(session, money.voucher(session, scheme))
    watch.look()
    revoked = session.get_one(Voucher, used().voucher_id)
    with acting(session, money.SECOND):
        endings.revoke(session, revoked, "违规")
    watch.look()
    used()
    for years in (1, 2):
        endings.expire_due(session, on=money.clock.today().replace(year=money.year() + years))
        watch.look()
