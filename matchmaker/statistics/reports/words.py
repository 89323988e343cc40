"""Figures in words, as reports print them: the unit stands in a column of its own. Pure."""

from matchmaker.messages import Message, _l
from matchmaker.metrics import telling
from matchmaker.metrics.definitions import Unit
from matchmaker.metrics.figures import Percent, Points
from matchmaker.metrics.formulas import Value
from matchmaker.metrics.periods import Period, PeriodKind
from matchmaker.metrics.queries import Figure

_PLACES = {Unit.FEN: 2, Unit.MINUTES: 1, Unit.SCORE: 2}


def number(value: Value, unit: Unit) -> str:
    """Return the number as it is printed beside its unit; a dash where there is none."""
    found = telling.exact(value, unit)
    if found is None:
        return telling.NOTHING
    return telling.decimal(found, 1 if isinstance(value, Percent) else _PLACES.get(unit, 0))


def told(figure: Figure) -> str:
    """Return a figure's number."""
    return number(figure.value, figure.definition.unit)


def bare(change: Percent | Points | None) -> Message | str:
    """Return a change without its sign, for sentences that say up or down."""
    if change is None:
        return telling.NOTHING
    size = f"{abs(change.rounded()):,}"
    return _l("%(number)s percentage points", number=size) if isinstance(change, Points) else f"{size}%"


def change(figure: Figure) -> Message | str:
    """Return a figure's change with its sign; a word where the definition changed."""
    if not figure.is_comparable:
        return _l("Definition changed: not comparable")
    return telling.change(figure.change)


def months(period: Period) -> Message:
    """Return the months as reports call them where the year is plain: 1-11月, 11月, 全年."""
    if period.kind is PeriodKind.YEAR:
        return _l("The whole of %(year)s", year=period.first.year)
    if period.first.year != period.last.year:
        return period.label
    if period.kind is PeriodKind.MONTH:
        return _l("Month %(month)s", month=period.first.number)
    return _l("Months %(first)s-%(last)s", first=period.first.number, last=period.last.number)
