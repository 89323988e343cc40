"""Mail that is to be sent, or was."""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.db import Base


class Letter(Base):
    """One message to one address; it waits here until it was handed over."""

    __tablename__ = "letter"
    __table_args__ = (Index("ix_letter_unsent", "sent_at", "id"),)
    # The audit trail follows what a letter is about; a letter's text holds links that open doors.
    is_audited = False

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str]
    subject: Mapped[str]
    #: Emptied once the letter was sent: single-use links do not lie about.
    body: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    #: Not to be tried before; ``None`` for at once.
    next_at: Mapped[datetime | None]
    #: Why the last attempt failed.
    last_error: Mapped[str] = mapped_column(default="")
