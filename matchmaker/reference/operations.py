"""Loading of code lists; a list's rows are added and corrected, never removed, since records point at them."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from matchmaker.db import Base


def put_rows(session: Session, rows: Iterable[Base]) -> int:
    """Add each row, or correct the one with its primary key. Return how many differed from what was stored."""
    changed = 0
    for row in rows:
        merged = session.merge(row)
        changed += merged in session.new or session.is_modified(merged)
    session.flush()
    return changed
