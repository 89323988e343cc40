"""Matches by the day on which they were first found, and when either side had seen them."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.catalogue.needs.models import Need
from matchmaker.catalogue.offerings.models import Offering
from matchmaker.db import Base


class Arrival(Base):
    """That a need and an offering fit each other, found in the night of ``found_on`` for the first time."""

    __tablename__ = "arrival"
    # Thousands a night, worked out from postings whose changes are in the trail.
    is_audited = False
    __table_args__ = (
        Index("ix_arrival_need_unseen", "need_id", "seen_by_enterprise_at"),
        Index("ix_arrival_offering_unseen", "offering_id", "seen_by_provider_at"),
    )

    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), primary_key=True)
    offering_id: Mapped[int] = mapped_column(ForeignKey("offering.id"), primary_key=True)
    found_on: Mapped[date] = mapped_column(index=True)
    #: Its place among the need's matches when it was found, from 1.
    place: Mapped[int]
    is_strong: Mapped[bool]
    seen_by_enterprise_at: Mapped[datetime | None]
    seen_by_provider_at: Mapped[datetime | None]

    need: Mapped[Need] = relationship(lazy="raise")
    offering: Mapped[Offering] = relationship(lazy="raise")


class ArrivalDigest(Base):
    """That an organisation wants a letter in the morning when there are new matches."""

    __tablename__ = "arrival_digest"
    audited = frozenset({"organisation_id"})

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    wished_at: Mapped[datetime]
