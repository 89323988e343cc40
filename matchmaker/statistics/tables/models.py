"""Tables that people keep under a name: which rows, in which order, with which columns."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.db import Base


class SavedView(Base):
    """What one person asks of a table again and again; the rows are read anew each time, in their scope."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("person_id", "listing", "name"),)
    audited = frozenset({"person_id", "listing"})

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    listing: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(40))
    #: The query of the page's address, each thing in one way only.
    query: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime]
