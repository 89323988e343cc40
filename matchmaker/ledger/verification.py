"""Recomputing everything from the transfers: what does not agree is named."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker.ledger import queries, rules, sealing
from matchmaker.ledger.models import Account, Link, Transfer
from matchmaker.ledger.rules import Sums

_BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that cannot be: where, and what was found."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification looked at and what it found; sound when it found nothing."""

    accounts: int
    transfers: int
    sealed: int
    #: The last link's digest.
    head: str
    findings: list[Finding]

    @property
    def is_sound(self) -> bool:
        """Whether everything agrees."""
        return not self.findings


def verify(session: Session, *, known_head: tuple[int, str] | None = None) -> Report:
    """Recompute balances, guards, resolutions and the chain from the transfers alone.

    ``known_head`` is a position and digest written down earlier, elsewhere: it must still be in the chain.
    Linear in the number of transfers; holds one batch of them at a time.
    """
    accounts = {
        account.id: account for account in session.scalars(select(Account).execution_options(populate_existing=True))
    }
    findings = [*_balances(session, accounts), *_resolutions(session)]
    transfers, sealed, last, broken = _chain(session, known_head)
    return Report(len(accounts), transfers, sealed, last, findings + broken)


def _balances(session: Session, accounts: dict[int, Account]) -> Iterator[Finding]:
    recomputed = {identity: [0, 0, 0, 0] for identity in accounts}
    for place, column in ((0, "debit_account_id"), (2, "credit_account_id")):
        for identity, posted, pending in session.execute(queries.sums(column=column)):
            if identity not in recomputed:
                yield Finding(f"account {identity}", "transfers name it, but it is not there")
                continue
            recomputed[identity][place : place + 2] = [int(posted), int(pending)]
    for identity, expected in recomputed.items():
        account = accounts[identity]
        carried = Sums.of(account)
        derived = Sums(account.guard, *expected)
        if carried != derived:
            yield Finding(f"account {account.code}", f"carries {carried}, its transfers make {derived}")
        try:
            derived.checked()
        except rules.Overdrawn as error:
            yield Finding(f"account {account.code}", str(error))


def _resolutions(session: Session) -> Iterator[Finding]:
    """Check what triggers check when a row comes in, for rows that came past them."""
    by_id = Transfer.__table__.alias("was")
    rows = session.execute(
        select(Transfer, by_id.c.phase, by_id.c.debit_account_id, by_id.c.credit_account_id, by_id.c.amount_fen)
        .outerjoin(by_id, by_id.c.id == Transfer.resolves_id)
        .where(Transfer.resolves_id.is_not(None))
    )
    for transfer, phase, debit, credit, amount in rows:
        same = (debit, credit) == (transfer.debit_account_id, transfer.credit_account_id)
        if phase != "reserve" or not same or transfer.amount_fen > amount:
            yield Finding(f"transfer {transfer.id}", f"does not fit the reservation {transfer.resolves_id}")


def _chain(session: Session, known: tuple[int, str] | None) -> tuple[int, int, str, list[Finding]]:
    findings: list[Finding] = []
    before, position = sealing.GENESIS, 0
    seen_known = known is None
    rows: Iterable[Any] = session.execute(
        select(Link, Transfer)
        .outerjoin(Transfer, Transfer.id == Link.transfer_id)
        .order_by(Link.position)
        .execution_options(yield_per=_BATCH, populate_existing=True)
    )
    for link, transfer in rows:
        position += 1
        if link.position != position:
            findings.append(Finding(f"link {position}", "is missing"))
            position = link.position
        if transfer is None:
            findings.append(Finding(f"transfer {link.transfer_id}", "was sealed and is gone"))
        elif sealing.digest(transfer, after=before) != link.digest:
            findings.append(Finding(f"transfer {transfer.id}", "is not what was sealed, or its place in the chain"))
        before = link.digest
        seen_known = seen_known or known == (link.position, link.digest)
    if not seen_known:
        findings.append(Finding("chain", "the head written down earlier is no longer in it"))
    transfers, sealed = (session.scalar(select(func.count()).select_from(table)) or 0 for table in (Transfer, Link))
    return transfers, sealed, before, findings
