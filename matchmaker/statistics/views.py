"""The dashboard, rankings, seasons, what nothing serves, the needs behind these, and each chart as a workbook."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.catalogue.needs.models import STATE_LABELS, Need, NeedState
from matchmaker.db.pages import PAGE_SIZE, Page, page_of
from matchmaker.messages import Message, _l
from matchmaker.metrics import queries as metrics
from matchmaker.metrics.definitions import DEFINITIONS, UNIT_LABELS, Unit, for_kind
from matchmaker.metrics.models import ScopeKind
from matchmaker.reference.models import CITY_CODE
from matchmaker.registry.coverage.rules import Tile, tiles
from matchmaker.statistics import charts, lacks, policies, queries, sheets
from matchmaker.statistics.asked import KIND_LABELS, Asked, asked, choices, presets
from matchmaker.statistics.rules import Chart, Line, plotted
from matchmaker.web import i18n
from matchmaker.web.access import protect, reader
from matchmaker.web.attachments import made
from matchmaker.web.codes import codes
from matchmaker.web.database import session
from matchmaker.web.facets import chosen
from matchmaker.web.ids import row_id
from matchmaker.web.paging import page_number

bp = Blueprint("statistics", __name__, url_prefix="/statistics")
bp.record_once(lambda setup: setup.app.jinja_env.filters.update(plotted=plotted))
bp.record_once(lambda setup: setup.app.jinja_env.globals.update(unit_labels=UNIT_LABELS, definitions=DEFINITIONS))

#: The figures at the top, as far as a scope has them; the first four also on the home page.
MAIN = (
    "enterprises",
    "services",
    "contract_fen",
    "voucher_used_fen",
    "needs_received",
    "needs_solved",
    "response_median",
    "satisfaction",
)
ON_HOME = MAIN[:4]
#: Bars that can be told apart in one drawing; the workbook has all.
_RANKED = 50

CHARTS: Mapping[str, Callable[[Asked], Chart]] = {
    "needs": lacks.needs,
    "unmet": lacks.unmet,
    "groups": lacks.groups,
    "trend": charts.trend,
    "seasons": charts.seasons,
    "ranking": charts.ranking,
    "funnel": charts.funnel,
    "losses": charts.losses,
    "vouchers": charts.vouchers,
}
#: Needs are of a district or an industry, never of a provider.
_OF_NEEDS = ("needs", "unmet", "groups")


@bp.get("/")
@protect(policies.may_see)
def index() -> ResponseReturnValue:
    """Show the dashboard of the city, a district, an industry or a complex."""
    one = asked()
    names = ["vouchers", "trend", "needs", "funnel", "losses"]
    return _page(
        "statistics/index.html",
        one,
        [CHARTS[name](one) for name in names if not (one.is_provider and name in _OF_NEEDS)],
        figures=metrics.figures(session(), one.scope, one.period, MAIN),
        choices_of_figures=_definitions(one.scope.kind),
        key=charts.definition(one.scope.kind).key,
    )


@bp.get("/ranking")
@protect(policies.may_see)
def ranking() -> ResponseReturnValue:
    """Rank complexes, districts or industries on any figure, with median and quartiles."""
    one = asked()
    kind = charts.kind()
    chart = charts.ranking(one)
    page = _part(chart.lines)
    return _page(
        "statistics/ranking.html",
        one,
        [replace(chart, lines=page.rows)],
        page=page,
        choices_of_figures=_definitions(kind),
        key=charts.definition(kind).key,
        kind=kind,
        kinds=KIND_LABELS if reader().is_city_bureau else {ScopeKind.PROVIDER: KIND_LABELS[ScopeKind.PROVIDER]},
        tiles=_tiles(one, kind) if kind is ScopeKind.DISTRICT else [],
    )


@bp.get("/seasons")
@protect(policies.may_see)
def seasons() -> ResponseReturnValue:
    """Show in which months of five years a figure was high."""
    one = asked()
    key = charts.definition(one.scope.kind).key
    return _page(
        "statistics/seasons.html", one, [charts.seasons(one)], choices_of_figures=_definitions(one.scope.kind), key=key
    )


@bp.get("/unmet")
@protect(policies.may_see)
def unmet() -> ResponseReturnValue:
    """Show which open needs have no good match: what to bring in next."""
    one = _with_needs()
    found = lacks.findings()
    return _page("statistics/unmet.html", one, [lacks.unmet(one), lacks.groups(one)], counted_at=found.counted_at)


@bp.get("/needs")
@protect(policies.may_see)
def needs() -> ResponseReturnValue:
    """List the needs behind a figure of this section."""
    one = _with_needs()
    state = chosen("state")["state"]
    page = _unmet_needs(one) if request.args.get("unmet") else _published_needs(one, state)
    title = STATE_LABELS[NeedState(state)] if state in set(NeedState) else _l("Needs published")
    return render_template(
        "statistics/needs.html",
        asked=one,
        page=page,
        title=_l("Needs without a good match") if request.args.get("unmet") else title,
        is_unmet=bool(request.args.get("unmet")),
        states=STATE_LABELS,
    )


@bp.get("/chart.xlsx")
@protect(policies.may_see)
def sheet() -> ResponseReturnValue:
    """Send a chart's table as a workbook."""
    name = chosen("chart")["chart"] or "trend"
    if name not in CHARTS:
        abort(404)
    one = _with_needs() if name in _OF_NEEDS else asked()
    about = f"{one.name} · {i18n.say(one.period.label)}"
    content = sheets.workbook(
        CHARTS[name](one), about=about, at=clock.now().astimezone(clock.CIVIL_ZONE), language=i18n.language()
    )
    return made(content, f"{name}-{one.period}.xlsx")


def on_home() -> dict[str, object]:
    """Return what a bureau's home page shows of its own figures."""
    one = asked()
    return {"asked": one, "figures": metrics.figures(session(), one.scope, one.period, ON_HOME)}


def _page(template: str, one: Asked, drawn: list[Chart], **more: object) -> ResponseReturnValue:
    return render_template(template, asked=one, charts=drawn, scopes=choices(), presets=presets(), **more)


def _part(lines: Sequence[Line]) -> Page[Line]:
    number = min(page_number(), max(1, -(-len(lines) // _RANKED)))
    return Page(lines[(number - 1) * _RANKED : number * _RANKED], number, len(lines), _RANKED)


def _with_needs() -> Asked:
    one = asked()
    if one.is_provider:
        abort(404)
    return one


def _definitions(kind: ScopeKind) -> list[tuple[str, Message]]:
    return [(key, DEFINITIONS[key].label) for key in for_kind(kind)]


def _tiles(one: Asked, kind: ScopeKind) -> list[Tile]:
    """Return the map of the districts with the figure on each, in whole 万元 or hours; marks have a decimal."""
    told = charts.definition(kind)
    found = metrics.ranking(session(), told.key, one.period, kind)
    decimals = 1 if told.unit is Unit.SCORE else None
    numbers: dict[str, float] = {code: round(float(plotted(value, told.unit) or 0), decimals) for code, value in found}
    return tiles(numbers, codes().city_districts(CITY_CODE))


def _published_needs(one: Asked, state: str) -> Page[Need]:
    statement = queries.published(reader(), one.scope, one.period)
    if state in set(NeedState):
        statement = statement.where(Need.state == NeedState(state))
    return page_of(session(), statement, number=page_number())


def _unmet_needs(one: Asked) -> Page[Need]:
    wanted, group = chosen("industry", "unmet"), row_id("group")
    members = {each.need_id for each in queries.memberships(session(), reader()) if each.generic_id == group}
    ids = sorted(
        (
            each.need_id
            for each in lacks.unmet_of(one, lacks.findings())
            if wanted["industry"] in ("", each.industry_code)
            and (each.is_near or wanted["unmet"] != "near")
            and (group is None or each.need_id in members)
        ),
        reverse=True,
    )
    number = min(page_number(), max(1, -(-len(ids) // PAGE_SIZE)))
    rows = queries.needs_of(session(), reader(), ids[(number - 1) * PAGE_SIZE : number * PAGE_SIZE])
    return Page(rows, number, len(ids))
