"""The rows of the audit trail, which the database refuses to change or remove, and the requests carried out once."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.db import Base, append_only


class Change(StrEnum):
    """What became of a row."""

    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"
    #: A named act that no single row tells, such as returning a need with a comment.
    NOTE = "note"


class AuditRow(Base):
    """One change of one row, or a named act, with who did it by which page or command."""

    __tablename__ = "audit_row"
    __table_args__ = (
        Index("ix_audit_row_thing", "table_name", "row_key", "id"),
        Index("ix_audit_row_person", "person_id", "id"),
        Index("ix_audit_row_district", "district_code", "id"),
        Index("ix_audit_row_organisation", "about_organisation_id", "id"),
        Index("ix_audit_row_at", "at", "id"),
    )
    is_audited = False

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    #: ``None`` for commands, jobs and people who were not signed in.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: For which organisation they acted.
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    #: The endpoint, "command …" or "job …".
    act: Mapped[str] = mapped_column(String(80))
    change: Mapped[Change]
    table_name: Mapped[str] = mapped_column(String(64))
    #: The row's primary key, its parts joined by "-"; "*" for a statement over many rows.
    row_key: Mapped[str] = mapped_column(String(160))
    #: Whose thing it is and which district looks after it, where the row says so.
    about_organisation_id: Mapped[int | None]
    district_code: Mapped[str | None] = mapped_column(String(16))
    #: Column → [old, new] for columns whose values may be kept, column → null for the others; a note's own words.
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)


event.listen(AuditRow.__table__, "after_create", append_only.protect)


class AnsweredRequest(Base):
    """A request that was carried out, under the key its sender gave it; committed with its effect.

    The same request sent again finds its answer here instead of being carried out twice (``web/idempotency.py``).
    """

    __tablename__ = "answered_request"
    __table_args__ = (
        UniqueConstraint("principal", "operation", "key"),
        Index("ix_answered_request_at", "at"),
    )
    is_audited = False

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Who sent it, and in whose name: nobody else's keys are looked at.
    principal: Mapped[str] = mapped_column(String(48))
    #: What was asked for, and of which thing.
    operation: Mapped[str] = mapped_column(String(160))
    key: Mapped[str] = mapped_column(String(80))
    #: SHA-256 in hexadecimal of what was sent.
    request_sha256: Mapped[str] = mapped_column(String(64))
    #: What was answered.
    outcome: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime]


class TrailSeal(Base):
    """A stretch of the trail, counted and hashed, so that a row taken out later is missed. See ``audit/sealing.py``."""

    __tablename__ = "audit_seal"
    is_audited = False

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The rows with ids above the first and up to the second, and how many there were.
    after_id: Mapped[int] = mapped_column(unique=True)
    until_id: Mapped[int]
    row_count: Mapped[int]
    #: SHA-256 over the rows and over the seal before, in hexadecimal.
    digest: Mapped[str] = mapped_column(String(64))
    sealed_at: Mapped[datetime]


event.listen(TrailSeal.__table__, "after_create", append_only.protect)
