"""Pages of figures: those of a scope, the records behind one, and the catalogue of definitions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from matchmaker.accounts.policies import anyone
from matchmaker.contracts.agreements.models import KIND_LABELS
from matchmaker.contracts.introductions.models import REASON_LABELS, Introduction
from matchmaker.contracts.services.models import STATE_LABELS as SERVICE_STATES
from matchmaker.contracts.services.models import ServiceRecord
from matchmaker.db.pages import page_of
from matchmaker.ledger.models import Transfer
from matchmaker.messages import Message
from matchmaker.metrics import asked, definitions, places, policies, queries, records, standing, telling
from matchmaker.metrics.cohorts.rules import STEPS, WAYS
from matchmaker.metrics.definitions import (
    DEFINITIONS,
    DIRECTION_LABELS,
    SOURCE_LABELS,
    UNIT_LABELS,
    Definition,
    Source,
)
from matchmaker.metrics.formulas import INSTITUTES, Share
from matchmaker.metrics.models import ScopeKind
from matchmaker.metrics.periods import Period
from matchmaker.metrics.places import Place
from matchmaker.registry.profiles import queries as profiles
from matchmaker.vouchers.pool.queries import vouchers_of
from matchmaker.vouchers.pool.rules import PURPOSE_LABELS
from matchmaker.web.access import protect, reader
from matchmaker.web.codes import codes
from matchmaker.web.database import session
from matchmaker.web.i18n import local_name
from matchmaker.web.paging import page_number

bp = Blueprint("metrics", __name__, url_prefix="/metrics")
bp.record_once(
    lambda setup: setup.app.jinja_env.filters.update(
        figure_value=telling.value, figure_change=telling.change, figure_distance=telling.distance
    )
)

#: The document whose list of functions services are told by: what a complex gathers (集…于一体).
FUNCTIONS_OF = "S4"
#: Measures whose parts are categories of service.
_BY_CATEGORY = ("services", "service_fen")
#: What the parts of the other sums are called.
_PART_LABELS: Mapping[str, Mapping[Any, Message]] = {
    "services_open": SERVICE_STATES,
    "introductions_failed": REASON_LABELS,
    "contracts": KIND_LABELS,
    "contract_fen": KIND_LABELS,
    "technology_fen": KIND_LABELS,
}
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
        steps=STEPS,
        ways=WAYS,
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
    made = _made_of(one, place, period) if measure == measures[0] else []
    parts = one.reckoned.parts if isinstance(one.reckoned, Share) and measure == measures[0] else ()
    if chosen := request.args.getlist("part"):
        parts = tuple(chosen)
        if not set(parts) <= {one.code for one in made}:
            abort(404)
    page = page_of(db, records.listed(reader(), place.scope, measure, period, parts), number=page_number())
    behind = records.BEHIND[measure]
    model = behind.model
    return render_template(
        "metrics/records.html",
        **values,
        measure=measure,
        measures=measures,
        page=page,
        kind=_KINDS.get(model, "contract"),
        when=behind.when.key,
        adds=records.amounts(db, measure, [row.id for row in page.rows]),
        made=made,
        functions=_functions(made) if behind.part is ServiceRecord.category_code else [],
        parts=parts,
        together=records.together(db, place.scope, measure, period, parts),
        vouchers=vouchers_of(db, list(page.rows)) if model is Transfer else {},
        purposes=PURPOSE_LABELS,
    )


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a figure: by category, kind, reason or state; or a function, which several categories serve."""

    code: str
    label: Message | str
    value: int
    #: The parts that the figure's records are narrowed to.
    codes: tuple[str, ...]


def _made_of(one: Definition, place: Place, period: Period) -> list[Part]:
    """Return what a sum is made of, the largest first; nothing for what is no sum of named parts."""
    measure = one.reckoned.measures[0]
    labels: Mapping[Any, Message | str] = _categories() if measure in _BY_CATEGORY else _PART_LABELS.get(measure, {})
    if isinstance(one.reckoned, Share) or not labels:
        return []
    found = queries.parts(session(), place.scope, one.key, period)
    parts = [Part(code, labels.get(code, code), value, (code,)) for code, value in found.items() if value]
    return sorted(parts, key=lambda part: (-part.value, part.code))


def _functions(made: list[Part]) -> list[Part]:
    """Return the same by the functions that a complex is to have; a category that serves two stands in both."""
    by_code = {part.code: part.value for part in made}
    rows = []
    for function in profiles.functions(session()).get(FUNCTIONS_OF, []):
        codes_of = tuple(sorted(function.categories & by_code.keys()))
        if codes_of:
            rows.append(Part(function.name, function.name, sum(by_code[code] for code in codes_of), codes_of))
    return sorted(rows, key=lambda part: (-part.value, part.code))


def _categories() -> Mapping[Any, Message | str]:
    return {code: local_name(one) for code, one in codes().categories.items()}


def _place() -> Place:
    found = places.of(session(), reader(), request.args.get("scope_kind", ""), request.args.get("scope_code", ""))
    return found if found is not None else abort(404)
