"""Offerings (服务/技术成果/仪器/专家团队) of complexes and institutes."""

from collections.abc import Collection
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship, validates

from matchmaker.catalogue.models import FormerText, Posting
from matchmaker.catalogue.offerings import hours
from matchmaker.db import Base
from matchmaker.db.base import Fen
from matchmaker.messages import _l


class OfferingState(StrEnum):
    """Where an offering stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"


class OfferingKind(StrEnum):
    """What is on offer."""

    SERVICE = "service"
    RESULT = "result"
    INSTRUMENT = "instrument"
    EXPERT_TEAM = "expert_team"


class PriceUnit(StrEnum):
    """What the price is for."""

    PROJECT = "project"
    SAMPLE = "sample"
    HOUR = "hour"
    DAY = "day"
    PERSON = "person"
    YEAR = "year"


class Reach(StrEnum):
    """Which region is served."""

    DISTRICTS = "districts"
    CITY = "city"
    BEYOND = "beyond"


class IpStatus(StrEnum):
    """What protects a technical result (知识产权状态)."""

    GRANTED = "granted"
    APPLIED = "applied"
    SOFTWARE = "software"
    KNOW_HOW = "know_how"
    NONE = "none"


class TransferMode(StrEnum):
    """How a technical result changes hands (转化方式)."""

    ASSIGNMENT = "assignment"
    EXCLUSIVE_LICENCE = "exclusive_licence"
    LICENCE = "licence"
    EQUITY = "equity"
    JOINT = "joint"
    OPEN = "open"


class Cooperation(StrEnum):
    """How an expert team works with an enterprise (合作方式)."""

    CONSULTING = "consulting"
    COMMISSIONED = "commissioned"
    JOINT = "joint"
    ON_SITE = "on_site"
    TRAINING = "training"


STATE_LABELS = {
    OfferingState.DRAFT: _l("Draft"),
    OfferingState.PUBLISHED: _l("Published"),
    OfferingState.CLOSED: _l("Closed"),
}

KIND_LABELS = {
    OfferingKind.SERVICE: _l("Service"),
    OfferingKind.RESULT: _l("Technical result"),
    OfferingKind.INSTRUMENT: _l("Instrument"),
    OfferingKind.EXPERT_TEAM: _l("Expert team"),
}

UNIT_LABELS = {
    PriceUnit.PROJECT: _l("per project"),
    PriceUnit.SAMPLE: _l("per sample"),
    PriceUnit.HOUR: _l("per hour"),
    PriceUnit.DAY: _l("per day"),
    PriceUnit.PERSON: _l("per person"),
    PriceUnit.YEAR: _l("per year"),
}

REACH_LABELS = {
    Reach.CITY: _l("The whole city"),
    Reach.BEYOND: _l("The city and beyond"),
    Reach.DISTRICTS: _l("Some districts only"),
}

IP_LABELS = {
    IpStatus.GRANTED: _l("Patent granted"),
    IpStatus.APPLIED: _l("Patent applied for"),
    IpStatus.SOFTWARE: _l("Software copyright"),
    IpStatus.KNOW_HOW: _l("Know-how, kept secret"),
    IpStatus.NONE: _l("Not protected"),
}

TRANSFER_LABELS = {
    TransferMode.ASSIGNMENT: _l("Assignment"),
    TransferMode.EXCLUSIVE_LICENCE: _l("Exclusive licence"),
    TransferMode.LICENCE: _l("Licence"),
    TransferMode.EQUITY: _l("For shares in the enterprise"),
    TransferMode.JOINT: _l("Put to use together"),
    TransferMode.OPEN: _l("To be agreed"),
}

COOPERATION_LABELS = {
    Cooperation.CONSULTING: _l("Consulting"),
    Cooperation.COMMISSIONED: _l("Commissioned development"),
    Cooperation.JOINT: _l("Joint development"),
    Cooperation.ON_SITE: _l("Work on site"),
    Cooperation.TRAINING: _l("Training"),
}


class OfferingDistrict(Base):
    """A district that an offering serves; rows exist only where it serves some districts alone."""

    __tablename__ = "offering_district"

    offering_id: Mapped[int] = mapped_column(ForeignKey("offering.id", ondelete="CASCADE"), primary_key=True)
    district_code: Mapped[str] = mapped_column(ForeignKey("district.code"), primary_key=True, index=True)


class FormerOffering(FormerText, Base):
    """What an offering said before it was rewritten."""

    __tablename__ = "offering_former_text"
    posting_table = "offering"
    audited = frozenset({"number"})


class Offering(Posting, Base):
    """One thing that a complex or institute does for enterprises."""

    __tablename__ = "offering"
    audited = frozenset(
        {"state", "kind", "valid_from", "valid_until", "paused_at", "confirmed_at", "asked_at", "is_sunk"}
    )
    former = FormerOffering
    checks = (
        ("price_not_negative", "price_min_fen >= 0"),
        ("price_range", "price_max_fen >= price_min_fen"),
        ("delivery_positive", "delivery_days > 0"),
        ("trl_1_to_9", "trl BETWEEN 1 AND 9"),
        ("instrument_has_model", "kind <> 'instrument' OR model <> ''"),
        ("validity", "valid_until >= valid_from"),
        ("paused_while_published", "paused_at IS NULL OR state = 'published'"),
        ("sunk_after_asked", "asked_at IS NOT NULL OR NOT is_sunk"),
        ("team_size_positive", "team_size > 0"),
    )

    state: Mapped[OfferingState] = mapped_column(default=OfferingState.DRAFT)
    #: The complex's own number of it; spreadsheets find it again by this.
    reference: Mapped[str | None] = mapped_column(String(40))
    #: ``None`` for what serves every industry.
    industry_code: Mapped[str | None] = mapped_column(ForeignKey("industry.code"), index=True)
    category_code: Mapped[str] = mapped_column(ForeignKey("service_category.code"), index=True)
    kind: Mapped[OfferingKind]
    description: Mapped[str] = mapped_column(Text)
    #: Both ``None``: to be negotiated. Equal: a fixed price.
    price_min_fen: Mapped[int | None] = mapped_column(Fen)
    price_max_fen: Mapped[int | None] = mapped_column(Fen)
    price_unit: Mapped[PriceUnit] = mapped_column(default=PriceUnit.PROJECT)
    delivery_days: Mapped[int | None]
    trl: Mapped[int | None]
    is_voucher_eligible: Mapped[bool] = mapped_column(default=False)
    reach: Mapped[Reach] = mapped_column(default=Reach.CITY)
    #: The first and the last day on which it can be ordered; ``None`` for at once and for no end.
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    #: While this is set it is listed but cannot be ordered.
    paused_at: Mapped[datetime | None]
    #: When its provider last wrote it or said that it is still right.
    confirmed_at: Mapped[datetime]
    #: When its provider was asked whether it is still right; ``None`` while nothing is asked.
    asked_at: Mapped[datetime | None]
    #: Asked and not answered in time: it stands below the others until it is confirmed.
    is_sunk: Mapped[bool] = mapped_column(default=False)

    # Instruments.
    model: Mapped[str] = mapped_column(default="")
    accuracy: Mapped[str] = mapped_column(default="")
    maker: Mapped[str] = mapped_column(default="")
    made_in: Mapped[int | None]
    location: Mapped[str] = mapped_column(default="")
    booking_contact: Mapped[str] = mapped_column(default="")
    #: Weekly hours in the form of ``hours.written``; rows of old may hold free text.
    bookable_hours: Mapped[str] = mapped_column(default="")
    booking_note: Mapped[str] = mapped_column(default="")
    #: The days of ``bookable_hours``, Monday in the lowest bit; 0 where they are not stated.
    open_days: Mapped[int] = mapped_column(default=0)

    # Expert teams.
    team_field: Mapped[str] = mapped_column(default="")
    team_lead: Mapped[str] = mapped_column(default="")
    team_size: Mapped[int | None]
    achievements: Mapped[str] = mapped_column(Text, default="")
    cooperation: Mapped[list[str]] = mapped_column(JSON, default=list)

    # Technical results.
    ip_status: Mapped[IpStatus | None]
    patents: Mapped[list[str]] = mapped_column(JSON, default=list)
    transfer_mode: Mapped[TransferMode | None]

    served: Mapped[list[OfferingDistrict]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by=OfferingDistrict.district_code
    )

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            *super().__table_args__,
            Index("uq_offering_reference", "organisation_id", "reference", unique=True),
            Index("ix_offering_sinking", "state", "is_sunk", "published_at", "id"),
            Index("ix_offering_confirmed", "state", "confirmed_at"),
        )

    @property
    def served_districts(self) -> list[str]:
        """The codes of the districts that it serves alone, sorted; empty where it serves the whole city."""
        return sorted(row.district_code for row in self.served)

    @served_districts.setter
    def served_districts(self, codes: Collection[str]) -> None:
        held = {row.district_code: row for row in self.served}
        for code in held.keys() - set(codes):
            self.served.remove(held[code])
        for code in sorted(set(codes) - held.keys()):
            self.served.append(OfferingDistrict(district_code=code))

    def believe(self, at: datetime) -> None:
        """Count it as right from ``at`` on, and nothing as asked."""
        self.confirmed_at, self.asked_at, self.is_sunk = at, None, False

    # Needs and offerings are written by the same operations; what follows from it for offerings alone follows here.

    @validates("updated_at")
    def _believe_writer(self, _name: str, at: datetime) -> datetime:
        self.believe(at)
        return at

    @validates("bookable_hours")
    def _keep_days(self, _name: str, text: str) -> str:
        self.open_days = hours.open_days(text)
        return text

    @property
    def is_draft(self) -> bool:
        """Whether it is its provider's alone."""
        return self.state is OfferingState.DRAFT

    @property
    def is_open(self) -> bool:
        """Whether it is on offer: published and not paused. Its days are judged besides."""
        return self.state is OfferingState.PUBLISHED and self.paused_at is None

    @property
    def is_over(self) -> bool:
        """Whether it was closed."""
        return self.state is OfferingState.CLOSED
