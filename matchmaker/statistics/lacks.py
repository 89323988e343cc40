"""Charts of needs: where those of a period stand, and what nothing on the platform serves."""

from collections import Counter
from collections.abc import Callable, Iterable

from flask import current_app, url_for

from matchmaker.catalogue.demand.findings import Counted, Findings, Unmet
from matchmaker.catalogue.needs.models import STATE_LABELS, Need, NeedState
from matchmaker.db.pages import counts_by
from matchmaker.messages import _l
from matchmaker.metrics.definitions import Unit
from matchmaker.metrics.figures import share
from matchmaker.metrics.models import ScopeKind
from matchmaker.statistics import queries
from matchmaker.statistics.asked import Asked
from matchmaker.statistics.charts import followed
from matchmaker.statistics.rules import Cell, Chart, Column, Draw, Line
from matchmaker.web.access import reader
from matchmaker.web.codes import codes
from matchmaker.web.database import session
from matchmaker.web.facets import label_of

#: How many groups of needs are shown.
MOST_GROUPS = 20


def needs(asked: Asked) -> Chart:
    """Return the needs published in the period by the state they have now."""
    found = counts_by(session(), queries.published(reader(), asked.scope, asked.period), Need.state)
    lines = [
        Line(STATE_LABELS[state], (Cell(found[state], asked.url("statistics.needs", state=state.value)),))
        for state in NeedState
        if found.get(state)
    ]
    return Chart(
        name="needs",
        draw=Draw.BARS,
        title=_l("Needs of the period and where they stand"),
        note=_l("Needs that were published in these months, by the state they have today."),
        heading=_l("State"),
        columns=(Column(_l("Needs"), is_drawn=True),),
        lines=lines,
        records=asked.url("statistics.needs"),
        definitions=followed("needs"),
    )


def findings() -> Findings:
    """Return what the open needs find, as this process counted it last."""
    counted: Counted = current_app.extensions["matchmaker_findings"]
    return counted.current(session(), current_app.extensions["matchmaker_indexes"])


def unmet_of(asked: Asked, found: Findings) -> list[Unmet]:
    """Return the needs of the scope without a good match."""
    return [one for one in found.unmet if _is_of(asked)((one.district_code, one.industry_code))]


def _is_of(asked: Asked) -> Callable[[tuple[str, str]], bool]:
    if asked.scope.kind is ScopeKind.INDUSTRY:
        return lambda key: key[1] == asked.scope.code
    if asked.scope.kind is ScopeKind.CITY:
        return lambda _key: True
    return lambda key: key[0] == asked.scope.code


def unmet(asked: Asked) -> Chart:
    """Return how many open needs of each industry have no good match: what to bring in next."""
    found = findings()
    lacking = unmet_of(asked, found)
    all_open: Counter[str] = Counter()
    for key, number in found.open.items():
        if _is_of(asked)(key):
            all_open[key[1]] += number
    without = Counter(one.industry_code for one in lacking)
    near = Counter(one.industry_code for one in lacking if one.is_near)
    ordered = sorted(without, key=lambda code: (-without[code], code))
    return Chart(
        name="unmet",
        draw=Draw.BARS,
        title=_l("Open needs without a good match, by industry"),
        note=_l(
            "No offering is a strong or possible match that keeps budget, deadline and maturity. Of these, “only a "
            "condition fails” means that something fits by its words."
        ),
        heading=_l("Industry"),
        columns=(
            Column(_l("Without a good match"), is_drawn=True),
            Column(_l("Only a condition fails"), is_drawn=True),
            Column(_l("Open needs")),
            Column(_l("Share without"), Unit.PERCENT),
        ),
        lines=[
            Line(
                label_of(codes().industries[code]) if code in codes().industries else code,
                (
                    Cell(without[code], asked.url("statistics.needs", unmet=1, industry=code)),
                    Cell(near[code], asked.url("statistics.needs", unmet="near", industry=code)),
                    Cell(all_open[code]),
                    Cell(share(without[code], all_open[code])),
                ),
            )
            for code in ordered
        ],
        records=asked.url("statistics.needs", unmet=1),
        is_of_period=False,
    )


def groups(asked: Asked) -> Chart:
    """Return which technologies the unmet needs have in common, those with most needs first."""
    lacking = {one.need_id for one in unmet_of(asked, findings())}
    members = queries.memberships(session(), reader())
    labels = {one.generic_id: one.label for one in members}
    without = Counter(one.generic_id for one in members if one.need_id in lacking)
    every = Counter(one.generic_id for one in members)
    return Chart(
        name="groups",
        draw=Draw.BARS,
        title=_l("Technologies that unmet needs have in common"),
        note=_l("Groups of alike needs with most needs that have no good match: an institute for one serves many."),
        heading=_l("Candidate generic technology"),
        columns=(Column(_l("Without a good match"), is_drawn=True), Column(_l("Needs of the group"))),
        lines=[
            Line(
                labels[number],
                (Cell(times, asked.url("statistics.needs", unmet=1, group=number)), Cell(every[number])),
                url=url_for("generics.show", generic_id=number),
            )
            for number, times in _most(without)
        ],
        is_of_period=False,
    )


def _most(counted: Counter[int]) -> Iterable[tuple[int, int]]:
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_GROUPS]
