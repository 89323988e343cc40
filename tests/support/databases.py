"""Databases to test on: a SQLite file or a PostgreSQL database, each a copy of one that was prepared once."""

import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from matchmaker.audit import recording
from matchmaker.db import Base, create_engine, schema, tables, transaction
from matchmaker.metrics import recording as counting
from tests.support import cast
from tests.support.postgresql import Server

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Database:
    """One database, seen from beside the application: to arrange what a test needs and to look at what came of it."""

    url: str
    engine: Engine = field(repr=False)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that only reads."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a session inside a transaction."""
        with Session(self.engine, expire_on_commit=False) as session, transaction(session):
            yield session

    def dump(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row of every table, in an order that depends on the rows alone."""
        with self.engine.connect() as connection:
            return {
                table.name: [
                    tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))
                ]
                for table in Base.metadata.sorted_tables
            }


recording.listen()
counting.listen()


def open_database(url: str) -> Database:
    """Return the database at ``url``. Whoever opens it disposes of its engine."""
    return Database(url, create_engine(url))


def prepare(url: str) -> None:
    """Bring an empty database to the models' schema and put the cast into it."""
    tables.load()
    database = open_database(url)
    schema.upgrade(database.engine)
    with database.writing() as session:
        cast.enter(session)
    database.engine.dispose()


def sqlite_url(file: Path) -> str:
    """Return the URL of a SQLite file."""
    return f"sqlite:///{file}"


def prepare_sqlite(file: Path) -> None:
    """Prepare a file that can be copied without its write-ahead log."""
    prepare(sqlite_url(file))
    engine = sqlalchemy.create_engine(sqlite_url(file))
    with engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    engine.dispose()


@contextmanager
def sqlite_copy(template: Path, file: Path) -> Iterator[Database]:
    """Lend a database of one's own, copied from ``template``."""
    shutil.copyfile(template, file)
    database = open_database(sqlite_url(file))
    yield database
    database.engine.dispose()


@contextmanager
def postgresql_copy(server: Server, template: str | None) -> Iterator[Database]:
    """Lend a database of one's own, copied from ``template`` or empty, and drop it afterwards."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    server.create_database(name, template=template)
    database = open_database(server.url(name))
    yield database
    database.engine.dispose()
    server.drop_database(name)
