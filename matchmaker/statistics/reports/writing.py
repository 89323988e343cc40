"""A report becomes a workbook: numbers to the fen as numbers, the rest as text, definitions on a second sheet."""

import io
from typing import Any

from matchmaker import clock, spreadsheets
from matchmaker.messages import Message, _l
from matchmaker.metrics import telling
from matchmaker.metrics.definitions import Definition, Unit
from matchmaker.metrics.formulas import Value
from matchmaker.phrases import in_language
from matchmaker.statistics.reports import tables, words
from matchmaker.statistics.reports.rules import Report
from matchmaker.statistics.reports.tables import Row

_FORMATS = {
    Unit.COUNT: "#,##0", Unit.FEN: "#,##0.00####", Unit.PERCENT: "0.0####", Unit.MINUTES: "#,##0.0##",
    Unit.HOURS: "#,##0", Unit.SCORE: "0.00##",
}  # fmt: skip
_NOTE_HEADINGS = (
    _l("Note"),
    _l("Figure"),
    _l("How it is counted"),
    _l("Version"),
    _l("Holds since"),
    _l("Read at (Beijing time)"),
)


class _Sheet:
    """A worksheet that is written from the top down, in one language."""

    def __init__(self, book: Any, name: Message, language: str) -> None:
        self.page = book.add_worksheet(in_language(name, language))
        self.language = language
        self.row = 0

    def line(self, *cells: Message | str, look: Any = None) -> None:
        """Write texts, and go on to the next row."""
        for column, cell in enumerate(cells):
            self.text(column, cell, look)
        self.row += 1

    def text(self, column: int, cell: Message | str, look: Any = None) -> None:
        """Write a text into this row."""
        self.page.write_string(self.row, column, in_language(cell, self.language), look)


def workbook(report: Report, language: str) -> bytes:
    """Return the report as an XLSX; the same bytes for the same report."""
    at = report.read_at.astimezone(clock.CIVIL_ZONE)
    out = io.BytesIO()
    with spreadsheets.book(out) as book:
        book.set_properties({"title": in_language(report.title, language), "created": at.replace(tzinfo=None)})
        head = book.add_format(spreadsheets.HEAD)
        bold = book.add_format({"bold": True})
        looks = {unit: book.add_format({"num_format": look}) for unit, look in _FORMATS.items()}
        sheet = _Sheet(book, _l("Report"), language)
        sheet.page.set_column(0, 0, 34)
        sheet.page.set_column(1, 1 + 3 * len(report.periods), 16)
        sheet.line(report.title, look=bold)
        sheet.line(tables.about(report, at))
        for sentence in report.sentences:
            sheet.line(sentence)
        for section in tables.sections(report):
            sheet.row += 1
            sheet.line(section.title, look=bold)
            sheet.line(*tables.head(report), _l("Note"), look=head)
            for row in section.rows:
                _write(sheet, row, looks)
        notes = _Sheet(book, _l("Definitions"), language)
        notes.page.set_column(1, 1, 30)
        notes.page.set_column(2, 2, 90)
        notes.page.set_column(3, 5, 18)
        notes.line(*_NOTE_HEADINGS, look=head)
        for note in tables.notes(report):
            notes.line(*_noted(note.number, note.definition, note.text), at.strftime("%Y-%m-%d %H:%M:%S"))
    return out.getvalue()


def _write(sheet: _Sheet, row: Row, looks: dict[Unit, Any]) -> None:
    sheet.text(0, row.label)
    sheet.text(1, row.unit)
    unit = row.line.definition.unit
    for number, figure in enumerate(row.line.figures):
        first = 2 + 3 * number
        _number(sheet, first, figure.value, unit, looks)
        _number(sheet, first + 1, figure.before, unit, looks)
        sheet.text(first + 2, words.change(figure))
    sheet.page.write_number(sheet.row, 2 + 3 * len(row.line.figures), row.note)
    sheet.row += 1


def _number(sheet: _Sheet, column: int, value: Value, unit: Unit, looks: dict[Unit, Any]) -> None:
    found = telling.exact(value, unit)
    if found is None:
        sheet.text(column, telling.NOTHING)
    else:
        sheet.page.write_number(sheet.row, column, float(found), looks[unit])


def _noted(number: int, definition: Definition, text: Message) -> tuple[Message | str, ...]:
    return str(number), definition.label, text, str(definition.version), str(definition.since)
