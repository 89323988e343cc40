"""Seals over the trail: whoever changes or removes a sealed row, even as the database's owner, is found out."""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.audit.models import AuditRow, TrailSeal

GENESIS = "0" * 64
#: A row gets its number before its transaction commits; after this long it is there or never will be.
SETTLED_AFTER = timedelta(minutes=10)
_COLUMNS = tuple(AuditRow.__table__.columns)
_BATCH = 2_000


def seal(session: Session, *, before: datetime) -> int:
    """Seal the rows written up to ``SETTLED_AFTER`` before ``before`` that have no seal yet. Return how many."""
    last = session.scalars(select(TrailSeal).order_by(TrailSeal.after_id.desc()).limit(1)).one_or_none()
    after_id, digest = (last.until_id, last.digest) if last else (0, GENESIS)
    until_id = session.scalar(
        select(func.max(AuditRow.id)).where(AuditRow.at <= before - SETTLED_AFTER, AuditRow.id > after_id)
    )
    if until_id is None:
        return 0
    rows, digest = _digest(session, after_id, until_id, digest)
    session.add(TrailSeal(after_id=after_id, until_id=until_id, row_count=rows, digest=digest, sealed_at=clock.now()))
    session.flush()
    return rows


def broken(session: Session) -> Iterator[TrailSeal]:
    """Yield every seal whose rows are no longer those that were sealed. Reads the whole trail once."""
    before, expected = GENESIS, 0
    for sealed in session.scalars(select(TrailSeal).order_by(TrailSeal.after_id)).all():
        rows, digest = _digest(session, sealed.after_id, sealed.until_id, before)
        if (rows, digest, sealed.after_id) != (sealed.row_count, sealed.digest, expected):
            yield sealed
        before, expected = sealed.digest, sealed.until_id


def _digest(session: Session, after_id: int, until_id: int, before: str) -> tuple[int, str]:
    hashed, count = hashlib.sha256(before.encode()), 0
    statement = (
        select(*_COLUMNS)
        .where(AuditRow.id > after_id, AuditRow.id <= until_id)
        .order_by(AuditRow.id)
        .execution_options(yield_per=_BATCH)
    )
    for row in session.execute(statement):
        count += 1
        hashed.update(json.dumps([_plain(value) for value in row], sort_keys=True, ensure_ascii=False).encode())
    return count, hashed.hexdigest()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
