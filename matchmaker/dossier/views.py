"""The page of one organisation's dossier."""

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from matchmaker.accounts.models import KIND_LABELS, ORGANISATION_STATE_LABELS, SIZE_LABELS, Organisation
from matchmaker.accounts.registration.models import TYPE_LABELS
from matchmaker.accounts.registration.queries import registration_by_id, types_of
from matchmaker.dossier import policies, queries
from matchmaker.dossier.rules import Source
from matchmaker.web.access import protect, reader
from matchmaker.web.database import session
from matchmaker.web.facets import chosen
from matchmaker.web.htmx import page_or_fragment
from matchmaker.web.paging import page_number

bp = Blueprint("dossier", __name__)

#: Where the application keeps the sources that it was put together from.
SOURCES = "matchmaker_dossier"


@bp.get("/organisations/<int:organisation_id>/dossier")
@protect(policies.may_read, load=registration_by_id, as_="organisation")
def show(organisation: Organisation) -> ResponseReturnValue:
    """Show everything that happened, latest first."""
    sources: tuple[Source, ...] = current_app.extensions[SOURCES]
    named = {source.name: source.label for source in sources}
    wanted = chosen("kind")["kind"]
    only = wanted if wanted in named else ""
    read = queries.dossier(session(), reader(), organisation.id, sources, number=page_number(), only=only)
    return page_or_fragment(
        "dossier/show.html",
        "dossier/_results.html",
        organisation=organisation,
        page=read.page,
        counts=read.counts,
        sources=named,
        only=only,
        people=queries.people_count(session(), organisation.id),
        types=types_of(session(), organisation),
        type_labels=TYPE_LABELS,
        kinds=KIND_LABELS,
        sizes=SIZE_LABELS,
        states=ORGANISATION_STATE_LABELS,
    )
