"""Charts of figures: how they run, compare, rank and come back each year, the funnel and the vouchers' way."""

from collections.abc import Mapping
from typing import Any

from flask import url_for

from matchmaker import clock
from matchmaker.messages import _l
from matchmaker.metrics import queries as metrics
from matchmaker.metrics.cohorts.rules import STEPS, WAYS
from matchmaker.metrics.definitions import DEFINITIONS, Definition, Unit, for_kind
from matchmaker.metrics.figures import growth, share
from matchmaker.metrics.formulas import Value
from matchmaker.metrics.models import ScopeKind
from matchmaker.metrics.periods import Month, Period
from matchmaker.metrics.queries import Scope
from matchmaker.metrics.rules import FUNNEL, LOSSES
from matchmaker.reference.models import CITY_CODE
from matchmaker.statistics import queries
from matchmaker.statistics.asked import KIND_LABELS, Asked, word
from matchmaker.statistics.rules import Cell, Chart, Column, Draw, Line, places, spread
from matchmaker.vouchers.pool import queries as pool
from matchmaker.web.access import reader
from matchmaker.web.codes import codes
from matchmaker.web.database import session
from matchmaker.web.facets import chosen, label_of

#: So many years stand in the heat map.
YEARS = 5
#: A trend of fewer months would be a dot.
FEWEST_MONTHS = 12
#: What a page without a choice shows.
USUAL_KEY = "services"


def definition(of_kind: ScopeKind) -> Definition:
    """Return the figure that the address names, the number of services where it names none that the kind has."""
    key = chosen("key")["key"]
    return DEFINITIONS[key if key in for_kind(of_kind) else USUAL_KEY]


def kind() -> ScopeKind:
    """Return what the address asks to rank. Districts and industries are the city's to compare."""
    text = chosen("kind")["kind"]
    may_choose = reader().is_city_bureau and text in set(ScopeKind) - {ScopeKind.CITY}
    return ScopeKind(text) if may_choose else ScopeKind.PROVIDER


def trend(asked: Asked) -> Chart:
    """Return a figure month by month, beside the same months of the year before."""
    told = definition(asked.scope.kind)
    months = asked.period if len(asked.period) >= FEWEST_MONTHS else _year_to(asked.period.last)
    both = dict(metrics.series(session(), asked.scope, told.key, Period(months.year_before.first, months.last)))
    return Chart(
        name="trend",
        whose=asked.counts_all,
        draw=Draw.LINES,
        title=_l("%(figure)s by month", figure=told.label),
        note=_l("Each month, and the same month of the year before."),
        heading=_l("Month"),
        columns=(Column(told.label, told.unit, is_drawn=True), Column(_l("Year before"), told.unit, is_drawn=True)),
        lines=[
            Line(
                str(month),
                tuple(
                    Cell(_begun(both, one), asked.records(told.key, Period.month(one)))
                    for one in (month, month.later(-12))
                ),
            )
            for month in months
        ],
        definitions=_defined(told),
        records=asked.records(told.key),
    )


def _year_to(month: Month) -> Period:
    return Period(month.later(1 - FEWEST_MONTHS), month)


def _begun(values: Mapping[Month, Value], month: Month) -> Value:
    """Return the month's value; of a month to come there is none, which is not the same as nothing."""
    return values.get(month) if month <= Month.of(clock.today()) else None


def seasons(asked: Asked) -> Chart:
    """Return a figure month by month, a row for each year."""
    told = definition(asked.scope.kind)
    last = asked.period.last.year
    years = range(last - YEARS + 1, last + 1)
    values = dict(metrics.series(session(), asked.scope, told.key, Period(Month(years[0], 1), Month(last, 12))))
    return Chart(
        name="seasons",
        whose=asked.counts_all,
        draw=Draw.HEAT,
        title=_l("%(figure)s: when in the year", figure=told.label),
        note=_l("The darker, the more. Months to come are empty."),
        heading=_l("Year"),
        columns=tuple(
            Column(_l("Month %(number)s", number=number), told.unit, is_drawn=True) for number in range(1, 13)
        ),
        lines=[
            Line(
                str(year),
                tuple(
                    Cell(_begun(values, month), asked.records(told.key, Period.month(month)))
                    for month in Period.year(year)
                ),
            )
            for year in years
        ],
        definitions=_defined(told),
        records=asked.records(told.key),
    )


def ranking(asked: Asked) -> Chart:
    """Return who stands where on a figure, with the median and the quartiles of all."""
    of_kind = kind()
    told = definition(of_kind)
    found = [row for row in metrics.ranking(session(), told.key, asked.period, of_kind) if row[1] is not None]
    names = _names(of_kind)
    quartiles = spread([value for _code, value in found])
    marks = (_l("Lower quartile"), _l("Median"), _l("Upper quartile"))
    return Chart(
        name="ranking",
        whose=None
        if of_kind is not ScopeKind.PROVIDER or reader().is_city_bureau
        else _l("Counts all that each did, for enterprises of every district."),
        draw=Draw.BARS,
        title=_l("%(figure)s: %(kind)s compared", figure=told.label, kind=KIND_LABELS[of_kind]),
        note=_l(
            "Those without a record in these months are left out. Places, median and quartiles are among all that have "
            "one, shown or not; equal figures share a place."
        ),
        heading=KIND_LABELS[of_kind],
        columns=(Column(told.label, told.unit, is_drawn=True), Column(_l("Place"))),
        lines=[
            Line(
                names[code],
                (Cell(value, asked.records(told.key, scope=Scope(of_kind, code))), Cell(place)),
                url=url_for("statistics.index", scope=word(Scope(of_kind, code)), period=str(asked.period)),
            )
            for (code, value), place in zip(found, places([value for _code, value in found]), strict=True)
            if code in names
        ],
        foot=[Line(mark, (Cell(value), Cell(None)), is_mark=True) for mark, value in zip(marks, quartiles, strict=True)]
        if quartiles
        else [],
        definitions=_defined(told),
    )


def _names(of_kind: ScopeKind) -> dict[str, str]:
    """Return who of a kind the reader oversees, by code: the others are in the spread, and are not named."""
    if of_kind is ScopeKind.PROVIDER:
        who = reader()
        statement = queries.providers("" if who.is_city_bureau else str(who.district_code))
        return {str(one.id): one.name for one in session().scalars(statement)}
    lists = codes()
    if of_kind is ScopeKind.INDUSTRY:
        return {code: label_of(one) for code, one in lists.industries.items()} if reader().is_city_bureau else {}
    return {one.code: label_of(one) for one in lists.city_districts(CITY_CODE) if reader().is_bureau_of(one.code)}


def funnel(asked: Asked) -> Chart:
    """Return how far the introductions of the period came by now, from cells that are kept up with them."""
    counts = metrics.measured(session(), asked.scope, (FUNNEL,), asked.period).get(FUNNEL, {})
    main = [step for step in STEPS if step.name not in ("match", "voucher")]
    return Chart(
        name="funnel",
        whose=asked.counts_own,
        draw=Draw.FUNNEL,
        title=_l("From introduction to effect"),
        note=_l("Every step follows the introductions asked for in these months, however late they took it."),
        heading=_l("Step"),
        columns=(
            Column(_l("How many"), is_drawn=True),
            Column(_l("Share of all introductions"), Unit.PERCENT),
        ),
        lines=[
            Line(
                step.label,
                (
                    Cell(counts.get(step.name, 0), _introductions(asked, step.name)),
                    Cell(share(counts.get(step.name, 0), counts.get("asked", 0))),
                ),
            )
            for step in main
        ],
        records=_introductions(asked, "asked"),
        definitions=followed("funnel"),
    )


def losses(asked: Asked) -> Chart:
    """Return why introductions of the period go no further, the most frequent reasons first."""
    counts = metrics.measured(session(), asked.scope, (LOSSES,), asked.period).get(LOSSES, {})
    told = sorted((way for way in WAYS if counts.get(way.name)), key=lambda way: (-counts[way.name], way.name))
    after = {step.name: step.label for step in STEPS}
    return Chart(
        name="losses",
        whose=asked.counts_own,
        draw=Draw.BARS,
        title=_l("Where introductions stop, and why"),
        note=_l("Behind each reason stands the step after which they stopped."),
        heading=_l("Reason"),
        columns=(Column(_l("Introductions"), is_drawn=True),),
        lines=[
            Line(
                _l("%(reason)s (after: %(step)s)", reason=way.label, step=after[way.after]),
                (Cell(counts[way.name], _introductions(asked, way.name)),),
            )
            for way in told
        ],
        definitions=followed("losses"),
    )


#: By what the funnel's own page narrows to a scope.
_NARROWED = {ScopeKind.PROVIDER: "provider", ScopeKind.INDUSTRY: "industry", ScopeKind.DISTRICT: "district"}


def _introductions(asked: Asked, step: str) -> str:
    narrowed = {name: asked.scope.code for kind, name in _NARROWED.items() if kind is asked.scope.kind}
    days = {"since": str(asked.period.first_day), "until": str(asked.period.last_day)}
    values: dict[str, Any] = days | narrowed
    return url_for("funnel.records", step=step, **values)


#: The vouchers' way in money, each step counted by its own transfers.
_WAY = (
    "voucher_issued_fen",
    "voucher_reserved_fen",
    "voucher_used_fen",
    "voucher_paid_fen",
    "voucher_expired_fen",
    "voucher_use_rate",
)


def vouchers(asked: Asked) -> Chart:
    """Return what of the vouchers' money came how far in the period, beside the same months of the year before."""
    found = metrics.figures(session(), asked.scope, asked.period, _WAY)
    money = [one for one in found.values() if one.definition.unit is Unit.FEN]
    return Chart(
        name="vouchers",
        whose=asked.counts_all,
        draw=Draw.BARS,
        title=_l("Vouchers: from the pool to the payment"),
        note=_l(
            "Issued is not used, and used is not paid: each step counts its own transfers of these months. The pool is "
            "what the year's schemes were given."
        ),
        heading=_l("Step"),
        columns=(
            Column(_l("These months"), Unit.FEN, is_drawn=True),
            Column(_l("Same months of the year before"), Unit.FEN, is_drawn=True),
            Column(_l("Year on year"), Unit.PERCENT, is_change=True),
        ),
        lines=[*_pool(asked), *(_step(asked, one) for one in money)],
        foot=[_step(asked, one) for one in found.values() if one.definition.unit is Unit.PERCENT],
        definitions=_defined(*(one.definition for one in found.values())),
    )


def _step(asked: Asked, figure: metrics.Figure) -> Line:
    key = figure.definition.key
    return Line(
        figure.definition.label,
        (
            Cell(figure.value, asked.records(key)),
            Cell(figure.before, asked.records(key, asked.period.year_before)),
            Cell(figure.change),
        ),
    )


def _pool(asked: Asked) -> list[Line]:
    """Return what the year's pools were given; only a district or the city has one."""
    if asked.scope.kind not in (ScopeKind.CITY, ScopeKind.DISTRICT):
        return []
    cells = []
    for year in (asked.period.last.year, asked.period.last.year - 1):
        rows = pool.standings(session(), reader(), year=year)
        given = sum(row.funded_fen for row in rows if asked.scope.code in ("", row.district_code))
        cells.append((given, url_for("pool.index", year=year)))
    (now, _now), (before, _before) = cells
    return [Line(_l("Pool"), (*(Cell(fen, url) for fen, url in cells), Cell(growth(now, before))))]


def followed(chart: str) -> dict[str, str]:
    """Return where it is written how a chart counts that follows records and no figure of the catalogue."""
    return {chart: url_for("metrics.definition", _anchor=chart)}


def _defined(*told: Definition) -> dict[str, str]:
    return {one.key: url_for("metrics.definition", key=one.key) for one in told}
