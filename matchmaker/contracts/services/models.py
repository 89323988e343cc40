"""Service records (服务记录): one for every service done, confirmed by the enterprise; service metrics count these."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker import clock
from matchmaker.accounts.models import Attributed, Organisation, Person
from matchmaker.catalogue.offerings.models import Offering
from matchmaker.catalogue.sheets.models import Upload
from matchmaker.contracts.agreements.models import Contract, ContractSource
from matchmaker.db import Base
from matchmaker.db.base import Fen, unchecked
from matchmaker.db.changes import Listed
from matchmaker.messages import _l


class ServiceState(StrEnum):
    """Where a record stands."""

    RECORDED = "recorded"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class PaidBy(StrEnum):
    """Who paid for a service."""

    ENTERPRISE = "enterprise"
    VOUCHER = "voucher"
    COMPLEX = "complex"
    GOVERNMENT = "government"
    FREE = "free"


STATE_LABELS = {
    ServiceState.RECORDED: _l("Awaits confirmation by the enterprise"),
    ServiceState.CONFIRMED: _l("Confirmed"),
    ServiceState.DISPUTED: _l("Disputed"),
    ServiceState.SUPERSEDED: _l("Replaced by a correction"),
    ServiceState.WITHDRAWN: _l("Taken back"),
}

PAID_BY_LABELS = {
    PaidBy.ENTERPRISE: _l("The enterprise"),
    PaidBy.VOUCHER: _l("An innovation voucher, in full"),
    PaidBy.COMPLEX: _l("The complex or institute"),
    PaidBy.GOVERNMENT: _l("Another public programme"),
    PaidBy.FREE: _l("Nobody: free of charge"),
}

#: What stands for a service that was done; the others were replaced or taken back.
STANDING = (ServiceState.RECORDED, ServiceState.CONFIRMED, ServiceState.DISPUTED)

_STANDS = text("state IN ('recorded', 'confirmed', 'disputed')")


class ServiceRecord(Listed, Base):
    """One service that a complex or institute did for one enterprise."""

    __tablename__ = "service_record"
    __table_args__ = (
        CheckConstraint("enterprise_id <> provider_id", name="two_sides"),
        CheckConstraint("(source = 'match') = (introduction_id IS NOT NULL)", name="match_has_introduction"),
        CheckConstraint("amount_fen >= 0", name="amount_not_negative"),
        CheckConstraint("(paid_by = 'free') = (amount_fen = 0)", name="free_costs_nothing"),
        CheckConstraint("paid_by <> 'voucher' OR with_voucher", name="paid_by_voucher_is_with_voucher"),
        CheckConstraint("instrument_minutes > 0", name="instrument_minutes_positive"),
        CheckConstraint("state <> 'confirmed' OR confirmed_at IS NOT NULL", name="confirming_has_instant"),
        CheckConstraint("state <> 'recorded' OR confirmed_at IS NULL", name="recorded_is_not_confirmed"),
        CheckConstraint("satisfaction BETWEEN 1 AND 5", name="satisfaction_1_to_5"),
        CheckConstraint("effect BETWEEN 1 AND 5", name="effect_1_to_5"),
        CheckConstraint(
            "confirmed_at IS NOT NULL OR (satisfaction IS NULL AND effect IS NULL)", name="rated_when_confirmed"
        ),
        # The provider's own number names one record that stands: sent twice, a spreadsheet is kept once.
        Index(
            "uq_service_record_reference", "provider_id", "reference",
            unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS,
        ),
        Index("ix_service_record_enterprise", "enterprise_id", "state", "served_on", "id"),
        Index("ix_service_record_provider", "provider_id", "state", "served_on", "id"),
        Index("ix_service_record_served_on", "served_on", "id"),
    )  # fmt: skip
    audited = frozenset(
        {
            "state", "enterprise_id", "provider_id", "contract_id", "category_code", "served_on", "amount_fen",
            "paid_by", "with_voucher", "source", "satisfaction", "effect", "supersedes_id",
        }
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The name of the form that recorded it, or of the seeds' row: sent twice, it is recorded once.
    key: Mapped[str | None] = mapped_column(String(80), unique=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id"), index=True)
    #: The introduction that led to it, by its contract or without one.
    introduction_id: Mapped[int | None] = mapped_column(ForeignKey("introduction.id"), index=True)
    offering_id: Mapped[int | None] = mapped_column(ForeignKey("offering.id"), index=True)
    source: Mapped[ContractSource]
    #: District and industry of the enterprise when this was recorded.
    district_code: Mapped[str] = mapped_column(ForeignKey("district.code"), index=True)
    industry_code: Mapped[str | None] = mapped_column(ForeignKey("industry.code"), index=True)
    #: Where the provider was then: across districts a service counts apart.
    provider_district_code: Mapped[str] = mapped_column(ForeignKey("district.code"))
    category_code: Mapped[str] = mapped_column(ForeignKey("service_category.code"), index=True)
    #: The provider's own number of it.
    reference: Mapped[str | None] = mapped_column(String(40))
    description: Mapped[str] = mapped_column(Text)
    #: The day on which it was done.
    served_on: Mapped[date]
    amount_fen: Mapped[int] = mapped_column(Fen)
    paid_by: Mapped[PaidBy]
    #: Whether an innovation voucher paid a part of it, or all.
    with_voucher: Mapped[bool] = mapped_column(default=False)
    #: How long an instrument was used.
    instrument_minutes: Mapped[int | None]

    state: Mapped[ServiceState] = mapped_column(default=ServiceState.RECORDED)
    recorded_at: Mapped[datetime]
    #: ``None`` for commands.
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None]
    #: The record that this one corrects; itself it stays as it was.
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("service_record.id"), unique=True)
    #: How content the enterprise was, and what it brought: 1 to 5.
    satisfaction: Mapped[int | None]
    effect: Mapped[int | None]
    words: Mapped[str] = mapped_column(Text, default="")
    #: Counts the changes, so that two people cannot overwrite each other unseen.
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads this class attribute by name

    enterprise: Mapped[Organisation] = relationship(lazy="raise", foreign_keys=[enterprise_id])
    provider: Mapped[Organisation] = relationship(lazy="raise", foreign_keys=[provider_id])
    contract: Mapped[Contract | None] = relationship(lazy="raise")
    offering: Mapped[Offering | None] = relationship(lazy="raise")
    recorded_by: Mapped[Person | None] = relationship(lazy="raise")

    @property
    def number(self) -> str:
        """What people call it by: the year in which it was recorded, and its id."""
        return f"S{clock.civil_day(self.recorded_at).year}-{self.id:06d}"

    @property
    def stands(self) -> bool:
        """Whether it was neither replaced nor taken back."""
        return self.state in STANDING

    @property
    def is_rated(self) -> bool:
        """Whether the enterprise said how it was."""
        return self.satisfaction is not None


class ServiceMove(Attributed, Base):
    """One step of a service record, with who took it and what they said."""

    __tablename__ = "service_move"
    __table_args__ = (Index("ix_service_move_record", "record_id", "id"),)
    audited = frozenset({"from_state", "to_state"})

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("service_record.id"))
    at: Mapped[datetime]
    #: ``None`` for its beginning.
    from_state: Mapped[ServiceState | None] = mapped_column(unchecked(ServiceState))
    to_state: Mapped[ServiceState]
    words: Mapped[str] = mapped_column(Text, default="")


class ServiceUpload(Upload):
    """A spreadsheet of services."""

    __tablename__ = "service_upload"
