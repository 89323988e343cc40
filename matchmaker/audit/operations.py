"""Named acts in the trail; the changes of rows get there by themselves."""

from typing import Any

from sqlalchemy.orm import Session

from matchmaker.audit.models import AuditRow, Change
from matchmaker.audit.recording import key_of, row_of
from matchmaker.db import Base


def note(session: Session, act: str, thing: Base, *, detail: dict[str, Any] | None = None) -> None:
    """Keep that ``act`` was done to ``thing``, in the writing transaction at hand.

    ``detail`` must hold nothing confidential: auditors and administrators read it.
    """
    row = row_of(
        session, change=Change.NOTE, table=thing.__tablename__, key=key_of(thing), thing=thing, detail=detail or {}
    )
    session.add(AuditRow(**row | {"act": act}))
    session.flush()


def note_refusal(session: Session, *, act: str, table: str, key: str) -> None:
    """Keep that somebody tried what could not be done any more; ``actor_of`` says who, and by which page."""
    row = row_of(session, change=Change.NOTE, table=table, key=key, detail={})
    session.add(AuditRow(**row | {"act": act[:80]}))
    session.flush()
