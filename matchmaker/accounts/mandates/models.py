"""Who may post needs in an enterprise's name, since when, and until when."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.accounts.models import Organisation, Person
from matchmaker.db import Base


class Mandate(Base):
    """An enterprise lets a complex or institute, or one named officer of a bureau, post needs on its behalf."""

    __tablename__ = "mandate"
    __table_args__ = (Index("ix_mandate_holder", "holder_id", "ended_at"),)
    audited = frozenset({"organisation_id", "holder_id", "person_id", "ended_at"})

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The enterprise that grants it.
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    #: For whom whoever uses it acts.
    holder_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    #: The one officer of a bureau who may use it; ``None``: everybody who acts for the holder.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[datetime]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    organisation: Mapped[Organisation] = relationship(lazy="raise", foreign_keys=[organisation_id])
    holder: Mapped[Organisation] = relationship(lazy="raise", foreign_keys=[holder_id])
    person: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[person_id])
