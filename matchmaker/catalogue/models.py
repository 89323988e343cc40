"""What needs and offerings have in common: somebody posts them, and they go from draft to published to closed."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship
from sqlalchemy.schema import SchemaItem

from matchmaker.accounts.models import Organisation
from matchmaker.messages import _l


class PostingState(StrEnum):
    """Where a posting stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"


STATE_LABELS = {
    PostingState.DRAFT: _l("Draft"),
    PostingState.PUBLISHED: _l("Published"),
    PostingState.CLOSED: _l("Closed"),
}


class Posting:
    """Columns of a need or an offering. Subclasses list their own constraints in ``checks``."""

    __tablename__: str
    checks: ClassVar[tuple[tuple[str, str], ...]] = ()

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The seeds' own name of the row; ``None`` for what people posted.
    key: Mapped[str | None] = mapped_column(String(64), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    #: The organisation's district when this was posted; the bureau of that district looks after it.
    district_code: Mapped[str] = mapped_column(ForeignKey("district.code"), index=True)
    title: Mapped[str]
    keywords: Mapped[list[str]] = mapped_column(JSON)
    state: Mapped[PostingState] = mapped_column(default=PostingState.DRAFT)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    #: Place in the stream of changes that the search index follows; 0 while never published.
    revision: Mapped[int] = mapped_column(default=0, index=True)
    #: Counts the changes, so that two people cannot overwrite each other unseen.
    version: Mapped[int]

    @declared_attr
    @classmethod
    def organisation(cls) -> Mapped[Organisation]:
        """Who posted it."""
        return relationship(Organisation, lazy="raise")

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, object]:
        return {"version_id_col": cls.version}

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[SchemaItem, ...]:
        published = "(state = 'draft') = (published_at IS NULL)"
        return (
            CheckConstraint(published, name="published_has_instant"),
            *(CheckConstraint(condition, name=name) for name, condition in cls.checks),
            Index(f"ix_{cls.__tablename__}_listed", "state", "published_at", "id"),
        )
