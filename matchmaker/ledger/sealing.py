"""The chain of hashes over all transfers: whoever changes or removes one breaks every link after it."""

import hashlib
import json
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.ledger.models import Link, Transfer

#: What the first link follows.
GENESIS = "0" * 64
_WAITING = (
    select(Transfer)
    .outerjoin(Link, Link.transfer_id == Transfer.id)
    .where(Link.position.is_(None))
    .order_by(Transfer.id)
    .limit(2_000)
)


def digest(transfer: Transfer, *, after: str) -> str:
    """Return the SHA-256 of the transfer's columns, in the order of their names, and the digest before it."""
    columns: dict[str, Any] = {column.key: getattr(transfer, column.key) for column in Transfer.__table__.columns}
    columns["at"] = transfer.at.isoformat()
    columns["phase"] = transfer.phase.value
    canonical = json.dumps(columns, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{after}\n{canonical}".encode()).hexdigest()


def head(session: Session) -> tuple[int, str]:
    """Return the position and digest of the last link; written down elsewhere, it also proves that none is missing."""
    row = session.execute(select(Link.position, Link.digest).order_by(Link.position.desc()).limit(1)).one_or_none()
    return (row[0], row[1]) if row else (0, GENESIS)


def unsealed(session: Session) -> int:
    """Return how many transfers wait for the next sealing."""
    transfers = session.scalar(select(func.count()).select_from(Transfer)) or 0
    return transfers - (session.scalar(select(func.count()).select_from(Link)) or 0)


def seal(session: Session) -> int:
    """Link every transfer that has no link yet, inside a transaction. Return how many.

    The order is that of sealing, not of ids: a transfer whose transaction commits late gets its link later.
    Two sealers at once: the second fails on a position that is taken, and its transaction with it.
    """
    position, before = head(session)
    first = position
    while transfers := session.scalars(_WAITING).all():
        links = []
        for transfer in transfers:
            position += 1
            before = digest(transfer, after=before)
            links.append({"position": position, "transfer_id": transfer.id, "digest": before, "sealed_at": clock.now()})
        session.execute(insert(Link), links)
    return position - first
