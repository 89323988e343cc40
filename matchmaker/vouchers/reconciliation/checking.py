"""Everything that must agree, looked through once: only read, in one view of the database."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.audit import sealing as trail
from matchmaker.ledger import sealing, verification
from matchmaker.messages import Message, _l
from matchmaker.vouchers.accounts import Purpose
from matchmaker.vouchers.reconciliation import claims, queries, rules
from matchmaker.vouchers.reconciliation.rules import Books, Mismatch, VoucherFacts
from matchmaker.vouchers.schemes.rules import Yuan


@dataclass
class Looked:
    """What was looked at and what did not agree."""

    began_at: datetime
    finished_at: datetime
    #: The end of the ledger's chain as it is, and as the last look left it.
    head: tuple[int, str]
    known: tuple[int, str] | None
    counted: Counter[str] = field(default_factory=Counter)
    mismatches: int = 0
    kept: list[Mismatch] = field(default_factory=list)

    def add(self, mismatch: Mismatch) -> None:
        """Count a mismatch, and keep it while there are few."""
        self.mismatches += 1
        if len(self.kept) < rules.MOST_KEPT:
            self.kept.append(mismatch)


def nothing_seen() -> Looked:
    """Return a look at an empty database."""
    return Looked(clock.now(), clock.now(), (0, sealing.GENESIS), None)


@contextmanager
def one_view(session: Session) -> Iterator[None]:
    """Read everything as it stood at one instant, whatever is paid meanwhile."""
    session.rollback()
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    try:
        yield
    finally:
        session.rollback()


def look(session: Session) -> Looked:
    """Look through everything without writing. Linear in transfers, vouchers, uses, claims and rows of the trail."""
    with one_view(session):
        began = clock.now()
        former = session.scalars(queries.last()).one_or_none()
        known = (former.head_position, former.head_digest) if former is not None and former.head_position else None
        report = verification.verify(session, known_head=known)
        looked = Looked(began, began, (report.sealed, report.head), known)
        looked.counted.update(accounts=report.accounts, transfers=report.transfers, sealed=report.sealed)
        for finding in report.findings:
            looked.add(Mismatch("ledger", finding.where, Message("%(what)s", {"what": finding.what})))
        for seal in trail.broken(session):
            looked.add(
                Mismatch(
                    "trail",
                    f"{seal.after_id + 1}–{seal.until_id}",
                    _l("Rows of the trail were changed or removed since they were sealed (%(count)s there then).",
                       count=seal.row_count),
                )
            )  # fmt: skip
        for mismatch in _of_vouchers(session, looked.counted):
            looked.add(mismatch)
        looked.finished_at = clock.now()
    return looked


def _of_vouchers(session: Session, counted: Counter[str]) -> Iterator[Mismatch]:
    books = queries.books(session)
    vouchers = queries.vouchers(session)
    counted["vouchers"] = len(vouchers)
    yield from rules.strange_flows(books)
    yield from rules.pools(books, vouchers, queries.planned_pools(session))
    yield from _quotas(books, vouchers)
    for facts in vouchers:
        yield from rules.voucher(facts, books)
    holding = {}
    for reservation, use in queries.uses(session):
        counted["uses"] += 1
        if use.is_holding and reservation is not None:
            holding[reservation] = use
        yield from rules.use(use)
    yield from claims.unclaimed_holds(queries.held_on_vouchers(session), holding)
    found = list(queries.claims(session))
    counted["claims"] = len(found)
    for claim in found:
        yield from claims.claim(claim)
    yield from claims.totals(books, found)
    yield from claims.payments(*queries.payments(session))
    for batch in queries.batches(session):
        counted["batches"] += 1
        yield from claims.batch(batch, books)


def _quotas(books: Books, vouchers: list[VoucherFacts]) -> Iterator[Mismatch]:
    """Check that what was granted of each enterprise's quota is what its vouchers were issued for."""
    issued: dict[str, int] = defaultdict(int)
    for voucher in vouchers:
        handed_back = books.left_fen(voucher.account_id, Purpose.HAND_BACK)
        issued[f"quota/{voucher.scheme}/{voucher.enterprise_id}"] += voucher.face_fen - handed_back
    for account in books.accounts.values():
        if account.family == "quota" and account.code.count("/") == 2:
            granted = books.went_fen(account.id, "granted")
            if granted != issued.get(account.code, 0):
                yield Mismatch(
                    "quota",
                    account.code,
                    _l("%(granted)s were granted of it, but vouchers over %(issued)s were issued.",
                       granted=Yuan(granted), issued=Yuan(issued.get(account.code, 0))),
                )  # fmt: skip
