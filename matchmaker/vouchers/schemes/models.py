"""Schemes of a year (创新券政策), each in versions, and the steps of their lives."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.accounts.models import Attributed, Person
from matchmaker.db import Base
from matchmaker.db.base import unchecked
from matchmaker.messages import _l
from matchmaker.reference.models import District


class SchemeState(StrEnum):
    """Where one version of a scheme stands."""

    DRAFT = "draft"
    #: Somebody asks for it to hold; somebody else decides.
    PROPOSED = "proposed"
    #: It holds: applications and uses are judged by it.
    ACTIVE = "active"
    #: A later version holds, or the year is over.
    CLOSED = "closed"


STATE_LABELS = {
    SchemeState.DRAFT: _l("Draft"),
    SchemeState.PROPOSED: _l("Awaits a second person"),
    SchemeState.ACTIVE: _l("In force"),
    SchemeState.CLOSED: _l("Closed"),
}

_IS_ACTIVE = text("state = 'active'")


class Scheme(Base):
    """One version of a year's rules for vouchers; what was decided by it keeps pointing at it."""

    __tablename__ = "scheme"
    __table_args__ = (
        UniqueConstraint("year", "key", "version"),
        CheckConstraint("year BETWEEN 2000 AND 2100", name="year_plausible"),
        CheckConstraint("version >= 1", name="version_from_1"),
        CheckConstraint("(approved_by_id IS NULL) = (approved_at IS NULL)", name="approval_has_both"),
        CheckConstraint("approved_by_id IS NULL OR approved_by_id <> proposed_by_id", name="two_people"),
        CheckConstraint("approved_at IS NULL OR proposed_at IS NOT NULL", name="approved_after_proposal"),
        CheckConstraint("state IN ('draft', 'proposed') OR approved_at IS NOT NULL", name="in_force_once_approved"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_has_instant"),
        # One version of a scheme holds at a time.
        Index("uq_scheme_active", "year", "key", unique=True, sqlite_where=_IS_ACTIVE, postgresql_where=_IS_ACTIVE),
    )
    audited = frozenset({"year", "key", "version", "district_code", "state", "proposed_by_id", "approved_by_id"})

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    #: The same for all versions of a scheme, and a part of its accounts' codes: small letters, digits, "-".
    key: Mapped[str] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(default=1)
    title: Mapped[str] = mapped_column(String(120))
    title_en: Mapped[str] = mapped_column(String(160), default="")
    #: Whose scheme it is; ``None`` for the city's.
    district_code: Mapped[str | None] = mapped_column(ForeignKey("district.code"), index=True)
    state: Mapped[SchemeState] = mapped_column(default=SchemeState.DRAFT, index=True)
    #: ``rules.SchemeRules`` as JSON; ``queries`` and ``operations`` read and write it through that class alone.
    rules_json: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: Built from another place's public rules, to show the shape; never to be taken for this city's policy.
    is_example: Mapped[bool] = mapped_column(default=False)
    source_note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime | None]
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None]
    #: Guards the row against two editors at once.
    row_version: Mapped[int] = mapped_column()
    district: Mapped[District | None] = relationship(lazy="raise")
    proposed_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[proposed_by_id])
    approved_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[approved_by_id])

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy reads this attribute by name

    @property
    def code(self) -> str:
        """The name that all versions of the scheme share, as its accounts have it: "2026-city"."""
        return f"{self.year}-{self.key}"


class SchemeMove(Attributed, Base):
    """One step in the life of a version, with who took it and what they said."""

    __tablename__ = "scheme_move"
    __table_args__ = (Index("ix_scheme_move_scheme", "scheme_id", "id"),)
    audited = frozenset({"step", "from_state", "to_state"})

    id: Mapped[int] = mapped_column(primary_key=True)
    scheme_id: Mapped[int] = mapped_column(ForeignKey("scheme.id"))
    at: Mapped[datetime]
    step: Mapped[str] = mapped_column(String(32))
    from_state: Mapped[SchemeState | None] = mapped_column(unchecked(SchemeState))
    to_state: Mapped[SchemeState]
    words: Mapped[str] = mapped_column(Text, default="")
