"""Lists as files: a workbook with one sheet for each list, or one list with commas. What people wrote stays text."""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from matchmaker import spreadsheets
from matchmaker.messages import Message, _l
from matchmaker.metrics.lists.columns import COLUMNS, Column, Plain, plain
from matchmaker.metrics.lists.models import LIST_LABELS, ListKind
from matchmaker.metrics.lists.rules import Row
from matchmaker.phrases import in_language
from matchmaker.reference.queries import CodeLists

_ABOUT = _l("About these lists")


@dataclass(frozen=True, slots=True)
class Words:
    """What a file is written with: the code lists and the language."""

    lists: CodeLists
    language: str


def workbook(
    sheets: Iterable[tuple[ListKind, Iterable[Row]]], about: Sequence[tuple[Message, str]], words: Words
) -> bytes:
    """Return a workbook with each list on a sheet, and what ``about`` says of them on the last one."""
    out = io.BytesIO()
    with spreadsheets.book(out, is_long=True) as book:
        looks = {
            "head": book.add_format(spreadsheets.HEAD),
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
            "day": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"}),
            "fen": book.add_format({"num_format": "#,##0.00", "valign": "top"}),
        }
        for list_, rows in sheets:
            sheet = book.add_worksheet(in_language(LIST_LABELS[list_], words.language)[:31])
            _write(sheet, looks, list_, rows, words)
        last = book.add_worksheet(in_language(_ABOUT, words.language)[:31])
        last.set_column(0, 0, 28)
        last.set_column(1, 1, 70)
        for place, (title, said) in enumerate(about):
            last.write_string(place, 0, in_language(title, words.language), looks["head"])
            last.write_string(place, 1, said, looks["text"])
    return out.getvalue()


def _write(sheet: Any, looks: dict[str, Any], list_: ListKind, rows: Iterable[Row], words: Words) -> None:
    for number, column in enumerate(COLUMNS[list_]):
        sheet.set_column(number, number, column.width)
        sheet.write_string(0, number, in_language(column.title, words.language), looks["head"])
    sheet.freeze_panes(1, 0)
    for place, row in enumerate(rows, start=1):
        for number, (column, value) in enumerate(_cells(list_, row, words)):
            _write_cell(sheet, looks, (place, number), column, value)


def _write_cell(sheet: Any, looks: dict[str, Any], place: tuple[int, int], column: Column, value: Plain) -> None:
    if isinstance(value, date):
        sheet.write_datetime(*place, value, looks["day"])
    elif isinstance(value, int | float):
        sheet.write_number(*place, value, looks["fen" if column.is_fen else "text"])
    elif value:
        sheet.write_string(*place, value, looks["text"])


def commas(list_: ListKind, rows: Iterable[Row], words: Words) -> bytes:
    """Return one list with commas between, a heading above, in UTF-8 with the mark that spreadsheets look for."""
    return spreadsheets.csv_file(
        (in_language(column.title, words.language) for column in COLUMNS[list_]),
        ([_in_text(column, value) for column, value in _cells(list_, row, words)] for row in rows),
    )


def _in_text(column: Column, value: Plain) -> str:
    if isinstance(value, str):
        return spreadsheets.safe(value)
    return f"{value:.2f}" if column.is_fen else str(value)


def _cells(list_: ListKind, row: Row, words: Words) -> Iterator[tuple[Column, Plain]]:
    return ((column, plain(column, row.cells, words.lists, words.language)) for column in COLUMNS[list_])
