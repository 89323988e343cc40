"""Figures as people read them; the units and signs of percents and percentage points stand with them."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from matchmaker import money
from matchmaker.messages import Message, _l
from matchmaker.metrics.definitions import Unit
from matchmaker.metrics.figures import Percent, Points
from matchmaker.metrics.formulas import Value

NOTHING = "–"
_MINUS = "\N{MINUS SIGN}"


def value(found: Value, unit: Unit) -> Message | str:
    """Return a figure with its unit; a dash where there is none."""
    if found is None:
        return NOTHING
    if isinstance(found, Percent):
        return f"{found.rounded()} %"
    if unit is Unit.FEN:
        amount = money.grouped(abs(int(found)), fen_per_unit=money.FEN_PER_WAN)
        return _l("¥%(amount)s ten thousand", amount=(_MINUS if found < 0 else "") + amount)
    if unit is Unit.MINUTES:
        return _l("%(hours)s hours", hours=_decimal(Fraction(found) / 60, 1))
    if unit is Unit.HOURS:
        return _l("%(hours)s hours", hours=_decimal(Fraction(found), 0))
    return _decimal(Fraction(found), 2 if unit is Unit.SCORE else 0)


def change(found: Percent | Points | None) -> Message | str:
    """Return how a figure differs from that of the year before, with its sign."""
    if found is None:
        return NOTHING
    rounded = found.rounded()
    sign = "+" if rounded > 0 else _MINUS if rounded < 0 else "±"
    if isinstance(found, Points):
        return _l("%(number)s percentage points", number=f"{sign}{abs(rounded)}")
    return f"{sign}{abs(rounded)} %"


def distance(found: int | Fraction | Points | None, unit: Unit) -> Message | str:
    """Return how far a figure is from another one."""
    return change(found) if isinstance(found, Points) else value(found, unit)


def _decimal(number: Fraction, places: int) -> str:
    exact = Decimal(number.numerator) / Decimal(number.denominator)
    rounded = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{rounded:,}".replace("-", _MINUS)
