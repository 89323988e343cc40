"""Numbers of rows that are written later in the same transaction."""

from functools import cache

from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.orm import aliased

from matchmaker.db.base import Base


@cache
def following(dialect: str, table: type[Base]) -> ColumnElement[int]:
    """Return a column that draws the next ``id`` of a table whose rows are never removed; the transaction must write.

    So a row can be referred to before it is written, and need not be asked for its number.
    """
    if dialect == "postgresql":
        return func.nextval(f"{table.__tablename__}_id_seq")
    # SQLite has one writer at a time.
    last = select(func.max(aliased(table).id)).scalar_subquery()  # type: ignore[attr-defined]  # these have an id
    return func.coalesce(last, literal(0)) + literal(1)
