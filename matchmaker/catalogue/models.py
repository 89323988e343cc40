"""What needs and offerings have in common: somebody posts them, others read them, and former texts are kept."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship
from sqlalchemy.schema import SchemaItem

from matchmaker.accounts.models import Organisation, Person
from matchmaker.db.changes import Listed


class FormerText:
    """What a posting said before somebody rewrote it; what it says now stands in the posting itself.

    Former texts are numbered from 1, so that a posting with two of them is in its third version.
    """

    __tablename__: str
    #: The table of the postings whose texts these were.
    posting_table: ClassVar[str]

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    #: The fields of the posting's text as JSON, as confidential as the posting itself.
    text: Mapped[dict[str, Any]] = mapped_column(JSON)
    replaced_at: Mapped[datetime]

    @declared_attr
    @classmethod
    def posting_id(cls) -> Mapped[int]:
        """Which posting said it."""
        return mapped_column(ForeignKey(f"{cls.posting_table}.id"))

    @declared_attr
    @classmethod
    def person_id(cls) -> Mapped[int | None]:
        """Who rewrote it; ``None`` for commands and jobs."""
        return mapped_column(ForeignKey("person.id"))

    @declared_attr
    @classmethod
    def organisation_id(cls) -> Mapped[int | None]:
        """In whose name it was rewritten."""
        return mapped_column(ForeignKey("organisation.id"))

    @declared_attr
    @classmethod
    def person(cls) -> Mapped[Person | None]:
        """Who rewrote it."""
        return relationship(Person, lazy="raise")

    @declared_attr
    @classmethod
    def organisation(cls) -> Mapped[Organisation | None]:
        """In whose name it was rewritten."""
        return relationship(Organisation, lazy="raise")

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[SchemaItem, ...]:
        return (UniqueConstraint("posting_id", "number"),)


class Posting(Listed):
    """Columns of a need or an offering, whose states are their own. Subclasses list their constraints in ``checks``."""

    __tablename__: str
    checks: ClassVar[tuple[tuple[str, str], ...]] = ()
    #: The states in which nobody but its organisation and its bureau knows of it, by value.
    unpublished: ClassVar[tuple[str, ...]] = ("draft",)
    #: Where its former texts are kept.
    former: ClassVar[type[FormerText]]

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The seeds' own name of the row; ``None`` for what people posted.
    key: Mapped[str | None] = mapped_column(String(64), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    #: The organisation's district when this was posted; the bureau of that district looks after it.
    district_code: Mapped[str] = mapped_column(ForeignKey("district.code"), index=True)
    title: Mapped[str]
    keywords: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    #: Place in the stream of changes that the search index follows; 0 while never published.
    revision: Mapped[int] = mapped_column(default=0, index=True)
    #: Counts the changes, so that two people cannot overwrite each other unseen.
    version: Mapped[int]

    if TYPE_CHECKING:
        #: Where it stands; each kind of posting has states of its own.
        state: Any
        #: Which organisation posted it on its organisation's behalf.
        agent_id: Any
    else:
        agent_id = None

    @property
    def is_draft(self) -> bool:
        """Whether it is its organisation's alone."""
        raise NotImplementedError

    @property
    def is_open(self) -> bool:
        """Whether others find it, and it can still be answered or ordered."""
        raise NotImplementedError

    @property
    def is_over(self) -> bool:
        """Whether it has ended for good."""
        raise NotImplementedError

    @property
    def awaits_check(self) -> bool:
        """Whether its bureau is to decide on its publication."""
        return False

    @property
    def was_seen(self) -> bool:
        """Whether anybody else has ever read it, so that its former texts are kept."""
        return self.revision > 0

    @declared_attr
    @classmethod
    def organisation(cls) -> Mapped[Organisation]:
        """Whose it is."""
        return relationship(Organisation, lazy="raise", foreign_keys=[cls.organisation_id])

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, object]:
        return {"version_id_col": cls.version}

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[SchemaItem, ...]:
        states = ", ".join(f"'{state}'" for state in cls.unpublished)
        return (
            CheckConstraint(f"(state IN ({states})) = (published_at IS NULL)", name="published_has_instant"),
            *(CheckConstraint(condition, name=name) for name, condition in cls.checks),
            Index(f"ix_{cls.__tablename__}_listed", "state", "published_at", "id"),
        )
