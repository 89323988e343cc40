"""Frozen months: who proposed and who confirmed, what every cell held, and why one differs today."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Connection, ForeignKey, Index, String, Text, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.accounts.models import Person
from matchmaker.db import Base, append_only
from matchmaker.metrics.models import ScopeKind
from matchmaker.metrics.periods import Month


class Freeze(Base):
    """One month: proposed by one person of the city's bureau, confirmed by another."""

    __tablename__ = "metric_freeze"
    __table_args__ = (
        CheckConstraint("confirmed_by_id <> proposed_by_id", name="two_people"),
        CheckConstraint("(confirmed_by_id IS NULL) = (confirmed_at IS NULL)", name="confirming_has_instant"),
    )
    audited = frozenset({"month", "proposed_by_id", "confirmed_by_id"})

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Such as 202611.
    month: Mapped[int] = mapped_column(unique=True)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None]
    proposed_by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[proposed_by_id])
    confirmed_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[confirmed_by_id])

    @property
    def is_confirmed(self) -> bool:
        """Whether the second person agreed."""
        return self.confirmed_at is not None

    @property
    def of(self) -> Month:
        """The month that is frozen."""
        return Month.from_code(self.month)


class FrozenCell(Base):
    """What a cell of the month held when it was proposed."""

    __tablename__ = "metric_frozen"
    # It is a copy, of what the trail's own records say.
    is_audited = False

    freeze_id: Mapped[int] = mapped_column(ForeignKey("metric_freeze.id", ondelete="CASCADE"), primary_key=True)
    scope_kind: Mapped[ScopeKind] = mapped_column(primary_key=True)
    scope_code: Mapped[str] = mapped_column(String(32), primary_key=True)
    measure: Mapped[str] = mapped_column(String(40), primary_key=True)
    part: Mapped[str] = mapped_column(String(32), primary_key=True, default="")
    value: Mapped[int] = mapped_column(BigInteger)


class Restatement(Base):
    """Why a figure of a frozen month is another one today, in the words of somebody who knows."""

    __tablename__ = "metric_restatement"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="has_reason"),
        Index("ix_metric_restatement_cell", "freeze_id", "scope_kind", "scope_code", "measure", "id"),
    )
    audited = frozenset({"scope_kind", "scope_code", "measure", "frozen_value", "present_value"})

    id: Mapped[int] = mapped_column(primary_key=True)
    freeze_id: Mapped[int] = mapped_column(ForeignKey("metric_freeze.id"))
    scope_kind: Mapped[ScopeKind]
    scope_code: Mapped[str] = mapped_column(String(32))
    measure: Mapped[str] = mapped_column(String(40))
    #: Both values as they were when the reason was written.
    frozen_value: Mapped[int] = mapped_column(BigInteger)
    present_value: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    person: Mapped[Person | None] = relationship(lazy="raise")


#: What two people froze stays; a proposal may still go. Each condition speaks of the row as it is.
FINAL = {
    Freeze.__tablename__: "OLD.confirmed_at IS NOT NULL",
    FrozenCell.__tablename__: (
        "EXISTS (SELECT 1 FROM metric_freeze AS one WHERE one.id = OLD.freeze_id AND one.confirmed_at IS NOT NULL)"
    ),
}


def _finish(table: Any, connection: Connection, **_options: Any) -> None:
    append_only.finish(table.name, connection, FINAL[table.name])


for _table in (Freeze.__table__, FrozenCell.__table__):
    event.listen(_table, "after_create", _finish)
event.listen(Restatement.__table__, "after_create", append_only.protect)
