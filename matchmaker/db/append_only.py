"""Tables whose rows are only ever added, or stay once they are final: triggers refuse the rest, on both databases."""

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
_SQLITE_FINAL = """
CREATE TRIGGER {table}_final_{verb} BEFORE {verb} ON {table} WHEN {condition}
BEGIN SELECT RAISE(ABORT, '{table} is final'); END
"""
_FUNCTION_FINAL = """
CREATE OR REPLACE FUNCTION {table}_final() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
IF {condition} THEN RAISE EXCEPTION '{table} is final'; END IF;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
RETURN NEW;
END $$
"""
_POSTGRESQL_FINAL = """
CREATE TRIGGER {table}_final BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_final()
"""
_VERBS = ("UPDATE", "DELETE")


def protect(target: Any, connection: Connection, **_options: Any) -> None:
    """Put the triggers on a table that was just made; listens to ``after_create`` and serves migrations."""
    table = target if isinstance(target, str) else target.name
    if connection.dialect.name == "sqlite":
        for verb in _VERBS:
            connection.execute(text(_SQLITE.format(table=table, verb=verb)))
    else:
        connection.execute(text(_FUNCTION))
        connection.execute(text(_POSTGRESQL.format(table=table)))


def finish(table: str, connection: Connection, condition: str) -> None:
    """Refuse to change or delete a row for which ``condition`` holds, which speaks of the row as ``OLD``."""
    if connection.dialect.name == "sqlite":
        for verb in _VERBS:
            connection.execute(text(_SQLITE_FINAL.format(table=table, verb=verb, condition=condition)))
    else:
        connection.execute(text(_FUNCTION_FINAL.format(table=table, condition=condition)))
        connection.execute(text(_POSTGRESQL_FINAL.format(table=table)))


def release(table: str, connection: Connection) -> None:
    """Take the triggers of ``protect`` and ``finish`` off a table that stays; for the way back in migrations."""
    if connection.dialect.name == "sqlite":
        for name in (f"{table}_{kind}_{verb}" for kind in ("no", "final") for verb in _VERBS):
            connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
    else:
        connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}"))
        connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_final ON {table}"))
        connection.execute(text(f"DROP FUNCTION IF EXISTS {table}_final()"))


def forget(connection: Connection) -> None:
    """Remove what ``protect`` left besides the tables' own triggers; for the way back to before there were any."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("DROP FUNCTION IF EXISTS refuse_change()"))
