"""Each reconciliation with what it looked at and what did not agree; never changed afterwards."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.accounts.models import Person
from matchmaker.db import Base, append_only


class Reconciliation(Base):
    """One look through everything, by the night's job or by somebody who asked."""

    __tablename__ = "reconciliation"
    __table_args__ = (
        CheckConstraint("mismatches >= 0", name="mismatches_not_negative"),
        CheckConstraint("length(head_digest) = 64", name="digest_length"),
    )
    audited = frozenset({"mismatches", "head_position"})

    id: Mapped[int] = mapped_column(primary_key=True)
    began_at: Mapped[datetime]
    finished_at: Mapped[datetime]
    #: ``None`` for the job and the command.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: What was looked at: thing → how many.
    counted: Mapped[dict[str, int]] = mapped_column(JSON)
    mismatches: Mapped[int]
    #: The first of them, each with its place and its sentence; see ``rules.Mismatch``.
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    #: The end of the ledger's chain as it was found: the next look must find it again.
    head_position: Mapped[int]
    head_digest: Mapped[str] = mapped_column(String(64))
    person: Mapped[Person | None] = relationship(lazy="raise")

    @property
    def is_sound(self) -> bool:
        """Whether everything agreed."""
        return self.mismatches == 0


event.listen(Reconciliation.__table__, "after_create", append_only.protect)
