"""Figures in words, as reports print them: the unit stands in a column of its own. Pure."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from matchmaker import money
from matchmaker.messages import Message, _l
from matchmaker.metrics.definitions import Unit
from matchmaker.metrics.figures import Percent, Points
from matchmaker.metrics.formulas import Value
from matchmaker.metrics.periods import Period, PeriodKind
from matchmaker.metrics.queries import Figure

NOTHING = "–"
_MINUS = "\N{MINUS SIGN}"
_PER_UNIT = {Unit.FEN: money.FEN_PER_WAN, Unit.MINUTES: 60}
_PLACES = {Unit.FEN: 2, Unit.MINUTES: 1, Unit.SCORE: 2}


def exact(value: Value, unit: Unit) -> Fraction | None:
    """Return the number in the unit that readers see: 万元, hours, percent."""
    if value is None:
        return None
    return value.value if isinstance(value, Percent) else Fraction(value) / _PER_UNIT.get(unit, 1)


def number(value: Value, unit: Unit) -> str:
    """Return the number as it is printed beside its unit; a dash where there is none."""
    found = exact(value, unit)
    if found is None:
        return NOTHING
    return _decimal(found, 1 if isinstance(value, Percent) else _PLACES.get(unit, 0))


def told(figure: Figure) -> str:
    """Return a figure's number."""
    return number(figure.value, figure.definition.unit)


def bare(change: Percent | Points | None) -> Message | str:
    """Return a change without its sign, for sentences that say up or down."""
    if change is None:
        return NOTHING
    size = f"{abs(change.rounded()):,}"
    return _l("%(number)s percentage points", number=size) if isinstance(change, Points) else f"{size}%"


def change(figure: Figure) -> Message | str:
    """Return a figure's change with its sign; a word where the definition changed."""
    if not figure.is_comparable:
        return _l("Definition changed")
    found = figure.change
    if found is None:
        return NOTHING
    rounded = found.rounded()
    sign = "+" if rounded > 0 else _MINUS if rounded < 0 else ""
    size = f"{sign}{abs(rounded):,}"
    return _l("%(number)s percentage points", number=size) if isinstance(found, Points) else f"{size} %"


def months(period: Period) -> Message:
    """Return the months as reports call them where the year is plain: 1-11月, 11月, 全年."""
    if period.kind is PeriodKind.YEAR:
        return _l("The whole of %(year)s", year=period.first.year)
    if period.first.year != period.last.year:
        return period.label
    if period.kind is PeriodKind.MONTH:
        return _l("Month %(month)s", month=period.first.number)
    return _l("Months %(first)s-%(last)s", first=period.first.number, last=period.last.number)


def _decimal(found: Fraction, places: int) -> str:
    bare = Decimal(found.numerator) / Decimal(found.denominator)
    rounded = bare.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{rounded:,}".replace("-", _MINUS)
