"""What changed since somebody looked last, whichever transactions ended meanwhile."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Table, cast, func, select
from sqlalchemy.orm import Session
from sqlalchemy.types import Text

_FOLLOWED = "lists_followed"


def is_followed(table: Table) -> bool:
    """Whether its rows keep in which transaction they changed."""
    return "changed_in" in table.c


def mark(session: Session, table: Table) -> int:
    """Return from where changes have to be looked at again, to be asked for before the rows are read."""
    is_due(session, table)
    asked = select(_oldest()) if _is_postgresql(session) else select(func.coalesce(func.max(table.c.changed_in), 0))
    return int(session.connection().execute(asked).scalar_one())


def is_due(session: Session, table: Table) -> bool:
    """Whether this transaction has not looked yet; from now on it has."""
    transaction = session.get_transaction()
    known: tuple[object, set[str]] | None = session.info.get(_FOLLOWED)
    if known is None or known[0] is not transaction:
        session.connection()
        known = session.info[_FOLLOWED] = (session.get_transaction(), set())
    is_first = table.name not in known[1]
    known[1].add(table.name)
    return is_first


def horizon(session: Session) -> tuple[int, int]:
    """Return the oldest transaction that has not ended and the next one to come; on SQLite nobody writes beside us."""
    if not _is_postgresql(session):
        return 0, 0
    now = select(_oldest(), _next())
    oldest, following = session.connection().execute(now).one()
    return oldest, following


def changes(session: Session, table: Table, names: list[str], *, since: int) -> tuple[int, Sequence[Any]]:
    """Return the mark to look from next time, and the rows that changed: their ids, then ``names``."""
    columns = (table.c.id, *(table.c[name] for name in names))
    if _is_postgresql(session):
        # Transactions yet to come may have left their numbers too: those of a server from which this was restored.
        is_known = table.c.changed_in < _next()
        statement = select(_oldest(), *columns).where(table.c.changed_in >= since, is_known)
    else:
        statement = select(table.c.changed_in, *columns).where(table.c.changed_in > since)
    rows = session.connection().execute(statement.order_by(table.c.changed_in, table.c.id)).all()
    return max((row[0] for row in rows), default=since), [tuple(row[1:]) for row in rows]


def _oldest() -> ColumnElement[int]:
    """The oldest transaction that has not ended; all before it have, and what they changed is seen."""
    return _number(func.pg_snapshot_xmin(func.pg_current_snapshot()))


def _next() -> ColumnElement[int]:
    return _number(func.pg_snapshot_xmax(func.pg_current_snapshot()))


def _number(transaction: ColumnElement[Any]) -> ColumnElement[int]:
    return cast(cast(transaction, Text), BigInteger)


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
