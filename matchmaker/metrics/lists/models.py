"""What people add to the lists (tags of needs, key technologies), and lists as they were frozen."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, event, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.accounts.models import Organisation, Person
from matchmaker.catalogue.generics.models import Generic
from matchmaker.catalogue.needs.models import Need
from matchmaker.db import Base, append_only
from matchmaker.files.models import StoredFile
from matchmaker.messages import _l
from matchmaker.metrics.periods import Month, Period


class TagKind(StrEnum):
    """Why the city watches a need (S3): 产业短缺, 替代进口, “卡脖子”."""

    SHORTAGE = "shortage"
    SUBSTITUTION = "substitution"
    CHOKE_POINT = "choke_point"


class ListKind(StrEnum):
    """A list: the first three are a complex's (S0, S3), the others the city's (S3)."""

    #: 服务企业清单.
    SERVED = "served"
    #: 企业发展需求清单.
    NEEDS = "needs"
    #: 产业关键共性技术攻关清单.
    TECHNOLOGIES = "technologies"
    SHORTAGE = "shortage"
    SUBSTITUTION = "substitution"
    CHOKE_POINT = "choke_point"


class TechnologyState(StrEnum):
    """Where a key technology stands."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class FreezeState(StrEnum):
    """Where a frozen list stands."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


COMPLEX_LISTS = (ListKind.SERVED, ListKind.NEEDS, ListKind.TECHNOLOGIES)
CITY_LISTS = (ListKind.SHORTAGE, ListKind.SUBSTITUTION, ListKind.CHOKE_POINT)

LIST_LABELS = {
    ListKind.SERVED: _l("List of enterprises served"),
    ListKind.NEEDS: _l("Development needs of enterprises"),
    ListKind.TECHNOLOGIES: _l("Key generic technologies"),
    ListKind.SHORTAGE: _l("Technologies the industry lacks"),
    ListKind.SUBSTITUTION: _l("Technologies to replace imports"),
    ListKind.CHOKE_POINT: _l("Choke-point technologies"),
}
TAG_LABELS = {kind: LIST_LABELS[ListKind(kind.value)] for kind in TagKind}
TECHNOLOGY_LABELS = {
    TechnologyState.DRAFT: _l("Awaits confirmation by a second person"),
    TechnologyState.CONFIRMED: _l("On the list"),
    TechnologyState.WITHDRAWN: _l("Taken off the list"),
}
FREEZE_LABELS = {
    FreezeState.PROPOSED: _l("Proposed to be frozen"),
    FreezeState.CONFIRMED: _l("Frozen"),
    FreezeState.REFUSED: _l("Not frozen"),
}

_STANDS = text("withdrawn_at IS NULL")
_IS_KEPT = text("state IN ('proposed', 'confirmed')")


class NeedTag(Base):
    """That a need belongs to one of the city's lists, by whom and on what evidence; withdrawn with a reason."""

    __tablename__ = "need_tag"
    __table_args__ = (
        CheckConstraint("evidence <> ''", name="tag_has_evidence"),
        CheckConstraint("(file_id IS NULL) = (file_name = '')", name="file_has_name"),
        CheckConstraint("(withdrawn_at IS NULL) = (reason = '')", name="withdrawal_has_reason"),
        CheckConstraint("withdrawn_at >= tagged_at", name="withdrawn_after_tagging"),
        # A need stands once on a list.
        Index(
            "uq_need_tag_standing", "need_id", "kind",
            unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS,
        ),
        Index("ix_need_tag_listed", "kind", "tagged_at", "id"),
    )  # fmt: skip
    audited = frozenset({"need_id", "kind", "withdrawn_at"})

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"))
    kind: Mapped[TagKind]
    evidence: Mapped[str] = mapped_column(Text)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    file_name: Mapped[str] = mapped_column(default="")
    tagged_at: Mapped[datetime]
    #: ``None`` for commands.
    tagged_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text, default="")

    need: Mapped[Need] = relationship(lazy="raise")
    stored: Mapped[StoredFile | None] = relationship(lazy="raise")
    organisation: Mapped[Organisation | None] = relationship(lazy="raise")
    tagged_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[tagged_by_id])
    withdrawn_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[withdrawn_by_id])


class KeyTechnology(Base):
    """A generic technology for a complex's industry to tackle, worded by one person and confirmed by another."""

    __tablename__ = "key_technology"
    __table_args__ = (
        CheckConstraint("title <> '' AND summary <> ''", name="technology_has_words"),
        CheckConstraint("confirmed_by_id <> written_by_id", name="two_people"),
        CheckConstraint("state <> 'confirmed' OR confirmed_at IS NOT NULL", name="confirmed_has_instant"),
        CheckConstraint("state <> 'draft' OR confirmed_at IS NULL", name="draft_is_not_confirmed"),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_has_instant"),
        CheckConstraint("(withdrawn_at IS NULL) = (reason = '')", name="withdrawal_has_reason"),
        Index("ix_key_technology_listed", "complex_id", "state", "id"),
    )
    audited = frozenset({"complex_id", "generic_id", "industry_code", "state", "confirmed_by_id", "written_by_id"})

    id: Mapped[int] = mapped_column(primary_key=True)
    complex_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    #: The group of needs that it was chosen from.
    generic_id: Mapped[int | None] = mapped_column(ForeignKey("generic.id"), index=True)
    industry_code: Mapped[str] = mapped_column(ForeignKey("industry.code"))
    title: Mapped[str]
    #: What is to be solved, for whoever reads the list.
    summary: Mapped[str] = mapped_column(Text)
    target: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[TechnologyState] = mapped_column(default=TechnologyState.DRAFT)
    written_at: Mapped[datetime]
    #: Who chose it or last wrote its words; ``None`` for commands.
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    #: Counts the changes, so that nobody confirms other words than they read.
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads this class attribute by name

    complex: Mapped[Organisation] = relationship(lazy="raise")
    generic: Mapped[Generic | None] = relationship(lazy="raise")
    written_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[written_by_id])
    confirmed_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[confirmed_by_id])
    members: Mapped[list["KeyTechnologyNeed"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="KeyTechnologyNeed.need_id"
    )


class KeyTechnologyNeed(Base):
    """A need that a key technology would answer; kept when the night's groups change."""

    __tablename__ = "key_technology_need"

    technology_id: Mapped[int] = mapped_column(ForeignKey("key_technology.id"), primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), primary_key=True, index=True)
    need: Mapped[Need] = relationship(lazy="raise")


class Freeze(Base):
    """A complex's or the city's lists of a period as one person proposed and another confirmed to keep them."""

    __tablename__ = "list_freeze"
    __table_args__ = (
        CheckConstraint("first_month <= last_month AND months > 0", name="period_in_order"),
        CheckConstraint("(scope = 'city') = (organisation_id IS NULL)", name="scope_is_a_complex_or_the_city"),
        CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name="decision_has_instant"),
        CheckConstraint("state <> 'confirmed' OR decided_by_id <> proposed_by_id", name="two_people"),
        CheckConstraint("(state = 'refused') = (reason <> '')", name="refusal_has_reason"),
        CheckConstraint("length(sha256) = 64", name="hash_length"),
        Index(
            "uq_list_freeze_kept", "scope", "first_month", "last_month",
            unique=True, sqlite_where=_IS_KEPT, postgresql_where=_IS_KEPT,
        ),
        Index("ix_list_freeze_listed", "state", "id"),
    )  # fmt: skip
    audited = frozenset(
        {"scope", "organisation_id", "first_month", "last_month", "state", "sha256", "proposed_by_id", "decided_by_id"}
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: "city", or the complex's id.
    scope: Mapped[str] = mapped_column(String(20))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    #: As 202611, the same for both in a period of one month.
    first_month: Mapped[int]
    last_month: Mapped[int]
    months: Mapped[int]
    state: Mapped[FreezeState] = mapped_column(default=FreezeState.PROPOSED)
    proposed_at: Mapped[datetime]
    #: ``None`` for commands.
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    #: Over all rows, in hexadecimal.
    sha256: Mapped[str] = mapped_column(String(64))
    #: How many rows each list has.
    counts: Mapped[dict[str, int]] = mapped_column(JSON)

    organisation: Mapped[Organisation | None] = relationship(lazy="raise")
    proposed_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[proposed_by_id])
    decided_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[decided_by_id])

    @property
    def period(self) -> Period:
        """What it tells of."""
        return Period(Month.from_code(self.first_month), Month.from_code(self.last_month))

    @property
    def lists(self) -> tuple[ListKind, ...]:
        """Which lists it holds."""
        return CITY_LISTS if self.organisation_id is None else COMPLEX_LISTS


class FrozenRow(Base):
    """One row of a frozen list, in full; readers are shown what the need's level allows them. Never changed."""

    __tablename__ = "list_frozen_row"
    __table_args__ = (
        UniqueConstraint("freeze_id", "list", "position"),
        UniqueConstraint("freeze_id", "list", "key"),
    )
    # Added with its list, whose hash stands in the trail, and never changed.
    is_audited = False

    id: Mapped[int] = mapped_column(primary_key=True)
    freeze_id: Mapped[int] = mapped_column(ForeignKey("list_freeze.id"))
    list: Mapped[ListKind]
    position: Mapped[int]
    #: What the row is about, the same in every period.
    key: Mapped[str] = mapped_column(String(20))
    need_id: Mapped[int | None] = mapped_column(ForeignKey("need.id"), index=True)
    cells: Mapped[dict[str, Any]] = mapped_column(JSON)


event.listen(FrozenRow.__table__, "after_create", append_only.protect)
