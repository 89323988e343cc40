"""The public directory, and the page of one organisation on a day."""

from datetime import date
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from matchmaker.accounts.models import (
    KIND_LABELS,
    PROVIDER_KINDS,
    SIZE_LABELS,
    Organisation,
    OrganisationKind,
)
from matchmaker.accounts.policies import anyone
from matchmaker.db.pages import page_of
from matchmaker.messages import _l
from matchmaker.reference.models import CITY_CODE
from matchmaker.registry import policies, queries
from matchmaker.registry.coverage.rules import Tile, tiles
from matchmaker.registry.models import INSTITUTE_LABELS, LEVEL_LABELS, REMARK_LABELS, STATUS_LABELS
from matchmaker.registry.profiles import queries as profiles
from matchmaker.registry.profiles import rules, words
from matchmaker.registry.profiles.models import Topic
from matchmaker.web.access import protect, reader
from matchmaker.web.codes import codes
from matchmaker.web.database import session
from matchmaker.web.facets import Facet, Titles, chosen, counted_facet
from matchmaker.web.htmx import page_or_fragment
from matchmaker.web.paging import page_number

bp = Blueprint("registry", __name__, url_prefix="/organisations")

#: The kinds that the directory lists.
LISTED = {kind: label for kind, label in KIND_LABELS.items() if kind is not OrganisationKind.BUREAU}
#: What a page says of a body in a table of its own each.
APART = frozenset({*rules.COUNTS, *rules.FACILITIES, Topic.FUNCTIONS})


@bp.get("/")
@protect(anyone)
def index() -> ResponseReturnValue:
    """List complexes, institutes and enterprises as they are, or were on a day."""
    filters = queries.DirectoryFilters(on=words.asked_day(), **chosen(*queries.NAMES))
    page = page_of(session(), queries.listed_organisations(filters), number=page_number())
    ids = [row.id for row in page.rows if row.kind in PROVIDER_KINDS]
    shown = (Topic.LEVEL, Topic.STATUS, Topic.KIND)
    facets = _facets(filters)
    return page_or_fragment(
        "registry/index.html",
        "registry/_results.html",
        page=page,
        facets=facets,
        tiles=_tiles(facets),
        kinds=KIND_LABELS,
        on=filters.on,
        held=profiles.states(session(), on=filters.on, topics=shown, bodies=Organisation.id.in_(ids)) if ids else {},
        topics=rules.TOPICS,
    )


def _facets(filters: queries.DirectoryFilters) -> list[Facet]:
    lists = codes()
    titles: Titles = {
        "kind": (_l("Kind"), LISTED),
        "body": (_l("Kind of institute"), INSTITUTE_LABELS),
        "level": (_l("Level"), LEVEL_LABELS),
        "status": (_l("Status"), STATUS_LABELS),
        "district": (_l("District"), lists.districts),
        "industry": (_l("Industry"), lists.industries),
        "function": (_l("Function offered"), lists.categories),
    }
    return [
        counted_facet(name, title, queries.facet_counts(session(), filters, name), labels)
        for name, (title, labels) in titles.items()
    ]


def _tiles(facets: list[Facet]) -> list[Tile]:
    """Return the city's districts as a map, with the numbers of the facet."""
    by_district = next(facet for facet in facets if facet.name == "district")
    return tiles({value.value: value.count for value in by_district.values}, codes().city_districts(CITY_CODE))


@bp.get("/<int:organisation_id>")
@protect(policies.may_see, load=queries.organisation_by_id, as_="organisation")
def show(organisation: Organisation) -> ResponseReturnValue:
    """Show an organisation with what public documents and itself say of it, as of a day."""
    on = words.asked_day()
    is_provider = organisation.kind in PROVIDER_KINDS
    statements = [said for said in queries.statements_of(session(), organisation) if said.on_date <= on]
    return render_template(
        "registry/show.html",
        organisation=organisation,
        on=on,
        kind=KIND_LABELS[organisation.kind],
        size=SIZE_LABELS.get(organisation.size) if organisation.size else None,
        is_provider=is_provider,
        entry=queries.entry_of(session(), organisation),
        statements=statements,
        sources={said.id: said.source for said in statements},
        figures=queries.figures_about(session(), organisation),
        levels=LEVEL_LABELS,
        statuses=STATUS_LABELS,
        institutes=INSTITUTE_LABELS,
        remarks=REMARK_LABELS,
        profile=_profile(organisation, on) if is_provider else None,
    )


def _profile(organisation: Organisation, on: date) -> dict[str, Any]:
    """Return what the page shows of a body's profile on that day."""
    state = profiles.state_of(session(), organisation, on=on)
    held = profiles.values(state)
    earlier = _earlier(organisation, state)
    named = words.dictionary(session(), codes(), held.items())
    offered = rules.codes_of(held.get(Topic.FUNCTIONS, ""))
    return {
        "facts": [
            (rules.TOPICS[topic], named.words(topic, state[topic].value), state[topic])
            for topic in rules.topics_of(organisation.kind)
            if topic in state and state[topic].value and topic not in APART
        ],
        "counts": [
            (rules.TOPICS[topic], rules.growth(held, earlier[topic], topic), state[topic])
            for topic in rules.COUNTS
            if held.get(topic)
        ],
        "share": rules.senior_share(held, earlier.get(Topic.SENIOR_STAFF, {})),
        "facilities": [(rules.TOPICS[topic], held.get(topic, "")) for topic in rules.FACILITIES if held.get(topic)],
        "functions": _functions(offered) if offered else {},
        "flags": rules.flags(held, kind=organisation.kind) if rules.sees_flags(reader(), organisation) else [],
    }


def _earlier(organisation: Organisation, state: profiles.State) -> dict[Topic, dict[Topic, str]]:
    """Return, for each count, what held at the end of the year before the one that it was stated for."""
    days = {topic: rules.end_of_year_before(state[topic].valid_from) for topic in rules.COUNTS if topic in state}
    held = {
        day: profiles.values(profiles.state_of(session(), organisation, on=day)) for day in sorted(set(days.values()))
    }
    return {topic: held[day] for topic, day in days.items()}


def _functions(offered: list[str]) -> dict[str, list[tuple[str, bool]]]:
    """Return each document's functions with whether the body offers them."""
    return {
        source: [(function.name, words.is_offered(offered, function)) for function in functions]
        for source, functions in profiles.functions(session()).items()
    }


@bp.get("/<int:organisation_id>/history")
@protect(policies.may_see, load=queries.organisation_by_id, as_="organisation")
def history(organisation: Organisation) -> ResponseReturnValue:
    """Show every confirmed change of a profile; who made it is told to the body and its bureau."""
    confirmed = profiles.confirmed_proposals(session(), organisation)
    named = words.dictionary(
        session(), codes(), [(fact.topic, fact.value) for proposal in confirmed for fact in proposal.facts]
    )
    return render_template(
        "registry/history.html",
        organisation=organisation,
        changes=[
            (proposal, [(rules.TOPICS[fact.topic], named.words(fact.topic, fact.value)) for fact in proposal.facts])
            for proposal in confirmed
        ],
        is_insider=rules.sees_flags(reader(), organisation),
    )


@bp.get("/figures")
@protect(anyone)
def figures() -> ResponseReturnValue:
    """List the figures that the source documents state, each with its passage."""
    return render_template(
        "registry/figures.html", page=page_of(session(), queries.figures(), number=page_number(), size=50)
    )
