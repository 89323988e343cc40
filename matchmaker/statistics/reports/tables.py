"""A report as rows of words: what its page, its PDF and its workbook have in common. Pure."""

from dataclasses import dataclass
from datetime import datetime

from matchmaker.messages import Message, _l
from matchmaker.metrics.definitions import SOURCE_LABELS, UNIT_LABELS, Definition, Unit
from matchmaker.statistics.reports import words
from matchmaker.statistics.reports.rules import Line, Report

NOTES = _l("How each figure is counted")
#: A number of things, which other pages need no word for.
_UNITS = {**UNIT_LABELS, Unit.COUNT: _l("Count")}


@dataclass(frozen=True, slots=True)
class Row:
    """A figure: its name, the number of its footnote, its unit; value, year before and change of each period."""

    label: Message
    note: int
    unit: Message
    cells: tuple[Message | str, ...]
    line: Line


@dataclass(frozen=True, slots=True)
class Section:
    """The figures that are made of one kind of record."""

    title: Message
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote."""

    number: int
    text: Message
    definition: Definition


def head(report: Report) -> tuple[Message | str, ...]:
    """Return the columns' headings."""
    found: list[Message | str] = [_l("Figure"), _l("Unit")]
    for period in report.periods:
        found += [period.label, _l("Year before"), _l("Year on year")]
    return tuple(found)


def about(report: Report, at: datetime) -> Message:
    """Return what is told of and when it was read, in civil time."""
    return _l(
        "%(period)s, beside the same months of the year before. Figures read on %(at)s (Beijing time).",
        period=report.periods[-1].label,
        at=at.strftime("%Y-%m-%d %H:%M"),
    )


def sections(report: Report) -> tuple[Section, ...]:
    """Return the report's rows."""
    return tuple(Section(SOURCE_LABELS[source], tuple(map(_row, lines))) for source, lines in report.sections)


def notes(report: Report) -> tuple[Note, ...]:
    """Return a footnote for each figure."""
    return tuple(Note(line.note, _note(line.definition), line.definition) for line in report.lines)


def _row(line: Line) -> Row:
    unit = line.definition.unit
    cells: list[Message | str] = []
    for figure in line.figures:
        cells += [words.told(figure), words.number(figure.before, unit), words.change(figure)]
    return Row(line.definition.label, line.note, _UNITS[unit], tuple(cells), line)


def _note(definition: Definition) -> Message:
    return _l(
        "%(name)s: %(formula)s Counted from: %(source)s. Version %(version)s of the definition.",
        name=definition.label,
        formula=definition.formula,
        source=SOURCE_LABELS[definition.source],
        version=definition.version,
    )
