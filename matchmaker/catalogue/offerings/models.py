"""Offerings (服务/技术成果/仪器/专家团队) of complexes and institutes."""

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.catalogue.models import FormerText, Posting
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


class FormerOffering(FormerText, Base):
    """What an offering said before it was rewritten."""

    __tablename__ = "offering_former_text"
    posting_table = "offering"
    audited = frozenset({"number"})


class Offering(Posting, Base):
    """One thing that a complex or institute does for enterprises."""

    __tablename__ = "offering"
    audited = frozenset({"state", "kind", "valid_until"})
    former = FormerOffering
    checks = (
        ("price_not_negative", "price_min_fen >= 0"),
        ("price_range", "price_max_fen >= price_min_fen"),
        ("delivery_positive", "delivery_days > 0"),
        ("trl_1_to_9", "trl BETWEEN 1 AND 9"),
        ("instrument_has_model", "kind <> 'instrument' OR model <> ''"),
    )

    state: Mapped[OfferingState] = mapped_column(default=OfferingState.DRAFT)
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
    #: The last day on which it can be ordered; ``None`` for no end.
    valid_until: Mapped[date | None]
    model: Mapped[str] = mapped_column(default="")
    accuracy: Mapped[str] = mapped_column(default="")
    bookable_hours: Mapped[str] = mapped_column(default="")

    @property
    def is_draft(self) -> bool:
        """Whether it is its provider's alone."""
        return self.state is OfferingState.DRAFT

    @property
    def is_open(self) -> bool:
        """Whether it is on offer; its last day is judged besides."""
        return self.state is OfferingState.PUBLISHED

    @property
    def is_over(self) -> bool:
        """Whether it was closed."""
        return self.state is OfferingState.CLOSED
