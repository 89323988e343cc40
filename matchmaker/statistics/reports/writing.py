"""A report becomes a workbook: numbers to the fen as numbers, the rest as text, definitions on a second sheet."""

import io
from typing import Any

from matchmaker import clock, spreadsheets
from matchmaker.messages import Message, _l
from matchmaker.metrics import telling
from matchmaker.metrics.definitions import Definition
from matchmaker.phrases import in_language
from matchmaker.statistics import sheets
from matchmaker.statistics.reports import tables, words
from matchmaker.statistics.reports.rules import Report
from matchmaker.statistics.reports.tables import Row
from matchmaker.statistics.sheets import Numbers

_NOTE_HEADINGS = (
    _l("Note"),
    _l("Figure"),
    _l("How it is counted"),
    _l("Version"),
    _l("Holds since"),
    _l("Read at (Beijing time)"),
    _l("Frozen or live"),
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
        numbers = Numbers(book, language)
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
            sheet.line(*tables.head(report), _l("Note"), _l("Restated"), look=head)
            for row in section.rows:
                _write(sheet, row, numbers)
        notes = _Sheet(book, _l("Definitions"), language)
        notes.page.set_column(1, 1, 30)
        notes.page.set_column(2, 2, 90)
        notes.page.set_column(3, 5, 18)
        notes.line(*_NOTE_HEADINGS, look=head)
        for note in tables.notes(report):
            read_at = at.strftime("%Y-%m-%d %H:%M:%S")
            notes.line(*_noted(note.number, note.definition, note.text), read_at, *note.read)
    return out.getvalue()


def _write(sheet: _Sheet, row: Row, numbers: Numbers) -> None:
    unit = row.line.definition.unit
    sheet.text(0, row.label)
    sheet.text(1, sheets.UNITS[unit])
    for number, figure in enumerate(row.line.figures):
        first = 2 + 3 * number
        for column, value in enumerate((figure.value, figure.before), start=first):
            if value is None:
                sheet.text(column, telling.NOTHING)
            else:
                numbers.write(sheet.page, (sheet.row, column), value, unit)
        if figure.change is not None:
            numbers.write(sheet.page, (sheet.row, first + 2), figure.change, unit)
        else:
            sheet.text(first + 2, words.change(figure))
    after = 2 + 3 * len(row.line.figures)
    sheet.page.write_number(sheet.row, after, row.note)
    for column, text in enumerate(row.restated, start=after + 1):
        sheet.text(column, text)
    sheet.row += 1


def _noted(number: int, definition: Definition, text: Message) -> tuple[Message | str, ...]:
    return str(number), definition.label, text, str(definition.version), str(definition.since)
