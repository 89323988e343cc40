"""Balances and statements, now and at any time past. Reads only."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from matchmaker.db.numbers import following
from matchmaker.ledger.models import Account, Phase, Transfer

_MOVES = (Phase.POST, Phase.SETTLE)


@dataclass(frozen=True, slots=True)
class Balance:
    """What an account held at an instant, in fen."""

    debits_posted: int
    debits_pending: int
    credits_posted: int
    credits_pending: int

    @property
    def posted_fen(self) -> int:
        """Credits less debits."""
        return self.credits_posted - self.debits_posted


@dataclass(frozen=True, slots=True)
class Line:
    """One transfer as an account's statement shows it: what it added (or took), and the balance after it."""

    transfer: Transfer
    change_fen: int
    held_fen: int
    balance_fen: int


@dataclass(frozen=True, slots=True)
class Statement:
    """An account's transfers in a period, between the balances before and after it."""

    opening_fen: int
    lines: list[Line]
    closing_fen: int


def account_by_code(code: str) -> Select[Account]:
    """The account called ``code``."""
    return select(Account).where(Account.code == code)


def transfers_of(account: Account) -> Select[Transfer]:
    """Every transfer that touches the account, oldest first."""
    return (
        select(Transfer)
        .where(or_(Transfer.debit_account_id == account.id, Transfer.credit_account_id == account.id))
        .order_by(Transfer.at, Transfer.id)
    )


def transfers_for(reference: str) -> Select[Transfer]:
    """Every transfer made for one thing of the owner's, oldest first."""
    return select(Transfer).where(Transfer.reference == reference).order_by(Transfer.id)


def sums(*conditions: ColumnElement[bool], column: str) -> Select[int, int, int]:
    """The posted and pending sums by account, recomputed from transfers; ``column`` names the side."""
    held = aliased(Transfer)
    side = getattr(Transfer, column)
    posted = func.coalesce(func.sum(case((Transfer.phase.in_(_MOVES), Transfer.amount_fen), else_=0)), 0)
    pending = func.coalesce(
        func.sum(
            case(
                (Transfer.phase == Phase.RESERVE, Transfer.amount_fen),
                (Transfer.resolves_id.is_not(None), -held.amount_fen),
                else_=0,
            )
        ),
        0,
    )
    return (
        select(side, posted, pending).outerjoin(held, held.id == Transfer.resolves_id).where(*conditions).group_by(side)
    )


def balance_at(session: Session, account: Account, instant: datetime) -> Balance:
    """Return what the account held at the end of ``instant``, recomputed from its transfers."""
    found = []
    for column in ("debit_account_id", "credit_account_id"):
        conditions = (getattr(Transfer, column) == account.id, Transfer.at <= instant)
        row = session.execute(sums(*conditions, column=column)).one_or_none()
        found += [int(row[1]), int(row[2])] if row else [0, 0]
    return Balance(*found)


def next_number(dialect: str) -> ColumnElement[int]:
    """Return a column that draws a transfer's number, for whoever writes it later in the same transaction."""
    return following(dialect, Transfer)


def statement(session: Session, account: Account, *, since: datetime, until: datetime) -> Statement:
    """Return the account's transfers from ``since`` on and before ``until``, with running posted balances."""
    before = [
        sum(
            row[1]
            for row in session.execute(
                sums(getattr(Transfer, column) == account.id, Transfer.at < since, column=column)
            )
        )
        for column in ("debit_account_id", "credit_account_id")
    ]
    balance = opening = int(before[1]) - int(before[0])
    held = aliased(Transfer)
    rows = session.execute(
        transfers_of(account)
        .where(Transfer.at >= since, Transfer.at < until)
        .outerjoin(held, held.id == Transfer.resolves_id)
        .add_columns(held.amount_fen)
    )
    lines = []
    for transfer, freed in rows:
        sign = 1 if transfer.credit_account_id == account.id else -1
        change = sign * transfer.amount_fen if transfer.phase in _MOVES else 0
        holds = transfer.amount_fen if transfer.phase is Phase.RESERVE else -(freed or 0)
        balance += change
        lines.append(Line(transfer, change, holds, balance))
    return Statement(opening, lines, balance)
