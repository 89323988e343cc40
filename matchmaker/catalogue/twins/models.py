"""Pairs of postings that may be one. What was decided stays, so that no pair is offered twice."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.accounts.models import Organisation, Person
from matchmaker.catalogue.needs.models import Need
from matchmaker.catalogue.offerings.models import Offering
from matchmaker.db import Base
from matchmaker.matching.duplicates import Sign
from matchmaker.messages import _l


class TwinState(StrEnum):
    """What became of a pair."""

    FOUND = "found"
    #: The bureau asked whose they are to look at them.
    ASKED = "asked"
    MERGED = "merged"
    DIFFERENT = "different"


STATE_LABELS = {
    TwinState.FOUND: _l("Found"),
    TwinState.ASKED: _l("Its owner was asked"),
    TwinState.MERGED: _l("Merged"),
    TwinState.DIFFERENT: _l("Kept apart"),
}

SIGN_LABELS = {
    Sign.TEXT: _l("The texts agree to a large part"),
    Sign.TITLE: _l("The titles are nearly the same"),
    Sign.OWNER: _l("The same organisation"),
    Sign.MODEL: _l("The same model"),
    Sign.OTHER_MODEL: _l("Different models"),
    Sign.OTHER_NUMBERS: _l("Different numbers in the titles"),
}


class Twin(Base):
    """Two needs or two offerings, the older first, with what speaks for their being one."""

    __tablename__ = "twin"
    __table_args__ = (
        UniqueConstraint("first_need_id", "second_need_id"),
        UniqueConstraint("first_offering_id", "second_offering_id"),
        CheckConstraint("(first_need_id IS NULL) = (second_need_id IS NULL)", name="two_needs_or_none"),
        CheckConstraint("(first_offering_id IS NULL) = (second_offering_id IS NULL)", name="two_offerings_or_none"),
        CheckConstraint("(first_need_id IS NULL) <> (first_offering_id IS NULL)", name="needs_or_offerings"),
        CheckConstraint("first_need_id < second_need_id", name="older_need_first"),
        CheckConstraint("first_offering_id < second_offering_id", name="older_offering_first"),
        CheckConstraint("likeness_percent BETWEEN 0 AND 100", name="likeness_is_a_share"),
        CheckConstraint("(state IN ('merged', 'different')) = (decided_at IS NOT NULL)", name="decided_has_instant"),
    )
    audited = frozenset({"first_need_id", "second_need_id", "first_offering_id", "second_offering_id", "state"})

    id: Mapped[int] = mapped_column(primary_key=True)
    first_need_id: Mapped[int | None] = mapped_column(ForeignKey("need.id"))
    second_need_id: Mapped[int | None] = mapped_column(ForeignKey("need.id"), index=True)
    first_offering_id: Mapped[int | None] = mapped_column(ForeignKey("offering.id"))
    second_offering_id: Mapped[int | None] = mapped_column(ForeignKey("offering.id"), index=True)
    likeness_percent: Mapped[int]
    #: Values of ``Sign``.
    signs: Mapped[list[str]] = mapped_column(JSON)
    found_on: Mapped[date]
    state: Mapped[TwinState] = mapped_column(default=TwinState.FOUND, index=True)
    decided_at: Mapped[datetime | None]
    #: Who decided, and in whose name.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))

    first_need: Mapped[Need | None] = relationship(lazy="raise", foreign_keys=[first_need_id])
    second_need: Mapped[Need | None] = relationship(lazy="raise", foreign_keys=[second_need_id])
    first_offering: Mapped[Offering | None] = relationship(lazy="raise", foreign_keys=[first_offering_id])
    second_offering: Mapped[Offering | None] = relationship(lazy="raise", foreign_keys=[second_offering_id])
    person: Mapped[Person | None] = relationship(lazy="raise")
    organisation: Mapped[Organisation | None] = relationship(lazy="raise")

    @property
    def postings(self) -> tuple[Need, Need] | tuple[Offering, Offering]:
        """Both, the older first."""
        if self.first_need is not None and self.second_need is not None:
            return self.first_need, self.second_need
        assert self.first_offering is not None and self.second_offering is not None  # noqa: S101 - the CHECKs say so
        return self.first_offering, self.second_offering

    @property
    def is_of_needs(self) -> bool:
        """Whether both are needs."""
        return self.first_need_id is not None

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided yet."""
        return self.state in (TwinState.FOUND, TwinState.ASKED)

    @property
    def told(self) -> list[Sign]:
        """What speaks for the pair, and against it."""
        return [Sign(sign) for sign in self.signs]
