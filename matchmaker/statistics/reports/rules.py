"""What a report is made of: its kind, its figures in their order, its sentences. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from matchmaker.messages import Message, _l
from matchmaker.metrics.definitions import DEFINITIONS, Definition, Source
from matchmaker.metrics.figures import Percent, Points
from matchmaker.metrics.models import ScopeKind
from matchmaker.metrics.periods import Month, Period, PeriodKind
from matchmaker.metrics.queries import Figure, Scope
from matchmaker.statistics.reports import words


class ReportKind(StrEnum):
    """Which report it is."""

    #: 月报: one month, and the year so far.
    BULLETIN = "bulletin"
    #: 年度工作报告: the figures that the bureau's yearly report tells.
    YEARLY = "yearly"
    #: 综合体年度表: one complex or institute.
    SHEET = "sheet"


TITLES = {
    ReportKind.BULLETIN: _l("Monthly bulletin"),
    ReportKind.YEARLY: _l("Figures of the yearly work report"),
    ReportKind.SHEET: _l("Yearly sheet"),
}

#: A bulletin tells these; the others tell all that their scope has.
_BULLETIN = frozenset({
    "vouchers_issued", "voucher_issued_fen", "voucher_used_fen", "voucher_paid_fen", "voucher_use_rate", "enterprises",
    "enterprises_new", "services", "service_fen", "needs_received", "answered_share", "needs_solved",
    "response_median", "contracts", "contract_fen", "technology_fen", "registered_share",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One figure in each of the report's periods, and the number of its footnote."""

    note: int
    definition: Definition
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it is shown, typeset and written; every figure was read at ``read_at``."""

    kind: ReportKind
    scope: Scope
    name: str
    periods: tuple[Period, ...]
    sentences: tuple[Message, ...]
    sections: tuple[tuple[Source, tuple[Line, ...]], ...]
    read_at: datetime

    @property
    def title(self) -> Message:
        """What it is called."""
        return _l("%(name)s: %(report)s", name=self.name, report=TITLES[self.kind])

    @property
    def lines(self) -> tuple[Line, ...]:
        """All figures, in the order of their footnotes."""
        return tuple(line for _source, lines in self.sections for line in lines)


def kind_of(scope: Scope, period: Period) -> ReportKind:
    """Return which report a scope and a period ask for."""
    if scope.kind is ScopeKind.PROVIDER:
        return ReportKind.SHEET
    return ReportKind.BULLETIN if period.kind is PeriodKind.MONTH else ReportKind.YEARLY


def periods_of(kind: ReportKind, period: Period, today: date) -> tuple[Period, ...]:
    """Return the periods that it tells of; the last is the one its sentences are about.

    A year that is not over is told by its months so far, and so compared with as many of the year before; instead of
    what has not begun, this month is told.
    """
    if period.first > Month.of(today):
        period = Period.month(Month.of(today))
    if kind is ReportKind.BULLETIN:
        period = period.until(today)
        return (period, Period(Month(period.last.year, 1), period.last))
    if kind is ReportKind.SHEET:
        period = Period.year(period.last.year)
    return (period.until(today),)


def keys_of(kind: ReportKind, scope: Scope) -> tuple[str, ...]:
    """Return the figures that it tells, in the catalogue's order."""
    return tuple(
        key
        for key, definition in DEFINITIONS.items()
        if scope.kind in definition.kinds and (kind is not ReportKind.BULLETIN or key in _BULLETIN)
    )


def sections_of(found: Sequence[Mapping[str, Figure]]) -> tuple[tuple[Source, tuple[Line, ...]], ...]:
    """Group figures of some periods by the records they are made of, and number their footnotes from 1."""
    by_source: dict[Source, list[Line]] = {}
    for key in sorted(found[-1], key=lambda one: _place(found[-1][one].definition)):
        definition = found[-1][key].definition
        note = 1 + sum(map(len, by_source.values()))
        line = Line(note, definition, tuple(figures[key] for figures in found))
        by_source.setdefault(definition.source, []).append(line)
    return tuple((source, tuple(lines)) for source, lines in by_source.items())


def sentences_of(figures: Mapping[str, Figure], period: Period, name: Message | str) -> tuple[Message, ...]:
    """Return what people write of the figures, such as "1-11月，全市发放创新券…万元、使用…万元，同比增长…%、…%"."""
    when = words.months(period)
    said = []
    for keys, text in _SENTENCES:
        if all(key in figures for key in keys):
            first, second = (figures[key] for key in keys)
            values = {"first": words.told(first), "second": words.told(second)}
            change = changed(first, second)
            said.append(Message(text.text, {"months": when, "place": name, **values, "change": change}))
    return tuple(said)


def changed(first: Figure, second: Figure) -> Message:
    """Return how two figures stand to the same months of the year before; one direction is said once."""
    if not (first.is_comparable and second.is_comparable):
        return _l("not comparable with the year before, as the definition changed")
    ways = [_way(one.change) for one in (first, second)]
    if ways == [None, None]:
        return _l("with nothing to compare with in the year before")
    numbers = {"first": words.bare(first.change), "second": words.bare(second.change)}
    if ways == [1, 1]:
        return _l("up %(first)s and %(second)s year on year", **numbers)
    if ways == [-1, -1]:
        return _l("down %(first)s and %(second)s year on year", **numbers)
    return _l("year on year: %(first)s, %(second)s", first=_apart(first), second=_apart(second))


def _apart(figure: Figure) -> Message:
    way = _way(figure.change)
    if way is None:
        return _l("nothing to compare with")
    if not way:
        return _l("unchanged")
    number = words.bare(figure.change)
    return _l("up %(number)s", number=number) if way > 0 else _l("down %(number)s", number=number)


def _way(change: Percent | Points | None) -> int | None:
    """Return whether what is printed of a change is above, at or below zero."""
    if change is None:
        return None
    rounded = change.rounded()
    return (rounded > 0) - (rounded < 0)


def _place(definition: Definition) -> tuple[int, int]:
    """Vouchers lead, as in the bureau's own reports; then the catalogue's order."""
    order = (Source.TRANSFERS, Source.SERVICES, Source.INTRODUCTIONS, Source.CONTRACTS, Source.REGISTRY)
    return order.index(definition.source), list(DEFINITIONS).index(definition.key)


_SENTENCES: tuple[tuple[tuple[str, str], Message], ...] = (
    (
        ("voucher_issued_fen", "voucher_used_fen"),
        _l(
            "%(months)s: %(place)s issued innovation vouchers of ¥%(first)s ten thousand and used ¥%(second)s ten thousand, %(change)s."  # noqa: E501 - one sentence is one msgid
        ),
    ),
    (
        ("enterprises", "services"),
        _l("%(months)s: %(place)s served %(first)s enterprises in %(second)s services, %(change)s."),
    ),
    (
        ("contracts", "contract_fen"),
        _l("%(months)s: %(place)s signed %(first)s technical contracts of ¥%(second)s ten thousand, %(change)s."),
    ),
)
