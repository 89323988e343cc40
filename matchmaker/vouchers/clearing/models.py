"""Clearing batches (兑付批次), what is in them, and the steps of their lives."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker import clock
from matchmaker.accounts.models import Attributed, Person
from matchmaker.db import Base
from matchmaker.db.base import Fen, unchecked
from matchmaker.messages import _l
from matchmaker.vouchers.redemptions.models import Redemption


class BatchState(StrEnum):
    """Where a batch stands."""

    #: Items come and go.
    OPEN = "open"
    #: Its items and total are fixed by a hash, and the amounts are on their way.
    SEALED = "sealed"
    #: Somebody who reviewed none of its items agrees.
    APPROVED = "approved"
    #: The bank's file was made.
    EXPORTED = "exported"
    #: Everything in it was paid.
    SETTLED = "settled"
    #: Some payments failed; their redemptions are back in review.
    PARTLY_FAILED = "partly_failed"
    #: Given up before it was exported.
    DISSOLVED = "dissolved"


class Outcome(StrEnum):
    """What came of one payment."""

    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"
    #: Taken out before anything was paid.
    TAKEN_OUT = "taken_out"


STATE_LABELS = {
    BatchState.OPEN: _l("Being put together"),
    BatchState.SEALED: _l("Sealed, awaiting approval"),
    BatchState.APPROVED: _l("Approved for the bank"),
    BatchState.EXPORTED: _l("Sent to the bank"),
    BatchState.SETTLED: _l("Settled"),
    BatchState.PARTLY_FAILED: _l("Settled, some failed"),
    BatchState.DISSOLVED: _l("Dissolved"),
}

OUTCOME_LABELS = {
    Outcome.PENDING: _l("Not known yet"),
    Outcome.PAID: _l("Payment made"),
    Outcome.FAILED: _l("Payment failed"),
    Outcome.TAKEN_OUT: _l("Taken out"),
}

#: Its items hold their redemptions.
UNDER_WAY = (BatchState.OPEN, BatchState.SEALED, BatchState.APPROVED, BatchState.EXPORTED)

_IS_LIVE = text("outcome IN ('pending', 'paid')")
_IS_OPEN = text("state = 'open'")


class Batch(Base):
    """Redemptions of one district that are paid together."""

    __tablename__ = "clearing_batch"
    __table_args__ = (
        CheckConstraint(
            "state IN ('open', 'dissolved') OR (items_sha256 IS NOT NULL AND total_fen > 0 AND item_count > 0 "
            "AND sealed_by_id IS NOT NULL AND sealed_at IS NOT NULL)",
            name="sealed_has_seal",
        ),
        CheckConstraint(
            "state IN ('open', 'sealed', 'dissolved') OR (approved_by_id IS NOT NULL AND approved_at IS NOT NULL)",
            name="approved_by_somebody",
        ),
        CheckConstraint("approved_by_id <> sealed_by_id", name="two_people"),
        CheckConstraint(
            "state NOT IN ('exported', 'settled', 'partly_failed') OR exported_at IS NOT NULL", name="export_has_time"
        ),
        CheckConstraint(
            "(state IN ('settled', 'partly_failed')) = (settled_on IS NOT NULL)", name="settlement_has_day"
        ),
        CheckConstraint("length(items_sha256) = 64", name="hash_length"),
        # A district puts one batch together at a time.
        Index(
            "uq_clearing_batch_open", "district_code",
            unique=True, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN,
        ),
        Index("ix_clearing_batch_listed", "district_code", "state", "id"),
    )  # fmt: skip
    audited = frozenset(
        {"district_code", "state", "items_sha256", "total_fen", "item_count", "sealed_by_id", "approved_by_id"}
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    district_code: Mapped[str] = mapped_column(ForeignKey("district.code"))
    state: Mapped[BatchState] = mapped_column(default=BatchState.OPEN)
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: SHA-256 over the items and their total, in hexadecimal.
    items_sha256: Mapped[str | None] = mapped_column(String(64))
    total_fen: Mapped[int | None] = mapped_column(Fen)
    item_count: Mapped[int | None]
    sealed_at: Mapped[datetime | None]
    sealed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    exported_at: Mapped[datetime | None]
    settled_on: Mapped[date | None]
    #: The seeds' own name of the row.
    key: Mapped[str | None] = mapped_column(String(80), unique=True)
    items: Mapped[list["BatchItem"]] = relationship(lazy="raise", order_by="BatchItem.id", back_populates="batch")
    sealed_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[sealed_by_id])
    approved_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[approved_by_id])

    @property
    def number(self) -> str:
        """What people call it by: the year in which it was opened, and its id."""
        return f"B{clock.civil_day(self.opened_at).year}-{self.id:05d}"


class BatchItem(Base):
    """One redemption in a batch, with what came of its payment."""

    __tablename__ = "clearing_item"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        CheckConstraint("(outcome = 'failed') = (reason <> '')", name="failure_has_reason"),
        # Nothing is paid twice, whatever program asks.
        Index(
            "uq_clearing_item_live", "redemption_id",
            unique=True, sqlite_where=_IS_LIVE, postgresql_where=_IS_LIVE,
        ),
        Index("ix_clearing_item_batch", "batch_id", "id"),
    )  # fmt: skip
    audited = frozenset({"batch_id", "redemption_id", "amount_fen", "outcome"})

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("clearing_batch.id"))
    redemption_id: Mapped[int] = mapped_column(ForeignKey("redemption.id"), index=True)
    amount_fen: Mapped[int] = mapped_column(Fen)
    outcome: Mapped[Outcome] = mapped_column(default=Outcome.PENDING)
    #: Why the bank could not pay it.
    reason: Mapped[str] = mapped_column(String(200), default="")
    batch: Mapped[Batch] = relationship(lazy="raise", back_populates="items")
    redemption: Mapped[Redemption] = relationship(lazy="raise")


class BatchMove(Attributed, Base):
    """One step in the life of a batch."""

    __tablename__ = "clearing_move"
    __table_args__ = (Index("ix_clearing_move_batch", "batch_id", "id"),)
    audited = frozenset({"step", "from_state", "to_state"})

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("clearing_batch.id"))
    at: Mapped[datetime]
    step: Mapped[str] = mapped_column(String(32))
    from_state: Mapped[BatchState | None] = mapped_column(unchecked(BatchState))
    to_state: Mapped[BatchState] = mapped_column(unchecked(BatchState))
    amount_fen: Mapped[int] = mapped_column(Fen, default=0)
    reason: Mapped[str] = mapped_column(Text, default="")
