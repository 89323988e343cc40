"""Bringing a database to the models' schema."""

from pathlib import Path

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
    with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
        before = MigrationContext.configure(connection).get_current_revision()
        command.upgrade(config(connection), revision)
        return before != MigrationContext.configure(connection).get_current_revision()


def downgrade(engine: Engine, revision: str) -> None:
    """Run the migrations back to ``revision`` ("base" for none)."""
    with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
        command.downgrade(config(connection), revision)


def is_current(engine: Engine) -> bool:
    """Whether every migration has run."""
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current == ScriptDirectory.from_config(config()).get_current_head()
