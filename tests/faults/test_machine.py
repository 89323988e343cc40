"""T16: any sequence of steps leaves vouchers, uses and the ledger as a few lines of plain Python would have them."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.db import transaction
from matchmaker.errors import Conflict, Invalid
from matchmaker.ledger import verification
from matchmaker.ledger.models import Account
from matchmaker.ledger.queries import account_by_code
from matchmaker.metrics import rebuilding
from matchmaker.vouchers import accounts, endings, operations
from matchmaker.vouchers.models import Use, Voucher
from matchmaker.vouchers.uses import operations as uses
from tests.support import cast, databases, money
from tests.support.databases import Database
from tests.support.money import acting
from tests.support.postgresql import Server

POOL, QUOTA, LEAST = 100_000, 60_000, 100
AMOUNTS = st.integers(100, 30_000)


@dataclass
class Model:
    """The same in plain Python: who has how much, in fen."""

    pool: int = POOL
    quota: int = QUOTA
    left: dict[int, int] = field(default_factory=dict)
    state: dict[int, str] = field(default_factory=dict)
    #: Use → voucher, what it holds, where it stands.
    uses: dict[int, tuple[int, int, str]] = field(default_factory=dict)
    expired: int = 0
    payable: int = 0

    def held(self, voucher: int) -> int:
        return sum(fen for of, fen, state in self.uses.values() if of == voucher and state in ("held", "claimed"))

    def free(self, voucher: int, fen: int) -> None:
        """Give an amount back to a voucher, or on to where it goes when the voucher has ended."""
        if self.state[voucher] == "expired":
            self.expired += fen
        elif self.state[voucher] == "revoked":
            self.pool += fen
        else:
            self.left[voucher] += fen

    def settle_state(self, voucher: int) -> None:
        if self.state[voucher] == "issued" and self.left[voucher] + self.held(voucher) == 0:
            self.state[voucher] = "exhausted"


class Vouchers(RuleBasedStateMachine):
    """Random steps against both. ``lend`` lends each run a prepared database of its own; it is given a folder."""

    lend: Callable[[Path], AbstractContextManager[Database]]
    vouchers = Bundle("vouchers")
    uses = Bundle("uses")

    @initialize()
    def begin(self) -> None:
        self.lent = ExitStack()
        self.database = self.lent.enter_context(type(self).lend(Path(self.lent.enter_context(TemporaryDirectory()))))
        self.session = self.lent.enter_context(Session(self.database.engine, expire_on_commit=False))
        self.lent.enter_context(clock.stopped(datetime(2026, 6, 1, 9, tzinfo=clock.CIVIL_ZONE)))
        with transaction(self.session):
            self.scheme = money.scheme(
                self.session, pools_fen={cast.HERE: POOL}, quota_fen=QUOTA, least_face_fen=LEAST, cap_local_fen=None,
                several_vouchers_per_contract=True,
            )  # fmt: skip
            self.contract = money.contract(self.session, contract_amount_fen=10**9, technology_amount_fen=1)
        self.model = Model()

    def attempt(self, act: Callable[[], object], *, allowed: bool) -> object:
        """Do it, and compare whether it could be done."""
        try:
            with transaction(self.session):
                made = act()
        except (Conflict, Invalid):
            self.session.expire_all()
            assert not allowed
            return None
        assert allowed
        return made

    @rule(target=vouchers, face=AMOUNTS)
    def issue(self, face: int) -> int:
        made = self.attempt(
            lambda: money.voucher(self.session, self.scheme, face_fen=face),
            allowed=face <= self.model.quota and face <= self.model.pool,
        )
        if made is None:
            return 0
        self.model.pool -= face
        self.model.quota -= face
        self.model.left[made.id], self.model.state[made.id] = face, "issued"
        return int(made.id)

    @rule(target=uses, voucher=vouchers, fen=AMOUNTS)
    def register(self, voucher: int, fen: int) -> int:
        if not voucher:
            return 0
        take = min(fen // 2, self.model.left[voucher])
        made = self.attempt(
            lambda: money.use(self.session, self.voucher(voucher), self.contract, fen),
            allowed=self.model.state[voucher] == "issued" and take > 0,
        )
        if made is None:
            return 0
        self.model.left[voucher] -= take
        self.model.uses[made.id] = (voucher, take, "held")
        return int(made.id)

    @rule(use=uses)
    def claim(self, use: int) -> None:
        if not use:
            return
        voucher, fen, state = self.model.uses[use]

        def act() -> bool:
            uses.serve(self.session, self.use(use), clock.today())
            uses.claim(self.session, self.use(use))
            return True

        if self.attempt(act, allowed=state == "held"):
            self.model.uses[use] = (voucher, fen, "claimed")

    @rule(use=uses, share=st.integers(1, 4))
    def settle(self, use: int, share: int) -> None:
        if not use:
            return
        voucher, fen, state = self.model.uses[use]
        approved = max(1, fen * share // 4)
        if self.attempt(
            lambda: uses.settle(self.session, self.use(use), approved_fen=approved), allowed=state == "claimed"
        ):
            self.model.uses[use] = (voucher, approved, "settled")
            self.model.payable += approved
            self.model.free(voucher, fen - approved)
            self.model.settle_state(voucher)

    @rule(use=uses)
    def unsettle(self, use: int) -> None:
        if not use:
            return
        voucher, fen, state = self.model.uses[use]

        def act() -> bool:
            uses.unsettle(self.session, self.use(use), reason="账号有误")
            return True

        if self.attempt(act, allowed=state == "settled"):
            self.model.payable -= fen
            self.model.uses[use] = (voucher, fen, "claimed")
            if self.model.state[voucher] == "exhausted":
                self.model.state[voucher] = "issued"

    @rule(use=uses, is_claim=st.booleans())
    def release(self, use: int, is_claim: bool) -> None:
        if not use:
            return
        voucher, fen, state = self.model.uses[use]

        def act() -> bool:
            if is_claim:
                uses.refuse(self.session, self.use(use), "不符")
            else:
                uses.give_up(self.session, self.use(use))
            return True

        if self.attempt(act, allowed=state == ("claimed" if is_claim else "held")):
            self.model.uses[use] = (voucher, fen, "released")
            self.model.free(voucher, fen)

    @rule(voucher=vouchers)
    def hand_back(self, voucher: int) -> None:
        if not voucher:
            return
        left = self.model.left[voucher]
        done = self.attempt(
            lambda: endings.hand_back(self.session, self.voucher(voucher)),
            allowed=self.model.state[voucher] == "issued"
            and not self.model.held(voucher)
            # No claim of this machine's is ever paid, so what was approved may yet come back.
            and all(of != voucher or state != "settled" for of, _fen, state in self.model.uses.values()),
        )
        if done:
            self.model.left[voucher], self.model.state[voucher] = 0, "handed_back"
            self.model.pool += left
            self.model.quota += left

    @rule(voucher=vouchers)
    def revoke(self, voucher: int) -> None:
        if not voucher:
            return

        def act() -> bool:
            with acting(self.session, money.SECOND):
                endings.revoke(self.session, self.voucher(voucher), "违规")
            return True

        if self.attempt(act, allowed=self.model.state[voucher] == "issued"):
            for use, (of, fen, state) in list(self.model.uses.items()):
                if of == voucher and state == "held":
                    self.model.uses[use] = (of, fen, "released")
                    self.model.left[voucher] += fen
            self.model.pool += self.model.left[voucher]
            self.model.left[voucher], self.model.state[voucher] = 0, "revoked"

    @rule(voucher=vouchers)
    def suspend_and_resume(self, voucher: int) -> None:
        if not voucher:
            return

        def act() -> None:
            with acting(self.session, money.SECOND):
                operations.suspend(self.session, self.voucher(voucher), "核查")
                operations.resume(self.session, self.voucher(voucher), "核毕")

        self.attempt(act, allowed=self.model.state[voucher] == "issued")

    @rule()
    def new_years_day(self) -> None:
        """Let all that is open expire; the claims stay."""
        with transaction(self.session):
            endings.expire_due(self.session, on=date(2027, 1, 1))
        for voucher, state in self.model.state.items():
            if state == "issued":
                self.model.state[voucher] = "expired"
                self.model.expired += self.model.left[voucher]
                self.model.left[voucher] = 0

    def voucher(self, number: int) -> Voucher:
        return self.session.get_one(Voucher, number)

    def use(self, number: int) -> Use:
        return self.session.get_one(Use, number)

    @invariant()
    def the_two_agree(self) -> None:
        if not hasattr(self, "model"):
            return
        with Session(self.database.engine) as fresh:
            for number, left in self.model.left.items():
                voucher = fresh.get_one(Voucher, number)
                assert voucher.state.value == self.model.state[number]
                account = fresh.get_one(Account, voucher.account_id)
                assert (account.available_fen, account.debits_pending) == (left, self.model.held(number))
            code = self.scheme.code
            for account_code, fen in (
                (accounts.pool_code(code, cast.HERE), self.model.pool),
                (accounts.expired_code(code, cast.HERE), self.model.expired),
                (accounts.payable_code(code, cast.HERE), self.model.payable),
            ):
                found = fresh.scalars(account_by_code(account_code)).one_or_none()
                assert (found.posted_fen if found else 0) == fen
            assert verification.verify(fresh).is_sound

    def teardown(self) -> None:
        if not hasattr(self, "lent"):
            return
        try:
            with Session(self.database.engine) as fresh:
                assert rebuilding.disagreements(fresh) == [], "figures kept up with each step are those counted anew"
        finally:
            self.lent.close()


class VouchersOnPostgreSQL(Vouchers):
    """The same on PostgreSQL."""


TestVouchers = pytest.mark.filterwarnings("default")(pytest.mark.usefixtures("on_sqlite")(Vouchers.TestCase))
TestVouchersOnPostgreSQL = pytest.mark.postgres(
    pytest.mark.filterwarnings("default")(pytest.mark.usefixtures("on_postgresql")(VouchersOnPostgreSQL.TestCase))
)


@pytest.fixture
def on_sqlite(sqlite_template: Path, full_faults: bool) -> None:
    """Let the machine copy the suite's prepared database."""
    Vouchers.lend = staticmethod(lambda folder: databases.sqlite_copy(sqlite_template, folder / "book.db"))
    TestVouchers.settings = _effort(full_faults, shortened=20)


@pytest.fixture
def on_postgresql(postgresql_server: Server, postgresql_template: str, full_faults: bool) -> None:
    """The same."""
    VouchersOnPostgreSQL.lend = staticmethod(
        lambda _folder: databases.postgresql_copy(postgresql_server, postgresql_template)
    )
    TestVouchersOnPostgreSQL.settings = _effort(full_faults, shortened=4)


def _effort(full_faults: bool, *, shortened: int) -> settings:
    examples, steps = (200, 50) if full_faults else (shortened, 25)
    return settings(max_examples=examples, stateful_step_count=steps, deadline=None)
