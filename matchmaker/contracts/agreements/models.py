"""Technical contracts (技术合同): what was agreed, by whom it was confirmed, and everything that changed since."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker import clock
from matchmaker.accounts.models import Attributed, Organisation, Person
from matchmaker.contracts.introductions.models import Introduction, Side
from matchmaker.db import Base
from matchmaker.db.base import Fen, unchecked
from matchmaker.db.changes import Listed
from matchmaker.files.models import StoredFile
from matchmaker.messages import _l


class ContractKind(StrEnum):
    """The five kinds of technical contracts of the Civil Code, as they are registered."""

    DEVELOPMENT = "development"
    TRANSFER = "transfer"
    LICENCE = "licence"
    CONSULTING = "consulting"
    SERVICE = "service"


class DevelopmentMode(StrEnum):
    """How something is developed."""

    COMMISSIONED = "commissioned"
    JOINT = "joint"


class ContractSource(StrEnum):
    """Whether the two sides met on the platform."""

    MATCH = "match"
    OFF_PLATFORM = "off_platform"


class ContractState(StrEnum):
    """Where a contract stands."""

    DRAFT = "draft"
    SIGNED = "signed"
    COMPLETED = "completed"
    TERMINATED = "terminated"


class ProposalKind(StrEnum):
    """What one side of a signed contract may ask of the other."""

    CORRECTION = "correction"
    COMPLETION = "completion"
    TERMINATION = "termination"


class ProposalState(StrEnum):
    """What the other side said."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


KIND_LABELS = {
    ContractKind.DEVELOPMENT: _l("Technology development"),
    ContractKind.TRANSFER: _l("Transfer of technology"),
    ContractKind.LICENCE: _l("Licence of technology"),
    ContractKind.CONSULTING: _l("Technology consulting"),
    ContractKind.SERVICE: _l("Technology service"),
}

MODE_LABELS = {
    DevelopmentMode.COMMISSIONED: _l("Commissioned by the enterprise"),
    DevelopmentMode.JOINT: _l("Developed together"),
}

SOURCE_LABELS = {
    ContractSource.MATCH: _l("From an introduction on the platform"),
    ContractSource.OFF_PLATFORM: _l("Without a match on the platform"),
}

STATE_LABELS = {
    ContractState.DRAFT: _l("Awaiting confirmation"),
    ContractState.SIGNED: _l("In force"),
    ContractState.COMPLETED: _l("Completed"),
    ContractState.TERMINATED: _l("Terminated"),
}

PROPOSAL_LABELS = {
    ProposalKind.CORRECTION: _l("Correction"),
    ProposalKind.COMPLETION: _l("Completion"),
    ProposalKind.TERMINATION: _l("Termination"),
}

PROPOSAL_STATE_LABELS = {
    ProposalState.OPEN: _l("Awaits the other side"),
    ProposalState.ACCEPTED: _l("Agreed to"),
    ProposalState.REFUSED: _l("Refused"),
    ProposalState.WITHDRAWN: _l("Taken back"),
}


class Contract(Listed, Base):
    """What an enterprise and a provider agreed; both confirm it, and later changes need both again."""

    __tablename__ = "contract"
    __table_args__ = (
        CheckConstraint("enterprise_id <> provider_id", name="two_sides"),
        CheckConstraint("(source = 'match') = (introduction_id IS NOT NULL)", name="match_has_introduction"),
        CheckConstraint("(kind = 'development') = (mode IS NOT NULL)", name="development_has_mode"),
        CheckConstraint("contract_amount_fen > 0", name="amount_positive"),
        CheckConstraint(
            "technology_amount_fen BETWEEN 0 AND contract_amount_fen", name="technology_within_contract_amount"
        ),
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("(registration_number IS NULL) = (registered_on IS NULL)", name="registration_has_day"),
        CheckConstraint(
            "state = 'draft' OR (confirmed_by_enterprise_at IS NOT NULL AND confirmed_by_provider_at IS NOT NULL)",
            name="both_sides_confirmed",
        ),
        CheckConstraint("(state = 'draft') = (signed_at IS NULL)", name="signing_has_instant"),
        CheckConstraint("(state IN ('completed', 'terminated')) = (ended_at IS NOT NULL)", name="end_has_instant"),
        CheckConstraint(
            "shared_at IS NOT NULL OR (confirmed_by_enterprise_at IS NULL AND confirmed_by_provider_at IS NULL)",
            name="confirmed_is_shared",
        ),
        Index("ix_contract_enterprise", "enterprise_id", "state", "id"),
        Index("ix_contract_provider", "provider_id", "state", "id"),
        Index("ix_contract_signed_on", "signed_on", "id"),
    )
    audited = frozenset(
        {
            "state", "kind", "source", "introduction_id", "enterprise_id", "provider_id", "contract_amount_fen",
            "technology_amount_fen", "signed_on", "registration_number", "confirmed_by_enterprise_at",
            "confirmed_by_provider_at",
        }
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The name of the form that wrote it, or of the seeds' row: sent twice, it is written once.
    key: Mapped[str | None] = mapped_column(String(80), unique=True)
    introduction_id: Mapped[int | None] = mapped_column(ForeignKey("introduction.id"), unique=True)
    source: Mapped[ContractSource]
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    #: District and industry of the enterprise when this was written.
    district_code: Mapped[str] = mapped_column(ForeignKey("district.code"), index=True)
    industry_code: Mapped[str | None] = mapped_column(ForeignKey("industry.code"), index=True)
    #: Who wrote it first: until it is shared, it is theirs alone.
    written_by_side: Mapped[Side]
    state: Mapped[ContractState] = mapped_column(default=ContractState.DRAFT)

    title: Mapped[str] = mapped_column(String(120))
    kind: Mapped[ContractKind]
    mode: Mapped[DevelopmentMode | None]
    category_code: Mapped[str] = mapped_column(ForeignKey("service_category.code"), index=True)
    #: 合同成交额: all that the enterprise pays.
    contract_amount_fen: Mapped[int] = mapped_column(Fen)
    #: 技术交易额: the same without equipment and materials.
    technology_amount_fen: Mapped[int] = mapped_column(Fen)
    signed_on: Mapped[date]
    starts_on: Mapped[date]
    ends_on: Mapped[date]

    #: 合同认定登记编号, as digits alone.
    registration_number: Mapped[str | None] = mapped_column(String(20), unique=True)
    registered_on: Mapped[date | None]

    written_at: Mapped[datetime]
    #: When the other side was first asked to confirm it.
    shared_at: Mapped[datetime | None]
    confirmed_by_enterprise_at: Mapped[datetime | None]
    confirmed_by_provider_at: Mapped[datetime | None]
    #: When the second side had confirmed.
    signed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    #: Counts the changes, so that two people cannot overwrite each other unseen.
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads this class attribute by name

    introduction: Mapped[Introduction | None] = relationship(lazy="raise")
    enterprise: Mapped[Organisation] = relationship(lazy="raise", foreign_keys=[enterprise_id])
    provider: Mapped[Organisation] = relationship(lazy="raise", foreign_keys=[provider_id])
    milestones: Mapped[list["Milestone"]] = relationship(
        lazy="raise",
        order_by="(Milestone.due_on, Milestone.id)",
        cascade="all, delete-orphan",
        back_populates="contract",
    )

    @property
    def number(self) -> str:
        """What people call it by: the year in which it was written down, and its id."""
        return f"C{clock.civil_day(self.written_at).year}-{self.id:06d}"

    @property
    def is_draft(self) -> bool:
        """Whether a side has yet to confirm it."""
        return self.state is ContractState.DRAFT

    @property
    def is_in_force(self) -> bool:
        """Whether both confirmed it and it has not ended."""
        return self.state is ContractState.SIGNED

    def side_of(self, organisation_id: int | None) -> Side | None:
        """Return on which side the organisation is, ``None`` for neither."""
        if organisation_id is None:
            return None
        return {self.enterprise_id: Side.ENTERPRISE, self.provider_id: Side.PROVIDER}.get(organisation_id)

    def organisation_of(self, side: Side) -> int:
        """Return the id of the organisation on that side."""
        return self.enterprise_id if side is Side.ENTERPRISE else self.provider_id

    def is_confirmed_by(self, side: Side) -> bool:
        """Whether that side said that it is right as it stands."""
        at = self.confirmed_by_enterprise_at if side is Side.ENTERPRISE else self.confirmed_by_provider_at
        return at is not None


class Milestone(Base):
    """What is due on a day of a contract's life."""

    __tablename__ = "contract_milestone"
    __table_args__ = (CheckConstraint("amount_fen >= 0", name="amount_not_negative"),)
    audited = frozenset({"title", "due_on", "amount_fen", "done_on"})

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    due_on: Mapped[date]
    #: What is paid then; ``None`` where nothing is.
    amount_fen: Mapped[int | None] = mapped_column(Fen)
    done_on: Mapped[date | None]
    contract: Mapped[Contract] = relationship(lazy="raise", back_populates="milestones")

    @property
    def is_done(self) -> bool:
        """Whether it was reached."""
        return self.done_on is not None


class ContractMove(Attributed, Base):
    """One step of a contract, with who took it and what they said."""

    __tablename__ = "contract_move"
    __table_args__ = (Index("ix_contract_move_contract", "contract_id", "id"),)
    audited = frozenset({"from_state", "to_state"})

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    #: ``None`` for its beginning.
    from_state: Mapped[ContractState | None] = mapped_column(unchecked(ContractState))
    to_state: Mapped[ContractState]
    words: Mapped[str] = mapped_column(Text, default="")


class ContractFile(Attributed, Base):
    """A file that belongs to a contract: the signed paper, an annex, what proves a milestone."""

    __tablename__ = "contract_file"
    audited = frozenset({"contract_id", "file_id"})

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id", ondelete="CASCADE"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    #: What whoever sent it calls it.
    name: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]
    stored: Mapped[StoredFile] = relationship(lazy="raise")
    contract: Mapped[Contract] = relationship(lazy="raise")


class FormerContract(Attributed, Base):
    """What a contract said before it was rewritten or corrected; what it says now stands in the contract itself."""

    __tablename__ = "contract_former_text"
    __table_args__ = (UniqueConstraint("contract_id", "number"),)
    audited = frozenset({"number"})

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id", ondelete="CASCADE"))
    number: Mapped[int]
    #: The fields of the contract's text and its milestones, as JSON.
    text: Mapped[dict[str, Any]] = mapped_column(JSON)
    replaced_at: Mapped[datetime]
    #: Why it was changed.
    words: Mapped[str] = mapped_column(Text, default="")


class Proposal(Base):
    """What one side of a signed contract asks for and the other accepts or refuses."""

    __tablename__ = "contract_proposal"
    __table_args__ = (
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decision_has_instant"),
        CheckConstraint("(kind = 'correction') = (text IS NOT NULL)", name="correction_has_text"),
        # One at a time: nobody can accept a text that another one has replaced.
        Index(
            "uq_contract_proposal_open", "contract_id",
            unique=True, sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'"),
        ),
        Index("ix_contract_proposal_contract", "contract_id", "id"),
    )  # fmt: skip
    audited = frozenset({"kind", "state", "by_side"})

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    kind: Mapped[ProposalKind]
    state: Mapped[ProposalState] = mapped_column(default=ProposalState.OPEN)
    by_side: Mapped[Side]
    #: What the contract would say; of corrections alone.
    text: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    words: Mapped[str] = mapped_column(Text, default="")
    proposed_at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: What the other side said.
    answer: Mapped[str] = mapped_column(Text, default="")
    contract: Mapped[Contract] = relationship(lazy="raise")
    person: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[person_id])
    organisation: Mapped[Organisation | None] = relationship(lazy="raise")
    decided_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[decided_by_id])
