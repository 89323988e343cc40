"""Counts the SQL statements that something takes, and asks the database how it goes about them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event, text

from tests.support.databases import Database


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect every statement that any engine runs meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


#: Tables that grow with what people do.
RECORDS = (
    "service_record", "introduction", "contract", "voucher", "voucher_use", "ledger_transfer", "need", "redemption",
    "metric_presence",
)  # fmt: skip


@contextmanager
def planned(database: Database) -> Iterator[list[str]]:
    """Collect, when it is over, the lines of the plans of all that was selected meanwhile.

    PostgreSQL is asked not to read tables from end to end, which it would prefer while they are short: where it does
    so all the same, no index serves.
    """
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith(("SELECT", "WITH")):
            asked.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    plans: list[str] = []
    try:
        yield plans
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    is_postgresql = database.engine.dialect.name == "postgresql"
    with database.engine.connect() as connection:
        if is_postgresql:
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        for statement, parameters in asked:
            explain = "EXPLAIN" if is_postgresql else "EXPLAIN QUERY PLAN"
            plans.extend(row[-1] for row in connection.exec_driver_sql(f"{explain} {statement}", parameters))


def whole_tables(plans: list[str]) -> list[str]:
    """Return the lines that read one of ``RECORDS`` from end to end."""
    ways = {way for name in RECORDS for way in (f"SCAN {name}", f"Seq Scan on {name}")}
    return [
        line for line in plans
        if any(re.search(rf"{way}\b(?! USING)", line) for way in ways)
    ]  # fmt: skip
