"""Cells: what the records of a month add up to, for each district, industry and provider. Kept by ``recording``."""

from enum import StrEnum

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.db import Base


class ScopeKind(StrEnum):
    """Whose figures they are."""

    #: The whole city: only what does not add up over districts; all else is the sum of the districts.
    CITY = "city"
    #: Enterprises of a district.
    DISTRICT = "district"
    #: Enterprises of an industry.
    INDUSTRY = "industry"
    #: A complex or an institute, whoever it served.
    PROVIDER = "provider"


class MetricCell(Base):
    """One number: of a scope, in a span of time, of one measure and one part of it."""

    __tablename__ = "metric_cell"
    __table_args__ = (
        # A ranking of all providers by one measure.
        Index("ix_metric_cell_ranking", "measure", "scope_kind", "span"),
    )
    # It is counted from records, whose own changes the trail follows.
    is_audited = False

    scope_kind: Mapped[ScopeKind] = mapped_column(primary_key=True)
    #: A district's or an industry's code, or a provider's id.
    scope_code: Mapped[str] = mapped_column(String(32), primary_key=True)
    measure: Mapped[str] = mapped_column(String(40), primary_key=True)
    #: A month as 202611; distinct counts also have quarters as 20264, years as 2026, and 0 for all time.
    span: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: A category, a kind, a reason, or a value that was counted; empty where a measure has no parts.
    part: Mapped[str] = mapped_column(String(32), primary_key=True, default="")
    #: A count, or fen, or minutes: the measure says which.
    value: Mapped[int] = mapped_column(BigInteger)


class MetricPresence(Base):
    """How many services an enterprise had from a scope in a month; those above zero are counted once in cells.

    Neither this nor ``MetricFirst`` has foreign keys: the records they are counted from have them, and a rebuild would
    ask for each of its rows.
    """

    __tablename__ = "metric_presence"
    __table_args__ = (
        Index("ix_metric_presence_enterprise", "scope_kind", "scope_code", "enterprise_id", "span"),
        # The enterprises that a complex served in a span, most often served first.
        Index("ix_metric_presence_listed", "scope_kind", "scope_code", "span", "records", "enterprise_id"),
    )
    is_audited = False

    scope_kind: Mapped[ScopeKind] = mapped_column(primary_key=True)
    scope_code: Mapped[str] = mapped_column(String(32), primary_key=True)
    #: As 202611.
    span: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    enterprise_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: Never below zero, which no CHECK can say: it would judge the amount to be added before it is added.
    records: Mapped[int]


class MetricFirst(Base):
    """The month in which an enterprise had its first service from a scope."""

    __tablename__ = "metric_first"
    is_audited = False

    scope_kind: Mapped[ScopeKind] = mapped_column(primary_key=True)
    scope_code: Mapped[str] = mapped_column(String(32), primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    month: Mapped[int]
