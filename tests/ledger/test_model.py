"""Any sequence of transfers leaves the ledger as a few lines of plain Python would have it, to the fen."""

from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy.orm import Session

from matchmaker.db import Base, create_engine, transaction
from matchmaker.errors import Conflict
from matchmaker.ledger import operations, queries, sealing, verification
from matchmaker.ledger.models import Account, Guard, Transfer

NAMES = ("world", "pool", "a", "b")
AMOUNTS = st.integers(1, 60)


@dataclass
class Model:
    """The ledger in plain Python."""

    balance: dict[str, int] = field(default_factory=lambda: dict.fromkeys(NAMES, 0))
    held: dict[int, tuple[str, str, int]] = field(default_factory=dict)
    posted: dict[int, tuple[str, str, int]] = field(default_factory=dict)
    reversed: set[int] = field(default_factory=set)

    def available(self, name: str) -> int:
        """What may leave an account."""
        if name == "world":
            return 10**9
        return self.balance[name] - sum(amount for debit, _, amount in self.held.values() if debit == name)

    def move(self, debit: str, credit: str, amount: int) -> None:
        """Take from one, give to the other."""
        self.balance[debit] -= amount
        self.balance[credit] += amount


class Ledger(RuleBasedStateMachine):
    """Random transfers against both."""

    reservations = Bundle("reservations")
    transfers = Bundle("transfers")

    @initialize()
    def begin(self) -> None:
        self.folder = TemporaryDirectory()
        self.engine = create_engine(f"sqlite:///{Path(self.folder.name) / 'book.db'}")
        tables = [Base.metadata.tables[name] for name in ("ledger_account", "ledger_transfer", "ledger_link")]
        self.session = Session(self.engine, expire_on_commit=False)
        with transaction(self.session):
            Base.metadata.create_all(
                self.session.connection(), tables=[*tables, Base.metadata.tables["audit_row"],
                                                   *(Base.metadata.tables[name] for name in _AROUND)]
            )  # fmt: skip
            self.ids = {
                name: operations.open_account(
                    self.session, name, guard=Guard.NONE if name == "world" else Guard.CREDIT
                ).id
                for name in NAMES
            }
        self.model = Model()

    def account(self, name: str) -> Account:
        return self.session.get_one(Account, self.ids[name])

    def attempt(self, act: object, *, allowed: bool) -> Transfer | None:
        try:
            with transaction(self.session):
                made: Transfer = act()  # type: ignore[operator]  # a lambda
        except Conflict:
            assert not allowed
            return None
        assert allowed
        return made

    @rule(target=transfers, debit=st.sampled_from(NAMES), credit=st.sampled_from(NAMES), amount=AMOUNTS)
    def post(self, debit: str, credit: str, amount: int) -> int:
        if debit == credit:
            return 0
        made = self.attempt(
            lambda: operations.post(
                self.session,
                debit=self.account(debit),
                credit=self.account(credit),
                amount_fen=amount,
                purpose="post",
            ),
            allowed=self.model.available(debit) >= amount,
        )
        if made is None:
            return 0
        self.model.move(debit, credit, amount)
        self.model.posted[made.id] = (debit, credit, amount)
        return made.id

    @rule(target=reservations, debit=st.sampled_from(NAMES[1:]), credit=st.sampled_from(NAMES), amount=AMOUNTS)
    def reserve(self, debit: str, credit: str, amount: int) -> int:
        if debit == credit:
            return 0
        made = self.attempt(
            lambda: operations.reserve(
                self.session,
                debit=self.account(debit),
                credit=self.account(credit),
                amount_fen=amount,
                purpose="hold",
            ),
            allowed=self.model.available(debit) >= amount,
        )
        if made is None:
            return 0
        self.model.held[made.id] = (debit, credit, amount)
        return made.id

    @rule(which=reservations, amount=AMOUNTS)
    def settle(self, which: int, amount: int) -> None:
        if not which:
            return
        debit, credit, held = self.model.held.get(which, ("", "", 0))
        made = self.attempt(
            lambda: operations.settle(
                self.session, self.session.get_one(Transfer, which), amount_fen=amount, purpose="settle"
            ),
            allowed=0 < amount <= held,
        )
        if made is not None:
            del self.model.held[which]
            self.model.move(debit, credit, amount)
            self.model.posted[made.id] = (debit, credit, amount)

    @rule(which=reservations)
    def void(self, which: int) -> None:
        if not which:
            return
        made = self.attempt(
            lambda: operations.void(self.session, self.session.get_one(Transfer, which), purpose="void"),
            allowed=which in self.model.held,
        )
        if made is not None:
            del self.model.held[which]

    @rule(which=transfers)
    def reverse(self, which: int) -> None:
        if not which:
            return
        debit, credit, amount = self.model.posted[which]
        made = self.attempt(
            lambda: operations.reverse(self.session, self.session.get_one(Transfer, which), purpose="reverse"),
            allowed=which not in self.model.reversed and self.model.available(credit) >= amount,
        )
        if made is not None:
            self.model.reversed.add(which)
            self.model.move(credit, debit, amount)

    @rule()
    def seal(self) -> None:
        with transaction(self.session):
            sealing.seal(self.session)

    @invariant()
    def the_two_agree(self) -> None:
        if not hasattr(self, "model"):
            return
        with Session(self.engine) as fresh:
            for name in NAMES:
                account = fresh.scalars(queries.account_by_code(name)).one()
                assert account.posted_fen == self.model.balance[name]
                if name != "world":
                    assert account.available_fen == self.model.available(name) >= 0
            assert sum(self.model.balance.values()) == 0
            report = verification.verify(fresh)
            assert report.is_sound, [str(finding) for finding in report.findings]

    def teardown(self) -> None:
        if hasattr(self, "session"):
            self.session.close()
            self.engine.dispose()
            self.folder.cleanup()


#: Tables that the trail's rows point at.
_AROUND = ("organisation", "person", "district", "industry", "source_document")

TestLedger = pytest.mark.filterwarnings("default")(Ledger.TestCase)
TestLedger.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)
