"""Proposals of complexes and institutes to change their profile, and the dated facts that confirmed ones hold."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.accounts.models import Organisation, Person
from matchmaker.db import Base, append_only
from matchmaker.messages import _l


class Topic(StrEnum):
    """What a fact is about."""

    KIND = "kind"
    LEVEL = "level"
    STATUS = "status"
    INDUSTRIES = "industries"
    HOST = "host"
    OPERATOR = "operator"
    OPERATOR_MODEL = "operator_model"
    OPERATOR_PARTY = "operator_party"
    PREMISES_M2 = "premises_m2"
    FUNCTIONS = "functions"
    INSTITUTES = "institutes"
    CARRIERS = "carriers"
    AGENCIES = "agencies"
    INSTRUMENTS = "instruments"
    STAFF = "staff"
    SENIOR_STAFF = "senior_staff"
    SERVICE_HALL = "service_hall"
    LECTURE_HALL = "lecture_hall"
    EXPERIENCE_CENTRE = "experience_centre"
    EXHIBITION_HALL = "exhibition_hall"
    SIGN = "sign"
    FILM = "film"


class OperatorModel(StrEnum):
    """How the operator is constituted (S1, S4)."""

    SHARES = "shares"
    COUNCIL = "council"
    MEMBERS = "members"


class OperatorParty(StrEnum):
    """Who stands behind the operator (S1)."""

    STATE = "state"
    LEADING_ENTERPRISE = "leading_enterprise"
    ASSOCIATION = "association"
    THIRD_PARTY = "third_party"


class YesNo(StrEnum):
    """Whether a body has something."""

    YES = "yes"
    NO = "no"


class ProposalState(StrEnum):
    """How far a proposed change has come."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


MODEL_LABELS = {
    OperatorModel.SHARES: _l("Joint-stock"),
    OperatorModel.COUNCIL: _l("Council"),
    OperatorModel.MEMBERS: _l("Membership"),
}
PARTY_LABELS = {
    OperatorParty.STATE: _l("State-owned platform"),
    OperatorParty.LEADING_ENTERPRISE: _l("Leading enterprise"),
    OperatorParty.ASSOCIATION: _l("Industry association"),
    OperatorParty.THIRD_PARTY: _l("Third-party operator"),
}
YES_NO_LABELS = {YesNo.YES: _l("Yes"), YesNo.NO: _l("No")}
PROPOSAL_LABELS = {
    ProposalState.PROPOSED: _l("Waits for the bureau"),
    ProposalState.CONFIRMED: _l("Confirmed"),
    ProposalState.RETURNED: _l("Returned"),
    ProposalState.WITHDRAWN: _l("Taken back"),
}


class Proposal(Base):
    """A change that a body proposes to its profile, to hold from a day on; what became of it stays with it."""

    __tablename__ = "registry_proposal"
    audited = frozenset({"state", "valid_from", "is_city_matter"})
    __table_args__ = (
        CheckConstraint("(state IN ('confirmed', 'returned')) = (decided_at IS NOT NULL)", name="decided_has_instant"),
        CheckConstraint("state <> 'returned' OR comment <> ''", name="returned_with_comment"),
        Index("ix_registry_proposal_queue", "state", "district_code", "id"),
        Index("ix_registry_proposal_body", "organisation_id", "state", "valid_from"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Names the form it was sent with, so that sending it twice makes one proposal; the seeds' own name in the demo.
    key: Mapped[str | None] = mapped_column(String(96), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    district_code: Mapped[str] = mapped_column(ForeignKey("district.code"))
    state: Mapped[ProposalState] = mapped_column(default=ProposalState.PROPOSED)
    version: Mapped[int] = mapped_column()
    #: The day from which the facts hold, whenever they were written down.
    valid_from: Mapped[date]
    #: Why, and what proves it; for the bureau.
    note: Mapped[str] = mapped_column(Text, default="")
    #: Whether it moves a complex onto, on or off the provincial list, which the city's bureau alone confirms.
    is_city_matter: Mapped[bool] = mapped_column(default=False)
    #: ``None`` for what came in by a command.
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    comment: Mapped[str] = mapped_column(Text, default="")
    organisation: Mapped[Organisation] = relationship(lazy="raise")
    proposed_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=proposed_by_id)
    decided_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=decided_by_id)
    facts: Mapped[list["Fact"]] = relationship(back_populates="proposal", lazy="raise", order_by="Fact.id")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads this class attribute by name


class Fact(Base):
    """One thing that a proposal says; never rewritten, a later fact takes its place."""

    __tablename__ = "registry_fact"
    audited = frozenset({"topic"})
    __table_args__ = (UniqueConstraint("proposal_id", "topic"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("registry_proposal.id"))
    topic: Mapped[Topic]
    #: In the topic's own writing (``rules.TOPICS``); empty when the body has nothing to say of it any more.
    value: Mapped[str] = mapped_column(Text)
    proposal: Mapped[Proposal] = relationship(back_populates="facts", lazy="raise")


event.listen(Fact.__table__, "after_create", append_only.protect)
