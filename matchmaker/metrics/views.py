"""Pages of figures: those of a scope, the records behind one, and the catalogue of definitions."""

from typing import Any

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from matchmaker.accounts.policies import anyone
from matchmaker.contracts.introductions.models import Introduction
from matchmaker.contracts.services.models import ServiceRecord
from matchmaker.db.pages import page_of
from matchmaker.ledger.models import Transfer
from matchmaker.metrics import asked, definitions, places, policies, queries, records, standing, telling
from matchmaker.metrics.definitions import DEFINITIONS, DIRECTION_LABELS, SOURCE_LABELS, UNIT_LABELS, Source
from matchmaker.metrics.formulas import INSTITUTES, Share
from matchmaker.metrics.models import ScopeKind
from matchmaker.metrics.places import Place
from matchmaker.vouchers.pool.queries import vouchers_of
from matchmaker.vouchers.pool.rules import PURPOSE_LABELS
from matchmaker.web.access import protect, reader
from matchmaker.web.database import session
from matchmaker.web.paging import page_number

bp = Blueprint("metrics", __name__, url_prefix="/metrics")
bp.record_once(
    lambda setup: setup.app.jinja_env.filters.update(
        figure_value=telling.value, figure_change=telling.change, figure_distance=telling.distance
    )
)

_KINDS = {Introduction: "introduction", ServiceRecord: "service", Transfer: "transfer"}


@bp.get("/definitions")
@protect(anyone)
def definition() -> ResponseReturnValue:
    """List every figure with how it is reckoned; with a key, that one."""
    key = request.args.get("key", "")
    if key and key not in DEFINITIONS:
        abort(404)
    return render_template(
        "metrics/definitions.html",
        shown=[DEFINITIONS[key]] if key else list(DEFINITIONS.values()),
        key=key,
        units=UNIT_LABELS,
        sources=SOURCE_LABELS,
        directions=DIRECTION_LABELS,
    )


@bp.get("/")
@protect(policies.may_see)
def show() -> ResponseReturnValue:
    """Show every figure of a scope and a period, beside the same months of the year before."""
    place, db = _place(), session()
    period, wrong = asked.begun()
    is_provider = place.scope.kind is ScopeKind.PROVIDER
    ranked = queries.rankings(db, definitions.for_kind(place.scope.kind), period, place.scope.kind)
    found = standing.standings(ranked, place.scope.code) if is_provider else {}
    return render_template(
        "metrics/show.html",
        place=place,
        period=period,
        wrong=wrong,
        choices=asked.choices(),
        figures=queries.figures(db, place.scope, period),
        standings=found,
        advice=standing.advice(found),
    )


@bp.get("/records", endpoint="records")
@protect(policies.may_see)
def records_behind() -> ResponseReturnValue:
    """List the records behind one figure, and what they come to."""
    place, db = _place(), session()
    period, wrong = asked.begun()
    one = DEFINITIONS.get(request.args.get("key", ""))
    if one is None or wrong or place.scope.kind not in one.kinds:
        abort(404)
    values: dict[str, Any] = {"place": place, "period": period, "definition": one}
    values["figure"] = queries.figures(db, place.scope, period, (one.key,))[one.key]
    values["moved"] = queries.moved_since_frozen(db, place.scope, one.reckoned.measures, period)
    if one.source is Source.REGISTRY:
        return render_template("metrics/records.html", **values, measure=INSTITUTES, page=None)
    measures = one.reckoned.measures
    measure = request.args.get("measure", measures[0])
    if measure not in measures:
        abort(404)
    parts = one.reckoned.parts if isinstance(one.reckoned, Share) and measure == measures[0] else ()
    page = page_of(db, records.listed(reader(), place.scope, measure, period, parts), number=page_number())
    model = records.BEHIND[measure].model
    return render_template(
        "metrics/records.html",
        **values,
        measure=measure,
        measures=measures,
        page=page,
        kind=_KINDS.get(model, "contract"),
        adds=records.amounts(db, measure, [row.id for row in page.rows]),
        together=records.together(db, place.scope, measure, period, parts),
        vouchers=vouchers_of(db, list(page.rows)) if model is Transfer else {},
        purposes=PURPOSE_LABELS,
    )


def _place() -> Place:
    found = places.of(session(), reader(), request.args.get("scope_kind", ""), request.args.get("scope_code", ""))
    return found if found is not None else abort(404)
