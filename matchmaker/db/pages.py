"""Pages of long lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, and_, case, false, func, inspect, literal, select, true
from sqlalchemy.orm import Session

from matchmaker.db import copies

Row = TypeVar("Row")

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows ``first`` to ``last`` (from 1) of ``total``."""

    rows: Sequence[Row]
    number: int
    total: int
    size: int = PAGE_SIZE

    @property
    def count(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """Number of the first row shown, 0 when there is none."""
        return (self.number - 1) * self.size + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """Number of the last row shown."""
        return (self.number - 1) * self.size + len(self.rows)


def page_of(session: Session, statement: Select[Row], *, number: int, size: int = PAGE_SIZE) -> Page[Row]:
    """Read one page of ``statement``; a number past the end shows the last page.

    A list of one listed table is counted and sorted in memory (``copies``), and costs the same on every page. Any other
    is counted and skipped through by the database.
    """
    kept = copies.answered(session, statement, lambda selection: _ids(selection, number, size))
    if kept is not None:
        total, number, ids = kept
        return Page(rows=_rows(session, statement, ids), number=number, total=total, size=size)
    counted = statement.with_only_columns(func.count(), maintain_column_froms=True).order_by(None).options()
    total = session.scalar(counted) or 0
    number = min(max(number, 1), max(1, -(-total // size)))
    rows = session.scalars(statement.limit(size).offset((number - 1) * size)).all() if total else []
    return Page(rows=rows, number=number, total=total, size=size)


def _ids(selection: copies.Selection, number: int, size: int) -> tuple[int, int, list[int]]:
    total = selection.total
    number = min(max(number, 1), max(1, -(-total // size)))
    return total, number, selection.ids(start=(number - 1) * size, stop=number * size)


def _rows(session: Session, statement: Select[Row], ids: list[int]) -> Sequence[Row]:
    """Read the rows, in order. The conditions are asked once more: what changed this instant must not slip through."""
    if not ids:
        return []
    found = {row.id: row for row, is_still_listed in session.execute(by_ids(statement, ids)) if is_still_listed}
    return [found[number] for number in ids if number in found]


def by_ids(statement: Select[Any], ids: list[int]) -> Select[Any]:
    """Select the rows with these ids, as ``statement`` loads them, and whether its conditions hold.

    As a column, not as conditions: those would tempt the database to read thousands of rows by another index.
    """
    entity = statement.column_descriptions[0]["entity"]
    holds = case((and_(true(), *statement._where_criteria), literal(1)), else_=literal(0))
    return select(entity, holds).options(*statement._with_options).where(entity.id.in_(ids))


def narrowed(facets: Mapping[str, Any], chosen: Mapping[str, str], *, besides: str) -> list[ColumnElement[bool]]:
    """Return a condition for each facet with a chosen value, leaving out ``besides``; unknown states match nothing."""
    return [_equals(column, chosen[name]) for name, column in facets.items() if name != besides and chosen[name]]


def _equals(column: Any, value: str) -> ColumnElement[bool]:
    values = getattr(column.type, "enums", None)
    if values is not None and value not in values:
        return false()
    condition: ColumnElement[bool] = column == value
    return condition


def counts_by(session: Session, statement: Select[Any], column: Any) -> dict[Any, int]:
    """Count the rows of ``statement`` for each value of ``column``, most first."""
    kept = copies.answered(session, statement, lambda selection: selection.counts(inspect(column).expression))
    if kept is not None:
        return dict(sorted(kept.items(), key=lambda item: (-item[1], item[0] is not None, str(item[0]))))
    counted = (
        statement.with_only_columns(column, func.count(), maintain_column_froms=True)
        .order_by(None)
        .group_by(column)
        .order_by(func.count().desc(), column)
    )
    return dict(list(session.execute(counted)))


def sum_of(session: Session, statement: Select[Any], column: Any) -> int:
    """Add up ``column`` over the rows of ``statement``."""
    kept = copies.answered(session, statement, lambda selection: selection.sum(inspect(column).expression))
    if kept is not None:
        return int(kept)
    summed = statement.with_only_columns(func.coalesce(func.sum(column), 0), maintain_column_froms=True)
    return int(session.scalar(summed.order_by(None)) or 0)
