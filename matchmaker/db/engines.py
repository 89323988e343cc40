"""Engines whose transactions only read unless ``transaction()`` opened them."""

import time
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import Connection, Dialect, Engine, event, make_url
from sqlalchemy.exc import InvalidatePoolError

from matchmaker.db import pipelines

#: The execution option with which ``transaction()`` asks for the right to write.
WRITING = "matchmaker_writing"
#: How long a writer waits for another before the page says that the database is busy.
LOCK_TIMEOUT_MS = 3_000
#: A request gives its connection back and takes it again between reading and writing: so soon it is not asked.
_FRESH_S = 0.1
_RETURNED = "matchmaker_returned"


def create_engine(url: str, **options: Any) -> Engine:
    """Return an engine for a ``sqlite:///`` or ``postgresql://`` URL, set up by ``configure``."""
    engine = sqlalchemy.create_engine(url, **options)
    configure(engine)
    return engine


def configure(engine: Engine) -> None:
    """Make every transaction of ``engine`` read-only except those marked with ``WRITING``."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", _prepare_postgresql)
        event.listen(engine, "checkin", _note_return)
        event.listen(engine, "checkout", partial(_check_alive, engine.dialect))
        event.listen(engine, "begin", _begin_postgresql)
        pipelines.follow(engine)


def sqlite_path(url: str) -> Path | None:
    """Return the file of a SQLite URL, ``None`` for PostgreSQL and for memory."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return None
    return Path(str(parsed.database))


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver must not open transactions by itself: its BEGIN is deferred, and a deferred
    # transaction that turns into a writer fails at once when somebody else wrote meanwhile.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={LOCK_TIMEOUT_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    is_writing = bool(connection.get_execution_options().get(WRITING))
    # The pragma outlives the transaction, so it is set only when the connection's last use was of the other kind.
    if connection.info.get(WRITING) is not is_writing:
        connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if is_writing else 'ON'}")
        connection.info[WRITING] = is_writing
    if is_writing:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        # Every request begins so: past SQLAlchemy, which would take ten times as long to pass these five letters on.
        connection.connection.execute("BEGIN")


def _note_return(_connection: object, record: Any) -> None:
    record.info[_RETURNED] = time.monotonic()


def _check_alive(dialect: Dialect, connection: Any, record: Any, _proxy: object) -> None:
    """Ask a connection that has lain in the pool whether its server was restarted meanwhile; the pool gets others."""
    if time.monotonic() - record.info.get(_RETURNED, 0) < _FRESH_S:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error


def _prepare_postgresql(connection: Any, record: Any) -> None:
    _note_return(connection, record)
    # Once for a connection instead of once for a transaction.
    connection.execute(f"SET lock_timeout = {LOCK_TIMEOUT_MS}")
    connection.commit()


def _begin_postgresql(connection: Connection) -> None:
    # The driver opens the transaction with its first statement, and says READ ONLY in the same breath.
    driver: Any = connection.connection.driver_connection
    driver.read_only = not connection.get_execution_options().get(WRITING)
