"""Reads of tables, each within what its reader may know, and of the views that they keep."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from matchmaker.accounts.rules import Reader
from matchmaker.db.pages import narrowed
from matchmaker.statistics.tables.models import SavedView
from matchmaker.statistics.tables.rules import Asked, Listing

#: Rows that an export holds in memory at a time.
_BATCH = 500


def rows(reader: Reader, asked: Asked) -> Select[Any]:
    """The rows of a table in the reader's scope, narrowed and sorted."""
    listing = asked.listing
    columns = {name: choice.column for name, choice in listing.choices.items()}
    wanted = {name: asked.chosen.get(name, "") for name in columns}
    conditions = [*listing.scope(reader), *narrowed(columns, wanted, besides="")]
    conditions += [listing.ids[name] == number for name, number in asked.ids.items()]
    conditions += [listing.ticks[name].condition() for name in sorted(asked.ticks)]
    if asked.since is not None:
        conditions.append(listing.day >= asked.since)
    if asked.until is not None:
        conditions.append(listing.day <= asked.until)
    return select(listing.table).where(*conditions).options(*listing.options).order_by(*_order(asked))


def _order(asked: Asked) -> tuple[Any, ...]:
    by_id = asked.listing.table.id
    if asked.sort is None:
        return (by_id.desc(),)
    column = asked.sort.order
    if column is by_id:
        return (by_id.desc() if asked.is_descending else by_id.asc(),)
    return (column.desc() if asked.is_descending else column.asc()).nulls_last(), by_id.desc()


def each_row(session: Session, statement: Select[Any]) -> Iterator[Any]:
    """Yield all rows of a table, a batch in memory at a time."""
    return iter(session.scalars(statement.execution_options(yield_per=_BATCH)))


def views(reader: Reader) -> Select[SavedView]:
    """What the reader keeps, by table and name."""
    return (
        select(SavedView)
        .where(SavedView.person_id == reader.person_id)
        .order_by(SavedView.listing, SavedView.name, SavedView.id)
    )


def view_by_id(reader: Reader, view_id: int) -> Select[SavedView]:
    """One of the reader's own views."""
    return select(SavedView).where(SavedView.id == view_id, SavedView.person_id == reader.person_id)


def view_called(person_id: int, listing: Listing, name: str) -> Select[SavedView]:
    """The view that a person keeps of a table under that name."""
    return select(SavedView).where(
        SavedView.person_id == person_id, SavedView.listing == listing.name, SavedView.name == name
    )
