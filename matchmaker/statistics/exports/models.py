"""Files of tables that people asked for."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.db import Base
from matchmaker.messages import _l


class State(StrEnum):
    """How far a file is."""

    WAITING = "waiting"
    WRITING = "writing"
    READY = "ready"
    FAILED = "failed"
    #: Removed by its owner, or its days are over.
    GONE = "gone"


STATE_LABELS = {
    State.WAITING: _l("Waiting"),
    State.WRITING: _l("Being written"),
    State.READY: _l("Ready"),
    State.FAILED: _l("Failed"),
    State.GONE: _l("Removed"),
}


class Form(StrEnum):
    """What kind of file."""

    XLSX = "xlsx"
    CSV = "csv"


class Failure(StrEnum):
    """Why there is no file."""

    RIGHTS = "rights"
    TOO_LONG = "too_long"
    NO_ROOM = "no_room"
    UNFINISHED = "unfinished"
    BROKEN = "broken"


FAILURE_LABELS = {
    Failure.RIGHTS: _l("You may not read as much as when you asked for it."),
    Failure.TOO_LONG: _l("There are more rows than a workbook holds. Take it as text (CSV)."),
    Failure.NO_ROOM: _l("There was no room for the file. Try again later."),
    Failure.UNFINISHED: _l("It was begun several times and never finished. Choose more filters, or try again later."),
    Failure.BROKEN: _l("Something broke on our side. It has been noted."),
}


class TableExport(Base):
    """One file: what was asked for by whom, how far it is, and where its bytes lie."""

    __tablename__ = "table_export"
    __table_args__ = (
        CheckConstraint("(state = 'ready') = (sha256 IS NOT NULL)", name="ready_has_file"),
        Index("ix_table_export_unfinished", "state", "id"),
        Index("ix_table_export_person", "person_id", "id"),
        Index("ix_table_export_digest", "sha256"),
    )
    # How many rows are written moves every other second; that it was asked for, made and removed is noted.
    is_audited = False

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    #: For which bureau they asked, and whose rows it read then.
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    district_code: Mapped[str] = mapped_column(String(16))
    listing: Mapped[str] = mapped_column(String(32))
    #: The query of the page's address, each thing in one way only.
    query: Mapped[str] = mapped_column(Text)
    form: Mapped[Form]
    language: Mapped[str] = mapped_column(String(8))
    state: Mapped[State]
    asked_at: Mapped[datetime]
    #: Rows that there were when it was asked for, then those in the file.
    row_count: Mapped[int]
    written: Mapped[int] = mapped_column(default=0)
    #: How often somebody began to write it. Who writes knows the number, and is nobody any more when it moved on.
    attempt: Mapped[int] = mapped_column(default=0)
    #: When whoever writes it was last alive.
    beat_at: Mapped[datetime | None]
    failure: Mapped[Failure | None]
    finished_at: Mapped[datetime | None]
    keep_until: Mapped[datetime | None]
    #: Of the bytes, in hexadecimal, and how many there are.
    sha256: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int | None] = mapped_column(BigInteger)
