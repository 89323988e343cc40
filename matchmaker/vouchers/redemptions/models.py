"""Redemptions (兑付申请), the evidence for them, the steps of their lives, and objections to their public notice."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, event, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker import clock
from matchmaker.accounts.models import Attributed, Organisation, Person
from matchmaker.contracts.agreements.models import Contract
from matchmaker.db import Base, changes
from matchmaker.db.base import Fen, unchecked
from matchmaker.files.models import StoredFile
from matchmaker.messages import _l
from matchmaker.vouchers.models import Use, Voucher
from matchmaker.vouchers.schemes.models import Scheme
from matchmaker.vouchers.schemes.rules import EvidenceKind, Payee


class RedemptionState(StrEnum):
    """Where a redemption stands."""

    DRAFT = "draft"
    #: 兑付申请.
    FILED = "filed"
    #: 退回: given back to be changed.
    RETURNED = "returned"
    #: The first reviewer agrees.
    REVIEWED = "reviewed"
    #: The second reviewer agrees; the amount has left the voucher.
    APPROVED = "approved"
    #: 公示: anybody may object.
    PUBLIC = "public"
    #: To be paid with the next batch.
    PAYABLE = "payable"
    #: 批次: in a batch.
    BATCHED = "batched"
    #: 已拨付.
    PAID = "paid"
    #: The bank could not pay it; it is back in review.
    FAILED = "failed"
    REJECTED = "rejected"
    #: Given up by the enterprise.
    WITHDRAWN = "withdrawn"
    #: 追回: paid, and taken back.
    CLAWED_BACK = "clawed_back"


STATE_LABELS = {
    RedemptionState.DRAFT: _l("Claim being written"),
    RedemptionState.FILED: _l("Filed, awaiting review"),
    RedemptionState.RETURNED: _l("Returned to be corrected"),
    RedemptionState.REVIEWED: _l("Reviewed once"),
    RedemptionState.APPROVED: _l("Claim approved"),
    RedemptionState.PUBLIC: _l("On public notice"),
    RedemptionState.PAYABLE: _l("To be paid"),
    RedemptionState.BATCHED: _l("In a batch"),
    RedemptionState.PAID: _l("Paid out"),
    RedemptionState.FAILED: _l("Payment failed, in review again"),
    RedemptionState.REJECTED: _l("Claim rejected"),
    RedemptionState.WITHDRAWN: _l("Claim withdrawn"),
    RedemptionState.CLAWED_BACK: _l("Clawed back"),
}

#: Written by the enterprise.
EDITABLE = (RedemptionState.DRAFT, RedemptionState.RETURNED)
#: Awaits the first reviewer, or the second.
FIRST_REVIEW = (RedemptionState.FILED, RedemptionState.FAILED)
IN_REVIEW = (*FIRST_REVIEW, RedemptionState.REVIEWED)
#: After these another claim may be made for the same use, and with the same invoices.
GIVEN_UP = (RedemptionState.REJECTED, RedemptionState.WITHDRAWN)
#: Nothing follows.
OVER = (*GIVEN_UP, RedemptionState.CLAWED_BACK)
#: The amount has left the voucher.
SETTLED = (
    RedemptionState.APPROVED,
    RedemptionState.PUBLIC,
    RedemptionState.PAYABLE,
    RedemptionState.BATCHED,
    RedemptionState.PAID,
    RedemptionState.CLAWED_BACK,
)

_ALIVE = text("state NOT IN ('rejected', 'withdrawn', 'clawed_back')")
_IS_OPEN = text("answered_at IS NULL")


class Redemption(changes.Followed, Base):
    """A claim for one use of a voucher."""

    __tablename__ = "redemption"
    __table_args__ = (
        CheckConstraint("claimed_fen > 0", name="claimed_positive"),
        CheckConstraint("approved_fen BETWEEN 1 AND claimed_fen", name="approved_within_claim"),
        CheckConstraint(
            "state NOT IN ('approved', 'public', 'payable', 'batched', 'paid', 'clawed_back') "
            "OR (approved_fen IS NOT NULL AND first_reviewed_by_id IS NOT NULL AND approved_by_id IS NOT NULL)",
            name="approved_by_two",
        ),
        CheckConstraint("state <> 'reviewed' OR first_reviewed_by_id IS NOT NULL", name="reviewed_by_somebody"),
        # Four eyes, twice: whoever files, reviews and approves are three people.
        CheckConstraint("first_reviewed_by_id <> filed_by_id", name="applicant_does_not_review"),
        CheckConstraint("approved_by_id <> filed_by_id", name="applicant_does_not_approve"),
        CheckConstraint("approved_by_id <> first_reviewed_by_id", name="two_reviewers"),
        CheckConstraint("(public_from IS NULL) = (public_until IS NULL)", name="notice_has_both_days"),
        CheckConstraint("state <> 'public' OR public_until IS NOT NULL", name="notice_has_days"),
        CheckConstraint("state IN ('draft', 'withdrawn') OR filed_at IS NOT NULL", name="filed_has_instant"),
        CheckConstraint("(filed_at IS NULL) = (filed_by_id IS NULL)", name="filed_by_somebody"),
        CheckConstraint("(state IN ('paid', 'clawed_back')) = (paid_on IS NOT NULL)", name="paid_has_day"),
        CheckConstraint("recall_by_id IS NULL OR recall_reason <> ''", name="recall_has_reason"),
        # One claim at a time for a use.
        Index("uq_redemption_use_alive", "use_id", unique=True, sqlite_where=_ALIVE, postgresql_where=_ALIVE),
        Index("ix_redemption_queue", "state", "district_code", "filed_at", "id"),
        Index("ix_redemption_enterprise", "enterprise_id", "id"),
        Index("ix_redemption_provider", "provider_id", "id"),
        Index("ix_redemption_notice", "state", "public_until", "id"),
    )
    audited = frozenset(
        {
            "use_id", "voucher_id", "enterprise_id", "provider_id", "state", "claimed_fen", "approved_fen",
            "first_reviewed_by_id", "approved_by_id", "assignee_id", "public_until", "paid_on", "recall_by_id",
        }
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    use_id: Mapped[int] = mapped_column(ForeignKey("voucher_use.id"), index=True)
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), index=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), index=True)
    #: The version of the rules by which it was judged last.
    scheme_id: Mapped[int] = mapped_column(ForeignKey("scheme.id"), index=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    #: The enterprise's district, whose bureau reviews it and whose pool pays.
    district_code: Mapped[str] = mapped_column(ForeignKey("district.code"))
    state: Mapped[RedemptionState] = mapped_column(default=RedemptionState.DRAFT)
    claimed_fen: Mapped[int] = mapped_column(Fen)
    approved_fen: Mapped[int | None] = mapped_column(Fen)
    #: What the enterprise adds.
    words: Mapped[str] = mapped_column(Text, default="")
    # To whom it is paid, as the claim says it; the number is shown masked.
    payee: Mapped[Payee]
    payee_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    payee_name: Mapped[str] = mapped_column(String(120), default="")
    payee_bank: Mapped[str] = mapped_column(String(120), default="")
    payee_account: Mapped[str] = mapped_column(String(40), default="")
    created_at: Mapped[datetime]
    #: The first filing: in time, it keeps the amount held though the voucher expires.
    filed_at: Mapped[datetime | None]
    filed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    first_reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None]
    #: The days of the public notice, both inclusive, and the amount that was noticed.
    public_from: Mapped[date | None]
    public_until: Mapped[date | None]
    noticed_fen: Mapped[int | None] = mapped_column(Fen)
    payable_at: Mapped[datetime | None]
    paid_on: Mapped[date | None]
    #: Who asks for the money back; a second person takes it back.
    recall_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recall_reason: Mapped[str] = mapped_column(Text, default="")
    #: The form's or the seeds' own name of the row: sent twice, it is written once.
    key: Mapped[str | None] = mapped_column(String(80), unique=True)
    use: Mapped[Use] = relationship(lazy="raise")
    voucher: Mapped[Voucher] = relationship(lazy="raise")
    contract: Mapped[Contract] = relationship(lazy="raise")
    scheme: Mapped[Scheme] = relationship(lazy="raise")
    enterprise: Mapped[Organisation] = relationship(lazy="raise", foreign_keys=[enterprise_id])
    provider: Mapped[Organisation] = relationship(lazy="raise", foreign_keys=[provider_id])
    assignee: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[assignee_id])
    evidence: Mapped[list["Evidence"]] = relationship(lazy="raise", order_by="Evidence.id", back_populates="redemption")

    @property
    def number(self) -> str:
        """What people call it by: the year in which it was written, and its id."""
        return f"R{clock.civil_day(self.created_at).year}-{self.id:06d}"

    @property
    def reference(self) -> str:
        """What the ledger's transfers call it."""
        return f"redemption/{self.id}"

    @property
    def organisation_id(self) -> int:
        """Whose thing it is, for the trail."""
        return self.enterprise_id

    @property
    def is_editable(self) -> bool:
        """Whether its enterprise may write in it."""
        return self.state in EDITABLE

    @property
    def amount_fen(self) -> int:
        """What is to be paid: approved, and before that claimed."""
        return self.claimed_fen if self.approved_fen is None else self.approved_fen

    @property
    def masked_account(self) -> str:
        """The account's last digits."""
        return f"•••• {self.payee_account[-4:]}" if self.payee_account else ""


class Evidence(Base):
    """A file that shows something of a claim; an invoice with its number, by which it is known anywhere."""

    __tablename__ = "redemption_evidence"
    __table_args__ = (
        CheckConstraint("kind = 'invoice' OR invoice_key IS NULL", name="invoices_have_numbers"),
        CheckConstraint("kind = 'invoice' OR invoice_amount_fen IS NULL", name="invoices_have_amounts"),
        CheckConstraint("invoice_amount_fen > 0", name="invoice_amount_positive"),
        CheckConstraint("held_key IS NULL OR held_key = invoice_key", name="held_is_its_own"),
        # One invoice, one claim, over all enterprises.
        UniqueConstraint("held_key"),
        Index("ix_redemption_evidence_redemption", "redemption_id", "id"),
    )
    audited = frozenset({"redemption_id", "kind", "file_id", "invoice_key", "invoice_amount_fen", "held_key"})

    id: Mapped[int] = mapped_column(primary_key=True)
    redemption_id: Mapped[int] = mapped_column(ForeignKey("redemption.id"))
    kind: Mapped[EvidenceKind]
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)
    #: What the file was called by whoever sent it.
    name: Mapped[str] = mapped_column(String(160))
    #: 发票代码, of invoices that have one, and 发票号码: as typed, without blanks.
    invoice_code: Mapped[str] = mapped_column(String(20), default="")
    invoice_number: Mapped[str] = mapped_column(String(20), default="")
    #: Code and number in one spelling.
    invoice_key: Mapped[str | None] = mapped_column(String(40), index=True)
    #: The same while the claim stands, so that nobody else can claim with it.
    held_key: Mapped[str | None] = mapped_column(String(40))
    invoice_amount_fen: Mapped[int | None] = mapped_column(Fen)
    #: The day that stands on it.
    issued_on: Mapped[date | None]
    sent_at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    file: Mapped[StoredFile] = relationship(lazy="raise")
    redemption: Mapped[Redemption] = relationship(lazy="raise", back_populates="evidence")


class RedemptionMove(Attributed, Base):
    """One step in the life of a redemption, with who took it, by which version of the rules, and why."""

    __tablename__ = "redemption_move"
    __table_args__ = (
        Index("ix_redemption_move_redemption", "redemption_id", "id"),
        Index("ix_redemption_move_person", "person_id", "redemption_id"),
    )
    audited = frozenset({"step", "from_state", "to_state"})

    id: Mapped[int] = mapped_column(primary_key=True)
    redemption_id: Mapped[int] = mapped_column(ForeignKey("redemption.id"))
    at: Mapped[datetime]
    step: Mapped[str] = mapped_column(String(32))
    from_state: Mapped[RedemptionState | None] = mapped_column(unchecked(RedemptionState))
    to_state: Mapped[RedemptionState] = mapped_column(unchecked(RedemptionState))
    scheme_id: Mapped[int] = mapped_column(ForeignKey("scheme.id"))
    amount_fen: Mapped[int] = mapped_column(Fen, default=0)
    reason: Mapped[str] = mapped_column(Text, default="")
    #: Remarks by field, of returns.
    comments: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Objection(Base):
    """What somebody says against a redemption on public notice, and what the bureau answers."""

    __tablename__ = "redemption_objection"
    __table_args__ = (
        CheckConstraint("(answered_at IS NULL) = (is_upheld IS NULL)", name="answer_is_yes_or_no"),
        CheckConstraint("answered_at IS NULL OR answer <> ''", name="answer_has_words"),
        CheckConstraint("answered_by_id <> person_id", name="answered_by_somebody_else"),
        Index("ix_redemption_objection_redemption", "redemption_id", "id"),
        Index("ix_redemption_objection_open", "redemption_id", sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
    )
    audited = frozenset({"redemption_id", "is_upheld"})

    id: Mapped[int] = mapped_column(primary_key=True)
    redemption_id: Mapped[int] = mapped_column(ForeignKey("redemption.id"))
    at: Mapped[datetime]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    words: Mapped[str] = mapped_column(Text)
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[str] = mapped_column(Text, default="")
    is_upheld: Mapped[bool | None]
    person: Mapped[Person] = relationship(lazy="raise", foreign_keys=[person_id])
    organisation: Mapped[Organisation | None] = relationship(lazy="raise")
    redemption: Mapped[Redemption] = relationship(lazy="raise")


class Recusal(Base):
    """回避: a reviewer who says that they are not impartial on a claim, why, and to whom it went; never changed."""

    __tablename__ = "redemption_recusal"
    __table_args__ = (
        UniqueConstraint("redemption_id", "person_id"),
        CheckConstraint("reason <> ''", name="has_reason"),
        CheckConstraint("passed_to_id <> person_id", name="passed_to_another"),
    )
    audited = frozenset({"redemption_id", "person_id", "passed_to_id"})

    id: Mapped[int] = mapped_column(primary_key=True)
    redemption_id: Mapped[int] = mapped_column(ForeignKey("redemption.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
    #: Who was asked to see to it instead.
    passed_to_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    person: Mapped[Person] = relationship(lazy="raise", foreign_keys=[person_id])
    passed_to: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[passed_to_id])


event.listen(Redemption.__table__, "after_create", changes.follow)
