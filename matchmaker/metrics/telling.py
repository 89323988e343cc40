"""Figures as people read them; the units and signs of percents and percentage points stand with them."""

from fractions import Fraction

from matchmaker import money
from matchmaker.messages import Message, _l
from matchmaker.metrics.definitions import Unit
from matchmaker.metrics.figures import Percent, Points, round_half_up
from matchmaker.metrics.formulas import Value

NOTHING = "–"
MINUS = "\N{MINUS SIGN}"
#: What is counted in small units and told in large ones: fen in 万元, minutes in hours.
PER_UNIT = {Unit.FEN: money.FEN_PER_WAN, Unit.MINUTES: 60}


def value(found: Value, unit: Unit) -> Message | str:
    """Return a figure with its unit; a dash where there is none."""
    if found is None:
        return NOTHING
    if isinstance(found, Percent):
        return f"{found.rounded()} %"
    if unit is Unit.FEN:
        amount = money.grouped(abs(int(found)), fen_per_unit=money.FEN_PER_WAN)
        return _l("¥%(amount)s ten thousand", amount=(MINUS if found < 0 else "") + amount)
    if unit is Unit.MINUTES:
        return _l("%(hours)s hours", hours=decimal(Fraction(found) / PER_UNIT[unit], 1))
    if unit is Unit.HOURS:
        return _l("%(hours)s hours", hours=decimal(Fraction(found), 0))
    return decimal(Fraction(found), 2 if unit is Unit.SCORE else 0)


def change(found: Percent | Points | None) -> Message | str:
    """Return how a figure differs from that of the year before, with its sign."""
    if found is None:
        return NOTHING
    rounded = found.rounded()
    sign = "+" if rounded > 0 else MINUS if rounded < 0 else "±"
    size = f"{sign}{abs(rounded):,}"
    return _l("%(number)s percentage points", number=size) if isinstance(found, Points) else f"{size} %"


def distance(found: int | Fraction | Points | None, unit: Unit) -> Message | str:
    """Return how far a figure is from another one, with its sign."""
    if found is None or isinstance(found, Points):
        return change(found)
    magnitude: int | Fraction = -found if found < 0 else found
    size = value(magnitude, unit)
    sign = "+" if found > 0 else MINUS if found < 0 else "±"
    return _l("%(sign)s%(size)s", sign=sign, size=size)


def exact(found: Value, unit: Unit) -> Fraction | None:
    """Return the number in the unit that readers see: 万元, hours, percent."""
    if found is None:
        return None
    return found.value if isinstance(found, Percent) else Fraction(found) / PER_UNIT.get(unit, 1)


def decimal(number: Fraction, places: int) -> str:
    """Return a number as it is printed, its thousands apart."""
    return f"{round_half_up(number, places):,}".replace("-", MINUS)
