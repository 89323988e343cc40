"""Offerings that were opened from the matches of a need."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.catalogue.needs.models import Need
from matchmaker.db import Base


class MatchOpening(Base):
    """That the need's side opened an offering on a day, and where it stood. Of an organisation: no person, no hour."""

    __tablename__ = "match_opening"
    # A row of the trail would say who, which is what this must not keep.
    is_audited = False
    __table_args__ = (CheckConstraint("place >= 1", name="place"), Index("ix_match_opening_opened_on", "opened_on"))

    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), primary_key=True)
    offering_id: Mapped[int] = mapped_column(ForeignKey("offering.id"), primary_key=True)
    opened_on: Mapped[date] = mapped_column(primary_key=True)
    #: Where it stood among the need's matches, from 1, when it was opened for the first time that day.
    place: Mapped[int]

    need: Mapped[Need] = relationship(lazy="raise")
