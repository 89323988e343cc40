"""A chart's table as a workbook: the numbers as numbers, everything else as text, and what is counted beneath."""

import io
from datetime import datetime
from fractions import Fraction
from typing import Any

from matchmaker import spreadsheets
from matchmaker.messages import Message, _l
from matchmaker.metrics import telling
from matchmaker.metrics.definitions import UNIT_LABELS, Unit
from matchmaker.metrics.figures import Percent, Points
from matchmaker.money import FEN_PER_YUAN
from matchmaker.phrases import in_language
from matchmaker.statistics.rules import Amount, Chart, Column

_FORMATS = {
    Unit.COUNT: "#,##0",
    Unit.FEN: "#,##0.00",
    Unit.PERCENT: "0.0#%",
    Unit.HOURS: "#,##0",
    Unit.MINUTES: "#,##0.0#",
    Unit.SCORE: "0.00",
}
_POINTS = _l("percentage points")
#: Workbooks hold amounts in yuan, to the fen, for others to reckon with.
UNITS = {**UNIT_LABELS, Unit.FEN: _l("yuan")}


class Numbers:
    """Writes numbers into a worksheet as what they are: percents as percents, amounts in yuan with two decimals."""

    def __init__(self, book: Any, language: str) -> None:
        self._looks = {unit: book.add_format({"num_format": look}) for unit, look in _FORMATS.items()}
        points = in_language(_POINTS, language)
        self._points = book.add_format({"num_format": f'+0.0 "{points}";-0.0 "{points}";0.0 "{points}"'})

    def write(self, page: Any, place: tuple[int, int], amount: Amount, unit: Unit) -> None:
        """Write one into a cell, by row and column; nothing where there is none."""
        if amount is None:
            return
        if isinstance(amount, Points):
            page.write_number(*place, float(amount.value), self._points)
        elif isinstance(amount, Percent):
            page.write_number(*place, float(amount.value / 100), self._looks[Unit.PERCENT])
        else:
            number = Fraction(amount) / (FEN_PER_YUAN if unit is Unit.FEN else telling.PER_UNIT.get(unit, 1))
            page.write_number(*place, float(number), self._looks[unit])


def workbook(chart: Chart, *, about: str, at: datetime, language: str) -> bytes:
    """Return the chart's rows, and beneath them whose figures they are, when they were read and what is counted."""
    out = io.BytesIO()
    with spreadsheets.book(out) as book:
        book.set_properties({"created": at.replace(tzinfo=None)})
        head = book.add_format(spreadsheets.HEAD)
        numbers = Numbers(book, language)
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
            for number, (cell, column) in enumerate(zip(line.cells, chart.columns, strict=True), start=1):
                numbers.write(page, (row, number), cell.amount, column.unit)
        counted = (chart.note, chart.whose) if chart.whose else (chart.note,)
        words: tuple[Message | str, ...] = (chart.title, about, at.strftime("%Y-%m-%d %H:%M"), *counted)
        for row, text in enumerate(words, start=len(lines) + 2):
            page.write_string(row, 0, in_language(text, language))
    return out.getvalue()


def _heading(column: Column, language: str) -> str:
    label = in_language(column.label, language)
    if column.unit is Unit.COUNT:
        return label
    return f"{label} ({in_language(UNITS[column.unit], language)})"
