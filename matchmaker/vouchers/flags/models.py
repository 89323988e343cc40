"""Flags on redemptions, what is known of organisations that may belong together, and what stands in papers."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.accounts.models import Organisation, Person
from matchmaker.db import Base
from matchmaker.files.models import StoredFile
from matchmaker.messages import Message
from matchmaker.vouchers.flags import rules
from matchmaker.vouchers.flags.rules import Rule, Shared
from matchmaker.vouchers.redemptions.models import Redemption

_STANDS = text("overridden_at IS NULL AND lapsed_at IS NULL")


class Flag(Base):
    """Something odd about a redemption, with what was found; a person looks at it and says why it is none, or acts."""

    __tablename__ = "redemption_flag"
    __table_args__ = (
        UniqueConstraint("redemption_id", "rule", "fingerprint"),
        CheckConstraint("weight BETWEEN 0 AND 100", name="weight_is_a_share"),
        CheckConstraint("(overridden_at IS NULL) = (overridden_by_id IS NULL)", name="override_by_somebody"),
        CheckConstraint("(overridden_at IS NULL) = (overridden_reason = '')", name="override_has_reason"),
        Index("ix_redemption_flag_redemption", "redemption_id", "id"),
        Index("ix_redemption_flag_stands", "weight", "id", sqlite_where=_STANDS, postgresql_where=_STANDS),
    )
    audited = frozenset({"redemption_id", "rule", "weight", "overridden_by_id", "overridden_at", "lapsed_at"})

    id: Mapped[int] = mapped_column(primary_key=True)
    redemption_id: Mapped[int] = mapped_column(ForeignKey("redemption.id"))
    rule: Mapped[Rule]
    weight: Mapped[int]
    #: What was found, from which ``rules.sentence`` says it.
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: Of the part of the evidence that makes it another case: an answered flag is raised anew when that changes.
    fingerprint: Mapped[str] = mapped_column(String(64))
    #: The year of the limits by which it was raised.
    limits_year: Mapped[int]
    raised_at: Mapped[datetime]
    #: The nightly look no longer finds it, such as after the other claim was rejected.
    lapsed_at: Mapped[datetime | None]
    overridden_at: Mapped[datetime | None]
    overridden_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    overridden_reason: Mapped[str] = mapped_column(Text, default="")
    redemption: Mapped[Redemption] = relationship(lazy="raise")
    overridden_by: Mapped[Person | None] = relationship(lazy="raise")

    @property
    def stands(self) -> bool:
        """Whether it still asks for a look."""
        return self.overridden_at is None and self.lapsed_at is None

    @property
    def sentence(self) -> Message:
        """What was found, in words."""
        return rules.sentence(self.rule, self.evidence)


class PartyFact(Base):
    """One thing known of an organisation by which it may be tied to another: from the business register, mostly."""

    __tablename__ = "party_fact"
    __table_args__ = (
        UniqueConstraint("organisation_id", "kind", "key"),
        CheckConstraint(
            "kind IN ('legal_person', 'shareholder', 'phone', 'address', 'account')", name="kind_is_written_down"
        ),
        CheckConstraint("key <> ''", name="key_not_empty"),
        Index("ix_party_fact_key", "kind", "key"),
    )
    audited = frozenset({"organisation_id", "kind"})

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[Shared]
    value: Mapped[str] = mapped_column(String(160))
    #: The spelling under which it is compared.
    key: Mapped[str] = mapped_column(String(160))
    #: Where it is from, such as the register and the day of the extract.
    source: Mapped[str] = mapped_column(String(160), default="")
    seen_on: Mapped[date | None]
    noted_at: Mapped[datetime]
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    organisation: Mapped[Organisation] = relationship(lazy="raise")


class PaperText(Base):
    """What can be read or seen in a stored file, kept so that each file is read once; empty where nothing can."""

    __tablename__ = "paper_text"
    is_audited = False

    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    #: How its pictures look, see ``pictures``; only where there is no text.
    looks: Mapped[list[str]] = mapped_column(JSON, default=list)
    read_at: Mapped[datetime]
    file: Mapped[StoredFile] = relationship(lazy="raise")
