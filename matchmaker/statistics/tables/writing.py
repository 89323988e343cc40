"""A table as a file: a workbook, or lines with commas. What people wrote stays text wherever it is opened."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from matchmaker import spreadsheets
from matchmaker.messages import _l
from matchmaker.phrases import in_language
from matchmaker.reference.queries import CodeLists
from matchmaker.statistics.tables.rules import Asked, Column, Value

_YUAN = _l("yuan")
_WIDTH, _WIDE = 16, 30


def heading(column: Column, language: str) -> str:
    """Return what stands above a column, with its unit."""
    title = in_language(column.title, language)
    return f"{title} ({in_language(_YUAN, language)})" if column.is_fen else title


def workbook(
    out: IO[bytes], asked: Asked, rows: Iterable[Any], *, lists: CodeLists, language: str, aside: Path
) -> None:
    """Write a workbook with one line for each of ``rows``, which lie in the folder ``aside`` meanwhile."""
    with spreadsheets.book(out, is_long=True, aside=aside) as book:
        bold = book.add_format(spreadsheets.HEAD)
        looks = {
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
            Decimal: book.add_format({"num_format": "#,##0.00"}),
        }
        sheet = book.add_worksheet(in_language(asked.listing.title, language)[:31])
        for place, column in enumerate(asked.columns):
            is_narrow = column.is_fen or column.order is not None
            sheet.set_column(place, place, _WIDTH if is_narrow else _WIDE)
            sheet.write_string(0, place, heading(column, language), bold)
        sheet.freeze_panes(1, 0)
        for line, row in enumerate(rows, start=1):
            for place, value in enumerate(_cells(asked.columns, row, lists, language)):
                _write(sheet, (line, place), value, looks)


def _write(sheet: Any, place: tuple[int, int], value: Value, looks: dict[Any, Any]) -> None:
    if isinstance(value, date):
        sheet.write_datetime(*place, value, looks[date])
    elif isinstance(value, Decimal):
        sheet.write_number(*place, value, looks[Decimal])
    elif isinstance(value, int):
        sheet.write_number(*place, value)
    elif value:
        sheet.write_string(*place, value)


def commas(
    out: IO[bytes], asked: Asked, rows: Iterable[Any], *, lists: CodeLists, language: str, **_more: object
) -> None:
    """Write the table with commas between, in UTF-8 with the mark that spreadsheets look for."""
    spreadsheets.write_csv(
        out,
        (heading(column, language) for column in asked.columns),
        ([_in_text(value) for value in _cells(asked.columns, row, lists, language)] for row in rows),
    )


def _in_text(value: Value) -> str:
    if isinstance(value, str):
        return spreadsheets.safe(value)
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return "" if value is None else str(value)


def _cells(columns: Sequence[Column], row: Any, lists: CodeLists, language: str) -> list[Value]:
    return [column.written(row, lists, language) for column in columns]
