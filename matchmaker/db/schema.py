"""Bringing a database to the models' schema."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from matchmaker.db.engines import WRITING

MIGRATIONS = Path(__file__).parent / "migrations"


def config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration; there is no ``alembic.ini``."""
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    made.attributes["connection"] = connection
    return made


def upgrade(engine: Engine, revision: str = "head") -> bool:
    """Run the migrations up to ``revision``. Return whether any was due."""
    with _altering(engine) as connection:
        before = MigrationContext.configure(connection).get_current_revision()
        command.upgrade(config(connection), revision)
        return before != MigrationContext.configure(connection).get_current_revision()


def downgrade(engine: Engine, revision: str) -> None:
    """Run the migrations back to ``revision`` ("base" for none)."""
    with _altering(engine) as connection:
        command.downgrade(config(connection), revision)


@contextmanager
def _altering(engine: Engine) -> Iterator[Connection]:
    """Open a writing transaction in which tables may be replaced by changed copies, as SQLite needs it."""
    with engine.connect().execution_options(**{WRITING: True}) as connection:
        if engine.dialect.name != "sqlite":
            with connection.begin():
                yield connection
            return
        # Dropping the old copy would otherwise count as deleting rows that others point at.
        driver: Any = connection.connection.dbapi_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                if broken:
                    raise RuntimeError(f"The migration leaves rows that point at nothing: {broken[:3]}")
        finally:
            driver.execute("PRAGMA foreign_keys=ON")


def is_current(engine: Engine) -> bool:
    """Whether every migration has run."""
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current == ScriptDirectory.from_config(config()).get_current_head()
