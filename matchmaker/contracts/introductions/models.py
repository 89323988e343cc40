"""Introductions of an enterprise to a provider: who asked, what was said, who was invited, what came of it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker import clock
from matchmaker.accounts.models import Attributed, Organisation, Person
from matchmaker.catalogue.needs.models import Need
from matchmaker.catalogue.offerings.models import Offering
from matchmaker.db import Base
from matchmaker.db.base import unchecked
from matchmaker.db.changes import Listed
from matchmaker.files.models import StoredFile
from matchmaker.matching import Band
from matchmaker.messages import _l


class IntroductionState(StrEnum):
    """Where an introduction stands."""

    WAITING = "waiting"
    TALKING = "talking"
    SIGNED = "signed"
    FAILED = "failed"


class Side(StrEnum):
    """The two who are introduced to each other."""

    ENTERPRISE = "enterprise"
    PROVIDER = "provider"

    @property
    def other(self) -> "Side":
        """The one across the table."""
        return Side.PROVIDER if self is Side.ENTERPRISE else Side.ENTERPRISE


class FailureReason(StrEnum):
    """Why nothing came of it."""

    PRICE = "price"
    TIME = "time"
    ABILITY = "ability"
    CONFIDENTIALITY = "confidentiality"
    NO_REPLY = "no_reply"
    OTHER = "other"


class ParticipantRole(StrEnum):
    """As what somebody is invited who belongs to neither side."""

    BROKER = "broker"
    BUREAU = "bureau"


class ParticipantState(StrEnum):
    """How far an invitation has come."""

    INVITED = "invited"
    ACCEPTED = "accepted"
    LEFT = "left"


STATE_LABELS = {
    IntroductionState.WAITING: _l("Awaiting an answer"),
    IntroductionState.TALKING: _l("In talks"),
    IntroductionState.SIGNED: _l("Contract signed"),
    IntroductionState.FAILED: _l("Came to nothing"),
}
#: Neither signed nor failed.
OPEN = (IntroductionState.WAITING, IntroductionState.TALKING)

SIDE_LABELS = {Side.ENTERPRISE: _l("The enterprise"), Side.PROVIDER: _l("The complex or institute")}

REASON_LABELS = {
    FailureReason.PRICE: _l("The price"),
    FailureReason.TIME: _l("The time it would take"),
    FailureReason.ABILITY: _l("It is beyond what the provider can do"),
    FailureReason.CONFIDENTIALITY: _l("Confidentiality"),
    FailureReason.NO_REPLY: _l("No reply"),
    FailureReason.OTHER: _l("Another reason"),
}

ROLE_LABELS = {
    ParticipantRole.BROKER: _l("Technology broker"),
    ParticipantRole.BUREAU: _l("Contact of the bureau"),
}

PARTICIPANT_LABELS = {
    ParticipantState.INVITED: _l("Invited"),
    ParticipantState.ACCEPTED: _l("Takes part"),
    ParticipantState.LEFT: _l("Left"),
}


_IS_OPEN = text("state IN ('waiting', 'talking')")


class Introduction(Listed, Base):
    """An enterprise and a provider who are to talk about a need, an offering, or both."""

    __tablename__ = "introduction"
    __table_args__ = (
        CheckConstraint("need_id IS NOT NULL OR offering_id IS NOT NULL", name="about_something"),
        CheckConstraint("enterprise_id <> provider_id", name="two_sides"),
        CheckConstraint("(state = 'failed') = (failed_reason IS NOT NULL)", name="failure_has_reason"),
        CheckConstraint("(state IN ('signed', 'failed')) = (ended_at IS NOT NULL)", name="end_has_instant"),
        CheckConstraint("state NOT IN ('talking', 'signed') OR accepted_at IS NOT NULL", name="talks_were_accepted"),
        CheckConstraint("state <> 'waiting' OR accepted_at IS NULL", name="waiting_is_not_accepted"),
        CheckConstraint("accepted_at IS NULL OR answered_at IS NOT NULL", name="accepting_is_an_answer"),
        CheckConstraint("answered_at >= opened_at", name="answered_after_opening"),
        CheckConstraint("ended_at >= opened_at", name="ended_after_opening"),
        CheckConstraint("(awaits_side IS NULL) = (awaits_since IS NULL)", name="waits_since_an_instant"),
        CheckConstraint("ended_at IS NULL OR awaits_side IS NULL", name="the_end_awaits_nobody"),
        CheckConstraint("(match_band IS NULL) = (match_score IS NULL)", name="match_has_band_and_score"),
        CheckConstraint("reminders >= 0", name="reminders_not_negative"),
        # One for each enterprise, provider and need at a time; without a need, for each offering.
        Index(
            "uq_introduction_open_need", "need_id", "provider_id",
            unique=True, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN,
        ),
        Index(
            "uq_introduction_open_offering", "enterprise_id", "offering_id",
            unique=True,
            sqlite_where=text("need_id IS NULL AND state IN ('waiting', 'talking')"),
            postgresql_where=text("need_id IS NULL AND state IN ('waiting', 'talking')"),
        ),
        Index("ix_introduction_enterprise", "enterprise_id", "state", "id"),
        Index("ix_introduction_provider", "provider_id", "state", "id"),
        Index("ix_introduction_awaited", "awaits_since", "id"),
    )  # fmt: skip
    audited = frozenset(
        {
            "state", "failed_reason", "need_id", "offering_id", "enterprise_id", "provider_id", "opened_by_side",
            "shares_text",
        }
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The name of the form that opened it, or of the seeds' row: sent twice, it opens one.
    key: Mapped[str | None] = mapped_column(String(80), unique=True)
    need_id: Mapped[int | None] = mapped_column(ForeignKey("need.id"), index=True)
    offering_id: Mapped[int | None] = mapped_column(ForeignKey("offering.id"), index=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    #: The enterprise's district when this was opened; its bureau oversees it.
    district_code: Mapped[str] = mapped_column(ForeignKey("district.code"), index=True)
    #: And its industry then.
    industry_code: Mapped[str | None] = mapped_column(ForeignKey("industry.code"))
    opened_by_side: Mapped[Side]
    #: ``None`` for commands.
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: What it is about, in a few words that everybody who sees it may read.
    title: Mapped[str] = mapped_column(String(120))
    #: How good the match of need and offering was, its score from 0 to 1, and the words they shared; without one none.
    match_band: Mapped[Band | None]
    match_score: Mapped[float | None]
    match_terms: Mapped[list[str]] = mapped_column(JSON, default=list)
    #: Whether the enterprise lets everybody who takes part read the whole need, whatever its level.
    shares_text: Mapped[bool] = mapped_column(default=False)
    state: Mapped[IntroductionState] = mapped_column(default=IntroductionState.WAITING)
    failed_reason: Mapped[FailureReason | None]
    opened_at: Mapped[datetime]
    #: The first word of the other side, whatever it was: what response times are measured by.
    answered_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    #: Whose reply is due, and since when.
    awaits_side: Mapped[Side | None] = mapped_column(unchecked(Side))
    awaits_since: Mapped[datetime | None]
    #: When they were last reminded of this reply, and how often.
    reminded_at: Mapped[datetime | None]
    reminders: Mapped[int] = mapped_column(default=0)
    #: What was written last, so that what is new is found without looking through all that was said.
    last_message_id: Mapped[int] = mapped_column(default=0)
    #: Whether its beginning put the need into discussion, so that its end may take it out again.
    began_discussion: Mapped[bool] = mapped_column(default=False)
    #: Counts the changes, so that two people cannot overwrite each other unseen.
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads this class attribute by name

    need: Mapped[Need | None] = relationship(lazy="raise")
    offering: Mapped[Offering | None] = relationship(lazy="raise")
    enterprise: Mapped[Organisation] = relationship(lazy="raise", foreign_keys=[enterprise_id])
    provider: Mapped[Organisation] = relationship(lazy="raise", foreign_keys=[provider_id])
    opened_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[opened_by_id])
    participants: Mapped[list["Participant"]] = relationship(
        lazy="raise", order_by="Participant.id", back_populates="introduction"
    )

    @property
    def number(self) -> str:
        """What people call it by: the year in which it was opened, and its id."""
        return number_of(self.id, clock.civil_day(self.opened_at))

    @property
    def is_open(self) -> bool:
        """Whether something may still come of it."""
        return self.state in OPEN

    @property
    def is_agreed(self) -> bool:
        """Whether the enterprise agreed to it, by asking or by accepting."""
        return self.opened_by_side is Side.ENTERPRISE or self.accepted_at is not None

    def organisation_of(self, side: Side) -> int:
        """Return the id of the organisation on that side."""
        return self.enterprise_id if side is Side.ENTERPRISE else self.provider_id

    def side_of(self, organisation_id: int | None) -> Side | None:
        """Return on which side the organisation is, ``None`` for neither."""
        if organisation_id is None:
            return None
        return {self.enterprise_id: Side.ENTERPRISE, self.provider_id: Side.PROVIDER}.get(organisation_id)


def number_of(introduction_id: int, opened_on: date) -> str:
    """Return a number such as D2026-000123."""
    return f"D{opened_on.year}-{introduction_id:06d}"


class IntroductionMove(Attributed, Base):
    """One step of an introduction, with who took it and what they said."""

    __tablename__ = "introduction_move"
    __table_args__ = (Index("ix_introduction_move_introduction", "introduction_id", "id"),)
    audited = frozenset({"from_state", "to_state", "reason"})

    id: Mapped[int] = mapped_column(primary_key=True)
    introduction_id: Mapped[int] = mapped_column(ForeignKey("introduction.id"))
    at: Mapped[datetime]
    from_state: Mapped[IntroductionState] = mapped_column(unchecked(IntroductionState))
    to_state: Mapped[IntroductionState]
    reason: Mapped[FailureReason | None]
    words: Mapped[str] = mapped_column(Text, default="")


class IntroductionMessage(Attributed, Base):
    """What somebody wrote to the others; never rewritten."""

    __tablename__ = "introduction_message"
    __table_args__ = (Index("ix_introduction_message_introduction", "introduction_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    introduction_id: Mapped[int] = mapped_column(ForeignKey("introduction.id"))
    #: The name of the form that sent it: sent twice, it is said once.
    key: Mapped[str | None] = mapped_column(String(80), unique=True)
    #: ``None`` for a broker who belongs to no organisation.
    at: Mapped[datetime]
    #: Empty where the files speak for themselves.
    text: Mapped[str] = mapped_column(Text)
    files: Mapped[list["IntroductionFile"]] = relationship(lazy="raise", order_by="IntroductionFile.id")


class IntroductionFile(Base):
    """A file that came with a message, under the name it was sent with."""

    __tablename__ = "introduction_file"
    audited = frozenset({"introduction_id", "file_id"})

    id: Mapped[int] = mapped_column(primary_key=True)
    introduction_id: Mapped[int] = mapped_column(ForeignKey("introduction.id"), index=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("introduction_message.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    name: Mapped[str] = mapped_column(String(130))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    at: Mapped[datetime]
    file: Mapped[StoredFile] = relationship(lazy="raise")
    introduction: Mapped[Introduction] = relationship(lazy="raise")


class Participant(Base):
    """Somebody of neither side who was invited to this introduction, by the address they sign in with."""

    __tablename__ = "introduction_participant"
    __table_args__ = (
        UniqueConstraint("introduction_id", "email"),
        CheckConstraint("(state = 'left') = (left_at IS NOT NULL)", name="leaving_has_instant"),
        CheckConstraint("state <> 'accepted' OR person_id IS NOT NULL", name="whoever_accepted_is_known"),
    )
    audited = frozenset({"introduction_id", "role", "state"})

    id: Mapped[int] = mapped_column(primary_key=True)
    introduction_id: Mapped[int] = mapped_column(ForeignKey("introduction.id"))
    role: Mapped[ParticipantRole]
    state: Mapped[ParticipantState] = mapped_column(default=ParticipantState.INVITED)
    #: In small letters. Whether it has an account, the inviting side is not told before it accepts.
    email: Mapped[str] = mapped_column(index=True)
    #: Who accepted, and for which organisation they acted then.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    invited_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    person: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[person_id])
    organisation: Mapped[Organisation | None] = relationship(lazy="raise")
    introduction: Mapped[Introduction] = relationship(lazy="raise", back_populates="participants")

    @property
    def is_live(self) -> bool:
        """Whether the invitation still opens the introduction."""
        return self.state is not ParticipantState.LEFT


class IntroductionReading(Base):
    """How far somebody has read the messages of an introduction."""

    __tablename__ = "introduction_reading"
    # Reading leaves no trace: what was done with an introduction stands in its own rows.
    is_audited = False

    introduction_id: Mapped[int] = mapped_column(ForeignKey("introduction.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    message_id: Mapped[int]
