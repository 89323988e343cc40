"""Vouchers (创新券), their uses under contracts (使用登记), and the steps of both lives."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.accounts.models import Attributed, Organisation
from matchmaker.accounts.registration.models import EnterpriseType
from matchmaker.contracts.agreements.models import Contract
from matchmaker.db import Base, changes
from matchmaker.db.base import Fen, unchecked
from matchmaker.ledger.models import Account, Transfer
from matchmaker.messages import _l
from matchmaker.vouchers.schemes.models import Scheme


class VoucherState(StrEnum):
    """Where a voucher stands."""

    #: 申领: asked for.
    APPLIED = "applied"
    #: Given back to the applicant to be changed.
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"
    #: 区县审核: the first reviewer agrees.
    DISTRICT_APPROVED = "district_approved"
    #: 已发放: the second reviewer agrees, and the amount is on it.
    ISSUED = "issued"
    #: 用完: all of it was used.
    EXHAUSTED = "exhausted"
    #: 到期: its last day has passed.
    EXPIRED = "expired"
    #: 退券: the enterprise gave the rest back.
    HANDED_BACK = "handed_back"
    #: 作废: the bureau took the rest back.
    REVOKED = "revoked"


class UseState(StrEnum):
    """Where a use of a voucher stands."""

    #: 使用登记: the amount is held.
    RESERVED = "reserved"
    #: 服务完成.
    SERVED = "served"
    #: 兑付申请: a claim for it has been filed.
    CLAIMED = "claimed"
    #: The claim was approved, and the amount has left the voucher.
    SETTLED = "settled"
    #: Given up, refused or taken back; the amount is free again.
    RELEASED = "released"


class RegionPair(StrEnum):
    """Whether the enterprise and the provider are of the scheme's own region (跨区通用通兑)."""

    LOCAL_LOCAL = "local_local"
    LOCAL_OUTSIDE = "local_outside"
    OUTSIDE_LOCAL = "outside_local"
    OUTSIDE_OUTSIDE = "outside_outside"


VOUCHER_LABELS = {
    VoucherState.APPLIED: _l("Applied for"),
    VoucherState.RETURNED: _l("Returned to be changed"),
    VoucherState.WITHDRAWN: _l("Application withdrawn"),
    VoucherState.REJECTED: _l("Not granted"),
    VoucherState.DISTRICT_APPROVED: _l("Reviewed once"),
    VoucherState.ISSUED: _l("Issued"),
    VoucherState.EXHAUSTED: _l("Used up"),
    VoucherState.EXPIRED: _l("Past its day"),
    VoucherState.HANDED_BACK: _l("Handed back"),
    VoucherState.REVOKED: _l("Revoked"),
}

USE_LABELS = {
    UseState.RESERVED: _l("Amount held"),
    UseState.SERVED: _l("Service done"),
    UseState.CLAIMED: _l("Claimed"),
    UseState.SETTLED: _l("Approved for payment"),
    UseState.RELEASED: _l("Given up"),
}

PAIR_LABELS = {
    RegionPair.LOCAL_LOCAL: _l("Both of this region"),
    RegionPair.LOCAL_OUTSIDE: _l("Enterprise of this region, provider from outside"),
    RegionPair.OUTSIDE_LOCAL: _l("Enterprise from outside, provider of this region"),
    RegionPair.OUTSIDE_OUTSIDE: _l("Both from outside"),
}

#: Issued at some time: these have an account.
ONCE_ISSUED = (
    VoucherState.ISSUED,
    VoucherState.EXHAUSTED,
    VoucherState.EXPIRED,
    VoucherState.HANDED_BACK,
    VoucherState.REVOKED,
)
#: Asked for and not decided yet.
WAITING = (VoucherState.APPLIED, VoucherState.DISTRICT_APPROVED)
#: Uses that hold an amount of their voucher.
HOLDING = (UseState.RESERVED, UseState.SERVED, UseState.CLAIMED)


class Voucher(changes.Followed, Base):
    """One voucher of an enterprise, from its application on; its amount is an account of the ledger."""

    __tablename__ = "voucher"
    __table_args__ = (
        UniqueConstraint("number"),
        UniqueConstraint("account_id"),
        CheckConstraint("face_fen > 0", name="face_positive"),
        CheckConstraint(
            "(state IN ('issued', 'exhausted', 'expired', 'handed_back', 'revoked')) = (account_id IS NOT NULL)",
            name="issued_has_account",
        ),
        CheckConstraint("(account_id IS NULL) = (issued_at IS NULL)", name="issued_has_instant"),
        CheckConstraint("(account_id IS NULL) = (use_by IS NULL)", name="issued_has_last_day"),
        # Four eyes, twice: whoever applies, checks and issues are three people.
        CheckConstraint("reviewed_by_id IS NULL OR reviewed_by_id <> applied_by_id", name="applicant_is_no_reviewer"),
        CheckConstraint("issued_by_id IS NULL OR issued_by_id <> applied_by_id", name="applicant_does_not_issue"),
        CheckConstraint("issued_by_id IS NULL OR issued_by_id <> reviewed_by_id", name="two_reviewers"),
        CheckConstraint("is_suspended = (suspended_reason <> '')", name="suspension_has_reason"),
        CheckConstraint("revenue_fen >= 0 AND revenue_before_fen >= 0", name="revenue_not_negative"),
        CheckConstraint("staff >= 0", name="staff_not_negative"),
        Index("ix_voucher_enterprise", "enterprise_id", "state", "id"),
        Index("ix_voucher_district", "district_code", "state", "applied_at", "id"),
        Index("ix_voucher_scheme_issued", "scheme_id", "issued_at"),
        Index("ix_voucher_last_day", "state", "use_by", "id"),
    )
    audited = frozenset(
        {"number", "scheme_id", "enterprise_id", "district_code", "state", "is_suspended", "face_fen", "use_by"}
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: What people call it; its middle cannot be guessed and its last character checks the others.
    number: Mapped[str] = mapped_column(String(32))
    #: The version of the rules by which it was judged last.
    scheme_id: Mapped[int] = mapped_column(ForeignKey("scheme.id"))
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    #: The enterprise's district, from whose pool it comes and whose bureau reviews it.
    district_code: Mapped[str] = mapped_column(ForeignKey("district.code"))
    #: The enterprise's industry when it applied.
    industry_code: Mapped[str | None] = mapped_column(ForeignKey("industry.code"))
    state: Mapped[VoucherState] = mapped_column(default=VoucherState.APPLIED)
    #: 暂停: nothing new may be done with it, whatever its state.
    is_suspended: Mapped[bool] = mapped_column(default=False)
    suspended_reason: Mapped[str] = mapped_column(Text, default="")
    #: Asked for, and from its issue on what was put on it.
    face_fen: Mapped[int] = mapped_column(Fen)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_account.id"))
    #: Its last day.
    use_by: Mapped[date | None]
    # What the enterprise states of itself, as the reviewers judged it. Figures are told by the first of its types.
    enterprise_type: Mapped[EnterpriseType | None]
    staff: Mapped[int | None]
    revenue_fen: Mapped[int | None] = mapped_column(Fen)
    revenue_before_fen: Mapped[int | None] = mapped_column(Fen)
    purpose: Mapped[str] = mapped_column(Text, default="")
    category_code: Mapped[str | None] = mapped_column(ForeignKey("service_category.code"))
    need_id: Mapped[int | None] = mapped_column(ForeignKey("need.id"), index=True)
    introduction_id: Mapped[int | None] = mapped_column(ForeignKey("introduction.id"), index=True)
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id"), index=True)
    applied_at: Mapped[datetime]
    applied_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    issued_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    #: The last day of which its enterprise was reminded.
    reminded_of: Mapped[date | None]
    #: The seeds' own name of the row.
    key: Mapped[str | None] = mapped_column(String(64), unique=True)
    scheme: Mapped[Scheme] = relationship(lazy="raise")
    enterprise: Mapped[Organisation] = relationship(lazy="raise")
    account: Mapped[Account | None] = relationship(lazy="raise")

    @property
    def was_issued(self) -> bool:
        """Whether money was ever on it."""
        return self.account_id is not None

    def is_due_to_expire(self, on: date) -> bool:
        """Whether its last day was before ``on`` and it stands open still."""
        return self.state is VoucherState.ISSUED and self.use_by is not None and self.use_by < on

    @property
    def organisation_id(self) -> int:
        """Whose thing it is, for the trail."""
        return self.enterprise_id


class VoucherMove(Attributed, Base):
    """One step in the life of a voucher, with who took it, by which version of the rules, and why."""

    __tablename__ = "voucher_move"
    __table_args__ = (Index("ix_voucher_move_voucher", "voucher_id", "id"),)
    audited = frozenset({"step", "from_state", "to_state"})

    id: Mapped[int] = mapped_column(primary_key=True)
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"))
    at: Mapped[datetime]
    step: Mapped[str] = mapped_column(String(32))
    from_state: Mapped[VoucherState | None] = mapped_column(unchecked(VoucherState))
    to_state: Mapped[VoucherState]
    scheme_id: Mapped[int] = mapped_column(ForeignKey("scheme.id"))
    #: What moved by it in the ledger, 0 for steps that move nothing.
    amount_fen: Mapped[int] = mapped_column(Fen, default=0)
    reason: Mapped[str] = mapped_column(Text, default="")


class Use(Base):
    """A part of a voucher held for one service under a contract, worked out by one version of the rules."""

    __tablename__ = "voucher_use"
    __table_args__ = (
        UniqueConstraint("reservation_id"),
        UniqueConstraint("quota_reservation_id"),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        CheckConstraint("amount_fen <= service_amount_fen", name="no_more_than_the_service"),
        CheckConstraint("rate_bp BETWEEN 1 AND 10000", name="rate_is_a_share"),
        CheckConstraint("(state = 'settled') = (settled_fen IS NOT NULL)", name="settled_has_amount"),
        CheckConstraint("settled_fen BETWEEN 1 AND amount_fen", name="settled_within_what_was_held"),
        CheckConstraint("state NOT IN ('served', 'claimed', 'settled') OR served_on IS NOT NULL", name="has_day"),
        Index("ix_voucher_use_voucher", "voucher_id", "state", "id"),
        Index("ix_voucher_use_contract", "contract_id", "state", "id"),
    )
    audited = frozenset({"voucher_id", "contract_id", "state", "amount_fen", "settled_fen"})

    id: Mapped[int] = mapped_column(primary_key=True)
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"))
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    #: The version of the rules by which the amount was worked out.
    scheme_id: Mapped[int] = mapped_column(ForeignKey("scheme.id"))
    category_code: Mapped[str] = mapped_column(ForeignKey("service_category.code"))
    region_pair: Mapped[RegionPair]
    #: What the service costs, and the part of it that the voucher takes over.
    service_amount_fen: Mapped[int] = mapped_column(Fen)
    rate_bp: Mapped[int]
    amount_fen: Mapped[int] = mapped_column(Fen)
    #: What the reviewers approved of it; the rest went back to the voucher.
    settled_fen: Mapped[int | None] = mapped_column(Fen)
    #: The reservation that holds it now (or held it last), and the one on the category's own quota.
    reservation_id: Mapped[int] = mapped_column(ForeignKey("ledger_transfer.id"))
    quota_reservation_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_transfer.id"))
    state: Mapped[UseState] = mapped_column(default=UseState.RESERVED)
    description: Mapped[str] = mapped_column(Text, default="")
    registered_at: Mapped[datetime]
    registered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    served_on: Mapped[date | None]
    #: The seeds' own name of the row.
    key: Mapped[str | None] = mapped_column(String(64), unique=True)
    voucher: Mapped[Voucher] = relationship(lazy="raise")
    contract: Mapped[Contract] = relationship(lazy="raise")
    scheme: Mapped[Scheme] = relationship(lazy="raise")
    reservation: Mapped[Transfer] = relationship(lazy="raise", foreign_keys=[reservation_id])

    @property
    def reference(self) -> str:
        """What the ledger's transfers call it."""
        return f"use/{self.id}"


class UseMove(Attributed, Base):
    """One step in the life of a use."""

    __tablename__ = "voucher_use_move"
    __table_args__ = (Index("ix_voucher_use_move_use", "use_id", "id"),)
    audited = frozenset({"step", "from_state", "to_state"})

    id: Mapped[int] = mapped_column(primary_key=True)
    use_id: Mapped[int] = mapped_column(ForeignKey("voucher_use.id"))
    at: Mapped[datetime]
    step: Mapped[str] = mapped_column(String(32))
    from_state: Mapped[UseState | None] = mapped_column(unchecked(UseState))
    to_state: Mapped[UseState]
    amount_fen: Mapped[int] = mapped_column(Fen, default=0)
    reason: Mapped[str] = mapped_column(Text, default="")
    #: Also what lets a use and its first step be written in one go, in the right order.
    use: Mapped[Use] = relationship(lazy="raise")


event.listen(Voucher.__table__, "after_create", changes.follow)
