"""The search page."""

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.accounts.models import KIND_LABELS as ORGANISATION_KINDS
from matchmaker.accounts.policies import anyone
from matchmaker.catalogue.needs.rules import shown
from matchmaker.catalogue.search import queries
from matchmaker.messages import _l
from matchmaker.web.access import protect, reader
from matchmaker.web.database import session
from matchmaker.web.facets import chosen
from matchmaker.web.htmx import page_or_fragment

bp = Blueprint("search", __name__, url_prefix="/search")

TITLES = {
    "offerings": _l("Services and results"),
    "instruments": _l("Instruments"),
    "needs": _l("Needs"),
    "organisations": _l("Organisations"),
}

#: How many of each kind are shown before one kind is chosen.
FIRST = 5


@bp.get("/")
@protect(anyone)
def index() -> ResponseReturnValue:
    """Show what was found for the query, section by section, or one section whole."""
    text = request.args.get("q", "").strip()[: queries.MAX_QUERY]
    only = chosen("only")["only"]
    sections = (
        queries.search(session(), current_app.extensions["matchmaker_indexes"], text, reader=reader(), on=clock.today())
        if text
        else []
    )
    return page_or_fragment(
        "search/index.html",
        "search/_results.html",
        text=text,
        sections=[section for section in sections if only in ("", section.name)],
        only=only if only in TITLES else "",
        titles=TITLES,
        first=queries.MOST if only in TITLES else FIRST,
        organisation_kinds=ORGANISATION_KINDS,
        shown=lambda need: shown(reader(), need),
    )
