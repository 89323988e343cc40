"""Groups of needs, kept under one number as long as they stay the same group."""

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.catalogue.needs.models import Need
from matchmaker.db import Base


class Generic(Base):
    """A candidate generic technology (共性技术) of an industry; it ends when its needs no longer belong together."""

    __tablename__ = "generic"
    audited = frozenset({"industry_code", "label", "ended_on"})

    id: Mapped[int] = mapped_column(primary_key=True)
    industry_code: Mapped[str] = mapped_column(ForeignKey("industry.code"), index=True)
    #: Words that most of its needs speak of.
    label: Mapped[str] = mapped_column(String(120))
    first_on: Mapped[date]
    ended_on: Mapped[date | None] = mapped_column(index=True)

    members: Mapped[list["GenericMember"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="GenericMember.need_id"
    )


class GenericMember(Base):
    """That a need belongs to a group, since when; a need belongs to one at most."""

    __tablename__ = "generic_member"
    # Worked out anew every night from the needs, whose own changes are in the trail.
    is_audited = False

    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), primary_key=True)
    generic_id: Mapped[int] = mapped_column(ForeignKey("generic.id"), index=True)
    since_on: Mapped[date]

    need: Mapped[Need] = relationship(lazy="raise")
