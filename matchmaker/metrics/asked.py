"""Which months a page is asked for: every page of figures reads its address here."""

from matchmaker import clock
from matchmaker.errors import Invalid
from matchmaker.messages import Message, _l
from matchmaker.metrics.periods import Month, Period
from matchmaker.web.facets import chosen


def period(usual: Period) -> tuple[Period, Message | None]:
    """Return the period that the address names, else the usual one; and what is wrong with what it names.

    It is named by ``period``, or by ``first`` and ``last`` month; one of these alone is a month.
    """
    values = {name: value.strip() for name, value in chosen("period", "first", "last").items()}
    text = values["period"]
    if values["first"] or values["last"]:
        text = f"{values['first'] or values['last']}..{values['last'] or values['first']}"
    if not text:
        return usual, None
    try:
        return Period.parse(text), None
    except Invalid as error:
        return usual, error.message


def begun() -> tuple[Period, Message | None]:
    """Return what has begun of the period asked for, this year so far where nothing has; and what is wrong with it.

    Eleven months are never set beside twelve, and nothing beside months to come.
    """
    today = clock.today()
    this_year = Period.year(today.year).until(today)
    asked, wrong = period(this_year)
    if asked.first > Month.of(today):
        return this_year, _l("Nothing of this period has begun yet.")
    return asked.until(today), wrong


def choices() -> list[Period]:
    """Return the periods that people ask for most: this year so far, months, quarters, years."""
    today = clock.today()
    now = Month.of(today)
    months = [Period.month(now.later(-back)) for back in range(4)]
    quarter = Period.quarter(now.year, (now.number + 2) // 3)
    years = [Period.year(now.year).until(today), Period.year(now.year - 1)]
    return list(dict.fromkeys((years[0], *months, quarter.until(today), quarter.before, years[1])))
