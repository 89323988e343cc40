"""Marks each change of a listed row, in the same transaction, so that copies in memory can follow (``copies``).

There are two ways. ``Listed`` numbers the changes of a table one after the other: writers wait for each other.
``Followed`` keeps with each row in which transaction it changed last, and nobody waits.
"""

from typing import Any

from sqlalchemy import BigInteger, Connection, event, insert, text, update
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column

from matchmaker.db.models import ListChange


class Listed:
    """A table whose rows are shown in long lists; its narrow columns are kept in memory by every process."""

    __tablename__: str

    #: The number of the row's last change within its table.
    change_number: Mapped[int] = mapped_column(default=0, server_default="0", index=True)


class Followed:
    """A table shown in long lists whose writers must not wait for each other, as those of money; see ``follow``."""

    __tablename__: str

    #: On PostgreSQL the transaction of the row's last change, on SQLite the change's number. Set by a trigger.
    changed_in: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0", index=True)


_SQLITE = """
CREATE TRIGGER {table}_changed_{verb} AFTER {verb} ON {table} {condition}
BEGIN UPDATE {table} SET changed_in = (SELECT max(changed_in) + 1 FROM {table}) WHERE id = NEW.id; END
"""
_CONDITIONS = {"INSERT": "", "UPDATE": "WHEN NEW.changed_in = OLD.changed_in"}
_FUNCTION = """
CREATE OR REPLACE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN NEW.changed_in := CAST(CAST(pg_current_xact_id() AS text) AS bigint); RETURN NEW; END $$
"""
_POSTGRESQL = """
CREATE TRIGGER {table}_changed BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION note_change()
"""


def follow(target: Any, connection: Connection, **_options: Any) -> None:
    """Put the triggers on a ``Followed`` table; listens to ``after_create`` and serves migrations.

    On SQLite one transaction writes at a time, so numbers appear in order. On PostgreSQL transactions end in any order:
    readers look again at all that changed since the oldest one that had not ended when they looked last.
    """
    table = target if isinstance(target, str) else target.name
    if connection.dialect.name == "sqlite":
        for verb, condition in _CONDITIONS.items():
            connection.execute(text(_SQLITE.format(table=table, verb=verb, condition=condition)))
    else:
        connection.execute(text(_FUNCTION))
        connection.execute(text(_POSTGRESQL.format(table=table)))


def unfollow(table: str, connection: Connection) -> None:
    """Take the triggers off again; for the way back in migrations."""
    if connection.dialect.name == "sqlite":
        for verb in _CONDITIONS:
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_changed_{verb}"))
    else:
        connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_changed ON {table}"))


def forget(connection: Connection) -> None:
    """Remove what ``follow`` left besides the tables' own triggers."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("DROP FUNCTION IF EXISTS note_change()"))


def _number_changes(session: Session, _context: object, _instances: object) -> None:
    changed: dict[str, list[Listed]] = {}
    for row in (*session.new, *session.dirty):
        if isinstance(row, Listed) and (row in session.new or session.is_modified(row)):
            changed.setdefault(row.__tablename__, []).append(row)
    # One order for all, so that two writers do not wait for each other in a circle.
    for name in sorted(changed):
        number = _next(session, name, number=1)
        for row in changed[name]:
            row.change_number = number
    for name in sorted({row.__tablename__ for row in session.deleted if isinstance(row, Listed | Followed)}):
        _next(session, name, epoch=1)


def _number_statement(state: ORMExecuteState) -> None:
    """A statement over many rows numbers none of them: whoever keeps a copy makes it anew."""
    if (state.is_insert or state.is_update or state.is_delete) and state.bind_mapper is not None:
        table = state.bind_mapper.class_
        if issubclass(table, Listed) or (state.is_delete and issubclass(table, Followed)):
            _next(state.session, table.__tablename__, epoch=1)


def _next(session: Session, name: str, *, number: int = 0, epoch: int = 0) -> int:
    """Move a table's row on, which stays locked until the commit, so that numbers appear in order."""
    table = ListChange.__table__
    moved = (
        update(table)  # type: ignore[arg-type]  # a declarative class's table is a Table
        .where(table.c.table_name == name)
        .values(number=table.c.number + number, epoch=table.c.epoch + epoch)
        .returning(table.c.number)
    )
    found: int | None = session.connection().execute(moved).scalar()
    if found is None:
        _begin(session, name)
        found = session.connection().execute(moved).scalar_one()
    return found


def _begin(session: Session, name: str) -> None:
    """Begin a table that the migrations did not; two at once would be told that the row is there."""
    session.connection().execute(insert(ListChange.__table__).values(table_name=name, number=0, epoch=0))  # type: ignore[arg-type]  # a declarative class's table is a Table


event.listen(Session, "before_flush", _number_changes)
event.listen(Session, "do_orm_execute", _number_statement)
