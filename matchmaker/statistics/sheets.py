"""A chart's table as a workbook: the numbers as numbers, everything else as text, and what is counted beneath."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from matchmaker import spreadsheets
from matchmaker.messages import Message
from matchmaker.metrics.definitions import UNIT_LABELS, Unit
from matchmaker.phrases import in_language
from matchmaker.statistics.rules import Chart, Column, Line, plotted

_FORMATS = {Unit.COUNT: "#,##0", Unit.FEN: "#,##0.00####", Unit.PERCENT: "0.0#"}


def workbook(chart: Chart, *, about: str, at: datetime, language: str) -> bytes:
    """Return the chart's rows, and beneath them whose figures they are, when they were read and what is counted."""
    out = io.BytesIO()
    with spreadsheets.book(out) as book:
        book.set_properties({"created": at.replace(tzinfo=None)})
        head = book.add_format(spreadsheets.HEAD)
        formats = {unit: book.add_format({"num_format": look}) for unit, look in _FORMATS.items()}
        page = book.add_worksheet()
        page.set_column(0, 0, 36)
        page.set_column(1, len(chart.columns), 18)
        page.write_string(0, 0, in_language(chart.heading, language), head)
        for number, column in enumerate(chart.columns, start=1):
            page.write_string(0, number, _heading(column, language), head)
        page.freeze_panes(1, 1)
        lines = [*chart.lines, *chart.foot]
        for row, line in enumerate(lines, start=1):
            page.write_string(row, 0, in_language(line.label, language))
            _write_numbers(page, row, line, chart.columns, formats)
        words: tuple[Message | str, ...] = (chart.title, about, at.strftime("%Y-%m-%d %H:%M"), chart.note)
        for row, text in enumerate(words, start=len(lines) + 2):
            page.write_string(row, 0, in_language(text, language))
    return out.getvalue()


def _write_numbers(page: Any, row: int, line: Line, columns: Sequence[Column], formats: dict[Unit, Any]) -> None:
    for number, (cell, column) in enumerate(zip(line.cells, columns, strict=True), start=1):
        value = plotted(cell.amount, column.unit)
        if value is not None:
            page.write_number(row, number, float(value), formats.get(column.unit))


def _heading(column: Column, language: str) -> str:
    label = in_language(column.label, language)
    if column.unit is Unit.COUNT:
        return label
    return f"{label} ({in_language(UNIT_LABELS[column.unit], language)})"
