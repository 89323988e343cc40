"""Technical needs (技术需求) of enterprises, the moves of their lives, and where they are checked."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.accounts.models import Attributed, Organisation
from matchmaker.catalogue.models import FormerText, Posting
from matchmaker.db import Base
from matchmaker.db.base import Fen, unchecked
from matchmaker.messages import _l


class NeedState(StrEnum):
    """Where a need stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PUBLISHED = "published"
    IN_DISCUSSION = "in_discussion"
    SOLVED = "solved"
    CLOSED = "closed"
    EXPIRED = "expired"


class Ending(StrEnum):
    """Why a need ended."""

    WITH_PROVIDER = "with_provider"
    BY_OURSELVES = "by_ourselves"
    ELSEWHERE = "elsewhere"
    NOT_NEEDED = "not_needed"
    NO_OFFER = "no_offer"
    TOO_DEAR = "too_dear"
    NOT_AGREED = "not_agreed"
    OTHER = "other"
    RAN_OUT = "ran_out"
    DEADLINE_PASSED = "deadline_passed"


class SolutionMode(StrEnum):
    """How the enterprise would like it solved (解决方式)."""

    ANY = "any"
    COMMISSIONED_RD = "commissioned_rd"
    JOINT_RD = "joint_rd"
    TRANSFER = "transfer"
    LICENCE = "licence"
    CONSULTING = "consulting"
    SERVICE = "service"


class Confidentiality(StrEnum):
    """Who reads how much of a published need."""

    PUBLIC = "public"
    SUMMARY = "summary"
    MEMBERS = "members"


STATE_LABELS = {
    NeedState.DRAFT: _l("Draft"),
    NeedState.SUBMITTED: _l("Being checked"),
    NeedState.RETURNED: _l("Returned"),
    NeedState.PUBLISHED: _l("Published"),
    NeedState.IN_DISCUSSION: _l("In discussion"),
    NeedState.SOLVED: _l("Solved"),
    NeedState.CLOSED: _l("Closed"),
    NeedState.EXPIRED: _l("Expired"),
}

#: Found by search and matching.
OPEN = (NeedState.PUBLISHED, NeedState.IN_DISCUSSION)
#: Known to the enterprise and to the bureau that checks it, not to the public.
BEFORE_PUBLICATION = (NeedState.SUBMITTED, NeedState.RETURNED)

ENDING_LABELS = {
    Ending.WITH_PROVIDER: _l("Solved with a complex or institute of the platform"),
    Ending.BY_OURSELVES: _l("Solved by ourselves"),
    Ending.ELSEWHERE: _l("Solved by somebody outside the platform"),
    Ending.NOT_NEEDED: _l("No longer needed"),
    Ending.NO_OFFER: _l("Nobody could help"),
    Ending.TOO_DEAR: _l("Too expensive"),
    Ending.NOT_AGREED: _l("The talks came to nothing"),
    Ending.OTHER: _l("Another reason"),
    Ending.RAN_OUT: _l("Not renewed in time"),
    Ending.DEADLINE_PASSED: _l("The deadline has passed"),
}
#: The reasons that people choose from; a job gives the others.
SOLVED_ENDINGS = (Ending.WITH_PROVIDER, Ending.BY_OURSELVES, Ending.ELSEWHERE)
CLOSED_ENDINGS = (Ending.NOT_NEEDED, Ending.NO_OFFER, Ending.TOO_DEAR, Ending.NOT_AGREED, Ending.OTHER)

MODE_LABELS = {
    SolutionMode.ANY: _l("Any"),
    SolutionMode.COMMISSIONED_RD: _l("Commissioned R&D"),
    SolutionMode.JOINT_RD: _l("Joint R&D"),
    SolutionMode.TRANSFER: _l("Technology transfer"),
    SolutionMode.LICENCE: _l("Licence"),
    SolutionMode.CONSULTING: _l("Technical consulting"),
    SolutionMode.SERVICE: _l("Technical service"),
}

CONFIDENTIALITY_LABELS = {
    Confidentiality.PUBLIC: _l("Public"),
    Confidentiality.SUMMARY: _l("Summary only"),
    Confidentiality.MEMBERS: _l("Members only"),
}


class FormerNeed(FormerText, Base):
    """What a need said before it was rewritten."""

    __tablename__ = "need_former_text"
    posting_table = "need"
    audited = frozenset({"number"})


class Need(Posting, Base):
    """One technical need of an enterprise, posted by itself or on its behalf."""

    __tablename__ = "need"
    audited = frozenset({"state", "confidentiality", "valid_until", "agent_id", "agent_person_id", "ending"})
    unpublished = ("draft", "submitted", "returned")
    former = FormerNeed
    checks = (
        ("budget_not_negative", "budget_fen >= 0"),
        ("trl_1_to_9", "trl BETWEEN 1 AND 9"),
        ("agent_is_a_person_of_an_organisation", "(agent_id IS NULL) = (agent_person_id IS NULL)"),
    )

    state: Mapped[NeedState] = mapped_column(default=NeedState.DRAFT)
    #: The organisation and the person who posted it on the enterprise's behalf, until the enterprise takes it over.
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    agent_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: When it last came to be checked.
    submitted_at: Mapped[datetime | None]
    #: The last day on which it is found; ``None`` before publication.
    valid_until: Mapped[date | None] = mapped_column(index=True)
    #: The last day of which its enterprise was reminded.
    reminded_of: Mapped[date | None]
    #: Why it ended, and with whose help; the words stand in the move.
    ending: Mapped[Ending | None]
    solver_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    industry_code: Mapped[str] = mapped_column(ForeignKey("industry.code"), index=True)
    problem: Mapped[str] = mapped_column(Text)
    key_technology: Mapped[str] = mapped_column(Text, default="")
    target: Mapped[str] = mapped_column(Text, default="")
    budget_fen: Mapped[int | None] = mapped_column(Fen)
    needed_by: Mapped[date | None]
    mode: Mapped[SolutionMode] = mapped_column(default=SolutionMode.ANY)
    #: The maturity wanted; ``None`` when the enterprise does not mind.
    trl: Mapped[int | None]
    partners: Mapped[str] = mapped_column(Text, default="")
    confidentiality: Mapped[Confidentiality] = mapped_column(default=Confidentiality.PUBLIC)

    agent: Mapped[Organisation | None] = relationship(lazy="raise", foreign_keys=[agent_id])
    solver: Mapped[Organisation | None] = relationship(lazy="raise", foreign_keys=[solver_id])

    @property
    def is_draft(self) -> bool:
        """Whether it is its enterprise's alone."""
        return self.state is NeedState.DRAFT

    @property
    def is_open(self) -> bool:
        """Whether search and matching find it."""
        return self.state in OPEN

    @property
    def awaits_check(self) -> bool:
        """Whether its bureau is to decide on its publication."""
        return self.state is NeedState.SUBMITTED

    @property
    def is_over(self) -> bool:
        """Whether it was solved or closed; what expired can be renewed."""
        return self.state in (NeedState.SOLVED, NeedState.CLOSED)

    @property
    def was_seen(self) -> bool:
        """Whether anybody but its enterprise has ever read it."""
        return self.submitted_at is not None


class NeedMove(Attributed, Base):
    """One step in a need's life, with who took it and what they said."""

    __tablename__ = "need_move"
    __table_args__ = (Index("ix_need_move_need", "need_id", "id"),)
    audited = frozenset({"from_state", "to_state", "reason"})

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"))
    at: Mapped[datetime]
    from_state: Mapped[NeedState] = mapped_column(unchecked(NeedState))
    to_state: Mapped[NeedState]
    #: Which of the need's texts was before them.
    version_number: Mapped[int]
    reason: Mapped[Ending | None]
    words: Mapped[str] = mapped_column(Text, default="")
    #: What the reviewer says of single fields, by the field's name.
    comments: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)


class NeedChecking(Base):
    """Whether a district checks needs before they are published; without a row it does."""

    __tablename__ = "need_checking"
    audited = frozenset({"district_code", "is_on"})

    district_code: Mapped[str] = mapped_column(ForeignKey("district.code"), primary_key=True)
    is_on: Mapped[bool]
    changed_at: Mapped[datetime]
