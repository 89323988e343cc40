"""The migrations lead to what the models say, on both databases, and back again with rows in the tables."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from matchmaker.db import Base, schema, tables
from tests.support import databases, factories
from tests.support.databases import Database
from tests.support.postgresql import Server

Empty = Callable[[], AbstractContextManager[Database]]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Empty:
    """Lend empty databases of one kind."""
    tables.load()
    names = iter(range(9))

    @contextmanager
    def lend() -> Iterator[Database]:
        if request.param == "sqlite":
            database = databases.open_database(databases.sqlite_url(tmp_path / f"{next(names)}.db"))
            yield database
            database.engine.dispose()
        else:
            server: Server = request.getfixturevalue("postgresql_server")
            with databases.postgresql_copy(server, None) as database:
                yield database

    return lend


def shape(engine: Engine) -> dict[str, object]:
    """Return everything that the database knows of its tables, in a form that can be compared."""
    inspector = inspect(engine)
    return {
        table: {
            "columns": [
                (column["name"], str(column["type"]), column["nullable"], column.get("default"))
                for column in sorted(inspector.get_columns(table), key=lambda column: str(column["name"]))
            ],
            "primary key": inspector.get_pk_constraint(table),
            "checks": sorted((check["name"], check["sqltext"]) for check in inspector.get_check_constraints(table)),
            "indexes": sorted(
                (index["name"], tuple(index["column_names"]), bool(index["unique"]))
                for index in inspector.get_indexes(table)
            ),
            "unique": sorted(
                (unique["name"], tuple(unique["column_names"])) for unique in inspector.get_unique_constraints(table)
            ),
            "foreign": sorted(
                (key["name"], tuple(key["constrained_columns"]), key["referred_table"], tuple(key["referred_columns"]))
                for key in inspector.get_foreign_keys(table)
            ),
        }
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


def make_from_models(database: Database) -> None:
    with database.writing() as session:
        Base.metadata.create_all(session.connection())


def test_nothing_is_left_for_a_new_migration(empty: Empty) -> None:
    with empty() as database:
        schema.upgrade(database.engine)
        with database.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, Base.metadata) == []


def test_migrations_make_what_the_models_make(empty: Empty) -> None:
    with empty() as migrated, empty() as modelled:
        schema.upgrade(migrated.engine)
        make_from_models(modelled)

        assert shape(migrated.engine) == shape(modelled.engine)


def test_checks_and_indexes_are_among_what_is_compared(empty: Empty) -> None:
    with empty() as database:
        make_from_models(database)
        need = shape(database.engine)["need"]

        assert isinstance(need, dict)
        assert {"ck_need_published_has_instant", "ck_need_confidentiality", "ck_need_needstate"} & {
            name for name, _text in need["checks"]
        }
        assert "ix_need_listed" in {name for name, *_rest in need["indexes"]}
        with database.writing() as session:
            session.execute(text("DROP INDEX ix_need_listed"))
        assert shape(database.engine)["need"] != need


def test_the_schema_goes_down_and_up_again_with_rows_in_it(either_database: Database) -> None:
    with either_database.writing() as session:
        factories.need(session, "enterprise")
        factories.offering(session, "complex", "closed")
    before = shape(either_database.engine)

    schema.downgrade(either_database.engine, "base")
    assert shape(either_database.engine) == {}
    assert not schema.is_current(either_database.engine)
    assert schema.upgrade(either_database.engine)

    assert shape(either_database.engine) == before
    assert schema.is_current(either_database.engine)
    assert not schema.upgrade(either_database.engine), "a second time there is nothing to do"


def test_a_migration_that_fails_leaves_nothing_behind(empty: Empty, monkeypatch: pytest.MonkeyPatch) -> None:
    with empty() as database:
        monkeypatch.setattr(schema.command, "upgrade", _half_a_migration)
        with pytest.raises(RuntimeError, match="half way"):
            schema.upgrade(database.engine)

        assert shape(database.engine) == {}


def _half_a_migration(config: object, _revision: str) -> None:
    config.attributes["connection"].execute(text("CREATE TABLE half (id INTEGER)"))  # type: ignore[attr-defined]  # Alembic's Config
    raise RuntimeError("half way")
