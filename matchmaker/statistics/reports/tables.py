"""A report as rows of words: what its page, its PDF and its workbook have in common. Pure."""

from dataclasses import dataclass
from datetime import datetime

from matchmaker import clock
from matchmaker.messages import Message, _l
from matchmaker.metrics import telling
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
    #: What was frozen as another value than that of today: both, and why.
    restated: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """The figures that are made of one kind of record."""

    title: Message
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote: how it is counted, and for each period whether it was frozen or read live."""

    number: int
    text: Message
    definition: Definition
    read: tuple[Message, ...]


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
    return tuple(
        Section(SOURCE_LABELS[source], tuple(_row(report, line) for line in lines)) for source, lines in report.sections
    )


def notes(report: Report) -> tuple[Note, ...]:
    """Return a footnote for each figure."""
    return tuple(Note(line.note, _note(line.definition), line.definition, _read(report, line)) for line in report.lines)


def _read(report: Report, line: Line) -> tuple[Message, ...]:
    at = report.read_at.astimezone(clock.CIVIL_ZONE).strftime("%Y-%m-%d %H:%M")
    told = [
        (one, frozen)
        for period, figure in zip(report.periods, line.figures, strict=True)
        for one, frozen in ((period, figure.frozen), (period.year_before, figure.before_frozen))
    ]
    if not any(frozen for _period, frozen in told):
        return (_l("Live at %(at)s.", at=at),)
    return tuple(
        _l("%(period)s: live at %(at)s.", period=one.label, at=at)
        if frozen is None
        else _l("%(period)s: frozen on %(day)s.", period=one.label, day=frozen.on.isoformat())
        for one, frozen in told
    )


def _restated(report: Report, line: Line) -> tuple[Message, ...]:
    unit = line.definition.unit
    found = []
    for period, figure in zip(report.periods, line.figures, strict=True):
        pairs = ((period, figure.value, figure.frozen), (period.year_before, figure.before, figure.before_frozen))
        for one, value, frozen in pairs:
            if frozen is not None and frozen.present != value:
                values = {"frozen": telling.value(value, unit), "present": telling.value(frozen.present, unit)}
                found.append(
                    _l(
                        "%(period)s: frozen as %(frozen)s, restated as %(present)s. %(reasons)s",
                        period=one.label,
                        **values,
                        reasons=_reasons(frozen.reasons),
                    )
                )
    return tuple(found)


def _reasons(reasons: tuple[str, ...]) -> Message:
    told = [reason for reason in reasons if reason]
    if not told:
        return _l("No reason given yet")
    # What some districts explained does not explain what another left open.
    if len(told) < len(reasons):
        return _l("Reasons: %(reasons)s; of another part no reason is given yet.", reasons="；".join(told))
    return _l("Reasons: %(reasons)s", reasons="；".join(told))


def _row(report: Report, line: Line) -> Row:
    unit = line.definition.unit
    cells: list[Message | str] = []
    for figure in line.figures:
        cells += [words.told(figure), words.number(figure.before, unit), words.change(figure)]
    return Row(line.definition.label, line.note, _UNITS[unit], tuple(cells), line, _restated(report, line))


def _note(definition: Definition) -> Message:
    return _l(
        "%(name)s: %(formula)s Counted from: %(source)s. Version %(version)s of the definition.",
        name=definition.label,
        formula=definition.formula,
        source=SOURCE_LABELS[definition.source],
        version=definition.version,
    )
