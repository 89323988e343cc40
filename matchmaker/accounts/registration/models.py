"""What a registering enterprise says of itself beyond its name, and what became of its registration."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.accounts.models import Person
from matchmaker.db import Base
from matchmaker.messages import _l


class EnterpriseType(StrEnum):
    """What an enterprise was recognised as; the source documents name these."""

    HIGH_TECH = "high_tech"
    TECH_SME = "tech_sme"
    ABOVE_SCALE = "above_scale"
    LITTLE_GIANT = "little_giant"
    LEADING = "leading"


TYPE_LABELS = {
    EnterpriseType.HIGH_TECH: _l("High-tech enterprise"),
    EnterpriseType.TECH_SME: _l("Technology-based SME"),
    EnterpriseType.ABOVE_SCALE: _l("Industrial enterprise above designated size"),
    EnterpriseType.LITTLE_GIANT: _l("“Little giant”"),
    EnterpriseType.LEADING: _l("Leading enterprise"),
}


class TypeMark(Base):
    """An enterprise says that it is of a type."""

    __tablename__ = "enterprise_type"
    audited = frozenset({"type"})

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    type: Mapped[EnterpriseType] = mapped_column(primary_key=True)
    #: Since when the platform knows.
    noted_at: Mapped[datetime]


class Step(StrEnum):
    """What happened to a registration."""

    SUBMITTED = "submitted"
    RESUBMITTED = "resubmitted"
    APPROVED = "approved"
    REJECTED = "rejected"


STEP_LABELS = {
    Step.SUBMITTED: _l("Handed in"),
    Step.RESUBMITTED: _l("Corrected and handed in again"),
    Step.APPROVED: _l("Approved by the bureau"),
    Step.REJECTED: _l("Rejected by the bureau"),
}


class RegistrationStep(Base):
    """One step of a registration, with who took it and why."""

    __tablename__ = "registration_step"
    audited = frozenset({"step"})

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    step: Mapped[Step]
    #: What the bureau wants corrected; empty unless it rejected.
    reason: Mapped[str] = mapped_column(Text, default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    person: Mapped[Person | None] = relationship(lazy="raise")
