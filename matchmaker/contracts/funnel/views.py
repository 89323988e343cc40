"""Pages of the funnel: its table with bars, where it breaks, and the records behind each figure."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.contracts.funnel import policies, queries
from matchmaker.contracts.funnel.rules import Break, By, Row, Step, period, weakest
from matchmaker.contracts.introductions.models import REASON_LABELS
from matchmaker.contracts.introductions.response import response_times
from matchmaker.contracts.services.queries import in_scope as services_in_scope
from matchmaker.db.pages import page_of
from matchmaker.messages import _l
from matchmaker.web.access import protect, reader
from matchmaker.web.codes import codes
from matchmaker.web.database import session
from matchmaker.web.days import day_in
from matchmaker.web.facets import chosen
from matchmaker.web.i18n import local_name
from matchmaker.web.ids import row_id
from matchmaker.web.paging import page_number

bp = Blueprint("funnel", __name__, url_prefix="/funnel")

#: Where the application keeps the steps that domains above contracts hand in.
STEPS = "matchmaker_funnel_steps"
BY_LABELS = {By.COMPLEX: _l("Complex or institute"), By.INDUSTRY: _l("Industry"), By.DISTRICT: _l("District")}


def known_steps() -> list[Step]:
    """Return the steps, with those that domains above handed in."""
    return queries.joined(current_app.extensions.get(STEPS, ()))


def _filters() -> queries.FunnelFilters:
    values = chosen("industry", "district")
    return queries.FunnelFilters(
        period=period(day_in("since"), day_in("until"), today=clock.today()),
        provider_id=row_id("provider"),
        industry=values["industry"],
        district=values["district"],
    )


@bp.get("/")
@protect(policies.may_see)
def index() -> ResponseReturnValue:
    """Show how far the introductions of a period came, for each complex, industry or district."""
    who, db, filters, steps = reader(), session(), _filters(), known_steps()
    wanted = chosen("by")["by"]
    by = By(wanted) if wanted in set(By) else (By.COMPLEX if who.is_bureau else By.INDUSTRY)
    found = queries.rows(db, who, filters, steps, by)
    ways = queries.breaks(REASON_LABELS)
    own = filters.conditions(who)
    times = response_times(db, *own, since=filters.period.start, until=filters.period.end)
    return render_template(
        "funnel/index.html",
        by=by,
        by_labels=BY_LABELS,
        filters=filters,
        steps=steps,
        rows=found,
        total=queries.total(found, steps),
        names=_names(by, found, filters),
        lost=_lost(steps, ways, queries.losses(db, who, filters, ways)),
        times=times,
        weakest=weakest,
        needs=queries.needs_published(db, who, filters) if who.is_bureau else None,
        besides=queries.services_besides(db, who, filters, services_in_scope(who)),
        provider=_provider(filters),
    )


def _lost(steps: Sequence[Step], ways: Sequence[Break], counts: dict[str, int]) -> list[tuple[Step, list[Any]]]:
    """Return the ways in which something was lost, by the step after which it was."""
    found = []
    for step in steps:
        theirs = [(way, counts[way.name]) for way in ways if way.after == step.name and counts[way.name]]
        if theirs:
            found.append((step, sorted(theirs, key=lambda pair: -pair[1])))
    return found


def _names(by: By, found: Sequence[Row], filters: queries.FunnelFilters) -> dict[Any, str]:
    if by is By.COMPLEX:
        return {row.id: row.name for row in session().scalars(queries.named([row.key for row in found]))}
    lists = codes().industries if by is By.INDUSTRY else codes().districts
    return {code: local_name(one) for code, one in lists.items()}


def _provider(filters: queries.FunnelFilters) -> str:
    if filters.provider_id is None:
        return ""
    found = session().scalars(queries.named([filters.provider_id])).one_or_none()
    return found.name if found else ""


@bp.get("/records")
@protect(policies.may_see)
def records() -> ResponseReturnValue:
    """List the introductions behind one figure."""
    steps, ways = known_steps(), queries.breaks(REASON_LABELS)
    name = request.args.get("step", "asked")
    things: list[Step | Break] = [*steps, *ways]
    thing = next((one for one in things if one.name == name), None)
    if thing is None:
        abort(404)
    after = next((step for step in steps if isinstance(thing, Break) and step.name == thing.after), None)
    filters = _filters()
    return render_template(
        "funnel/records.html",
        thing=thing,
        after=after,
        filters=filters,
        provider=_provider(filters),
        page=page_of(session(), queries.behind(reader(), filters, thing.condition()), number=page_number()),
    )
