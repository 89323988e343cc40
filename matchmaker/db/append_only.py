"""Tables whose rows are only ever added: triggers refuse the rest, on both databases."""

from typing import Any

from sqlalchemy import Connection, text

_SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
"""
_POSTGRESQL = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""


def protect(target: Any, connection: Connection, **_options: Any) -> None:
    """Put the triggers on a table that was just made; listens to ``after_create`` and serves migrations."""
    table = target if isinstance(target, str) else target.name
    if connection.dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            connection.execute(text(_SQLITE.format(table=table, verb=verb)))
    else:
        connection.execute(text(_FUNCTION))
        connection.execute(text(_POSTGRESQL.format(table=table)))


def forget(connection: Connection) -> None:
    """Remove what ``protect`` left besides the tables' own triggers; for the way back to before there were any."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("DROP FUNCTION IF EXISTS refuse_change()"))
