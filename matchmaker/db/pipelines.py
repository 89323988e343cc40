"""What a transaction writes last goes to a PostgreSQL server in one journey, with its COMMIT.

Once a transaction has nothing left to ask (``send_last``), what it still writes is kept until the COMMIT and sent
with it; the COMMIT raises what any of it was refused with. So rows that many writers want are locked for one journey,
and never while Python works.
"""

from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

#: An option of statements: nobody asks how many rows they changed.
UNASKED = "matchmaker_unasked"
_COMMIT = "COMMIT"

#: What is kept for the COMMIT of each of the driver's connections: statements with their parameters.
_KEPT: WeakKeyDictionary[Any, list[tuple[str, Any]]] = WeakKeyDictionary()


def follow(engine: Engine) -> None:
    """Let transactions of a PostgreSQL engine be ended so."""
    event.listen(engine, "do_execute", _execute)
    event.listen(engine, "do_executemany", _execute_many)
    event.listen(engine, "commit", _commit)
    event.listen(engine, "checkin", _forget)


def send_last(session: Session) -> None:
    """Keep what is written from now on for the COMMIT; on SQLite, to which nothing travels, this does nothing.

    What returns rows, or how many it changed, is not kept, and nothing that was written before it.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        _KEPT.setdefault(connection.connection.driver_connection, [])


def _execute(cursor: Any, statement: str, parameters: Any, context: Any) -> bool:
    """Do as SQLAlchemy does, or keep it."""
    kept = _KEPT.get(cursor.connection)
    if kept is None:
        cursor.execute(statement, parameters)
    elif _is_unasked(context):
        kept.append((statement, parameters))
    else:
        _send(cursor, [*kept, (statement, parameters)])
        kept.clear()
    return True


def _execute_many(cursor: Any, statement: str, rows: Any, context: Any) -> bool:
    kept = _KEPT.get(cursor.connection)
    if kept is None or not _is_unasked(context):
        return False
    kept += [(statement, parameters) for parameters in rows]
    return True


def _send(cursor: Any, statements: list[tuple[str, Any]]) -> None:
    """Send them all, then wait; the cursor holds what came of the last."""
    with cursor.connection.pipeline():
        for statement, parameters in statements:
            cursor.execute(statement, parameters)


def _commit(connection: Connection) -> None:
    # As a statement, so that a refusal is told as any statement's; the driver finds nothing left to commit.
    if _KEPT.get(connection.connection.driver_connection):
        connection.exec_driver_sql(_COMMIT)


def _forget(driver: Any, _record: object) -> None:
    """Before a connection goes back to its pool: what a rollback left is not written."""
    _KEPT.pop(driver, None)


def _is_unasked(context: Any) -> bool:
    if context.execution_options.get(UNASKED):
        return True
    return bool(context.isinsert and context.compiled is not None and not context.compiled.effective_returning)
