"""The public directory and the page of one organisation."""

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
from matchmaker.registry import policies, queries
from matchmaker.registry.models import INSTITUTE_LABELS, LEVEL_LABELS, REMARK_LABELS, STATUS_LABELS
from matchmaker.web.access import protect
from matchmaker.web.codes import codes
from matchmaker.web.database import session
from matchmaker.web.facets import Facet, Titles, chosen, facet
from matchmaker.web.htmx import page_or_fragment
from matchmaker.web.paging import page_number

bp = Blueprint("registry", __name__, url_prefix="/organisations")

#: The kinds that the directory lists.
LISTED = {kind: label for kind, label in KIND_LABELS.items() if kind is not OrganisationKind.BUREAU}


@bp.get("/")
@protect(anyone)
def index() -> ResponseReturnValue:
    """List complexes, institutes and enterprises."""
    filters = queries.DirectoryFilters(**chosen(*queries.FACETS))
    return page_or_fragment(
        "registry/index.html",
        "registry/_results.html",
        page=page_of(session(), queries.listed_organisations(filters), number=page_number()),
        facets=_facets(filters),
        kinds=KIND_LABELS,
    )


def _facets(filters: queries.DirectoryFilters) -> list[Facet]:
    lists = codes()
    titles: Titles = {
        "kind": (_l("Kind"), LISTED),
        "district": (_l("District"), lists.districts),
        "industry": (_l("Industry"), lists.industries),
    }
    return [
        facet(name, title, queries.facet_base(filters, name), queries.FACETS[name], labels)
        for name, (title, labels) in titles.items()
    ]


@bp.get("/<int:organisation_id>")
@protect(policies.may_see, load=queries.organisation_by_id, as_="organisation")
def show(organisation: Organisation) -> ResponseReturnValue:
    """Show an organisation with what public documents say of it."""
    return render_template(
        "registry/show.html",
        organisation=organisation,
        kind=KIND_LABELS[organisation.kind],
        size=SIZE_LABELS.get(organisation.size) if organisation.size else None,
        is_provider=organisation.kind in PROVIDER_KINDS,
        entry=queries.entry_of(session(), organisation),
        statements=queries.statements_of(session(), organisation),
        levels=LEVEL_LABELS,
        statuses=STATUS_LABELS,
        institutes=INSTITUTE_LABELS,
        remarks=REMARK_LABELS,
    )


@bp.get("/figures")
@protect(anyone)
def figures() -> ResponseReturnValue:
    """List the figures that the source documents state, each with its passage."""
    return render_template(
        "registry/figures.html", page=page_of(session(), queries.figures(), number=page_number(), size=50)
    )
