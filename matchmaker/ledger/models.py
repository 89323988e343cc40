"""Accounts, the transfers between them, and the chain of hashes that seals the transfers."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.db import Base
from matchmaker.db.base import Fen
from matchmaker.ledger import triggers


class Guard(StrEnum):
    """Which way an account's balance must never turn."""

    #: What was put in (credits) covers what is taken out or held (debits): a fund, a voucher, a quota.
    CREDIT = "credit"
    #: What was paid out (debits) covers what comes back (credits): a receivable.
    DEBIT = "debit"
    #: The world outside, which may owe or be owed any amount.
    NONE = "none"


class Phase(StrEnum):
    """What a transfer does to the balances."""

    #: Moves the amount at once.
    POST = "post"
    #: Holds the amount until it is settled or voided.
    RESERVE = "reserve"
    #: Moves all or a part of what was held, and frees the rest.
    SETTLE = "settle"
    #: Frees what was held.
    VOID = "void"


class Account(Base):
    """Where amounts are; the four sums are the triggers' work and change with a transfer only. Amounts in fen."""

    __tablename__ = "ledger_account"
    __table_args__ = (
        CheckConstraint(
            "debits_posted >= 0 AND debits_pending >= 0 AND credits_posted >= 0 AND credits_pending >= 0",
            name="sums_not_negative",
        ),
        CheckConstraint("guard != 'credit' OR debits_posted + debits_pending <= credits_posted", name="credits_cover"),
        CheckConstraint("guard != 'debit' OR credits_posted + credits_pending <= debits_posted", name="debits_cover"),
    )
    audited: ClassVar[frozenset[str]] = frozenset({"code", "guard"})

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The owner's own name of the account, such as "pool/2026/330603".
    code: Mapped[str] = mapped_column(String(160), unique=True)
    guard: Mapped[Guard]
    debits_posted: Mapped[int] = mapped_column(Fen, default=0)
    debits_pending: Mapped[int] = mapped_column(Fen, default=0)
    credits_posted: Mapped[int] = mapped_column(Fen, default=0)
    credits_pending: Mapped[int] = mapped_column(Fen, default=0)
    #: The transfer that moved the sums last, 0 before the first.
    last_transfer_id: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime]

    @property
    def posted_fen(self) -> int:
        """Credits less debits, what is only held left out."""
        return self.credits_posted - self.debits_posted

    @property
    def available_fen(self) -> int:
        """What may still be taken out: the posted balance less what is held."""
        if self.guard is Guard.DEBIT:
            return self.debits_posted - self.credits_posted - self.credits_pending
        return self.posted_fen - self.debits_pending


class Transfer(Base):
    """An amount from one account (debited) to another (credited); never changed, never removed."""

    __tablename__ = "ledger_transfer"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        CheckConstraint("debit_account_id != credit_account_id", name="two_accounts"),
        CheckConstraint("(phase IN ('settle', 'void')) = (resolves_id IS NOT NULL)", name="settles_or_voids_something"),
        CheckConstraint("reverses_id IS NULL OR phase = 'post'", name="reversal_posts"),
        # A reservation ends once; a transfer is reversed once; a key is used once.
        UniqueConstraint("resolves_id"),
        UniqueConstraint("reverses_id"),
        UniqueConstraint("key"),
        Index("ix_ledger_transfer_debit", "debit_account_id", "at", "id"),
        Index("ix_ledger_transfer_credit", "credit_account_id", "at", "id"),
        Index("ix_ledger_transfer_reference", "reference", "id"),
    )
    # The ledger is its own trail.
    is_audited: ClassVar[bool] = False

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    debit_account_id: Mapped[int] = mapped_column(ForeignKey("ledger_account.id"))
    credit_account_id: Mapped[int] = mapped_column(ForeignKey("ledger_account.id"))
    amount_fen: Mapped[int] = mapped_column(Fen)
    phase: Mapped[Phase]
    resolves_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_transfer.id"))
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_transfer.id"))
    #: Why, in the owner's words: "issue", "redeem", "expire".
    purpose: Mapped[str] = mapped_column(String(64))
    #: For which thing of the owner's, such as "redemption/81".
    reference: Mapped[str] = mapped_column(String(120))
    #: The owner's name of this very transfer, so that doing it again finds it done.
    key: Mapped[str | None] = mapped_column(String(160))
    at: Mapped[datetime]
    debit_account: Mapped[Account] = relationship(foreign_keys=[debit_account_id], lazy="raise")
    credit_account: Mapped[Account] = relationship(foreign_keys=[credit_account_id], lazy="raise")


class Link(Base):
    """A transfer's place in the chain: its hash covers the transfer and the hash before. Sealed by a job."""

    __tablename__ = "ledger_link"
    is_audited: ClassVar[bool] = False

    #: 1, 2, 3 … without a gap, in the order of sealing.
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    transfer_id: Mapped[int] = mapped_column(ForeignKey("ledger_transfer.id"), unique=True)
    #: SHA-256 in hexadecimal.
    digest: Mapped[str] = mapped_column(String(64))
    sealed_at: Mapped[datetime]


for table in (Account.__table__, Transfer.__table__, Link.__table__):
    event.listen(table, "after_create", triggers.protect)
