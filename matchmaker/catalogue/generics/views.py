"""The bureau's pages of candidate generic technologies."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from matchmaker.catalogue.generics import policies, queries
from matchmaker.catalogue.generics.models import Generic
from matchmaker.catalogue.needs.rules import shown
from matchmaker.db.pages import page_of
from matchmaker.web.access import protect, reader
from matchmaker.web.codes import codes
from matchmaker.web.database import session
from matchmaker.web.paging import page_number

bp = Blueprint("generics", __name__, url_prefix="/generics")


@bp.get("/")
@protect(policies.may_list)
def index() -> ResponseReturnValue:
    """List the groups, those with most needs first."""
    industry = request.args.get("industry", "")
    industry = industry if industry in codes().industries else ""
    return render_template(
        "generics/index.html",
        page=page_of(session(), queries.listed(reader(), industry=industry), number=page_number()),
        count=lambda generic: queries.counts(member.need for member in generic.members),
        industries=queries.industries(session(), reader()),
        industry=industry,
        hidden=queries.count_hidden(session(), reader()),
    )


@bp.get("/<int:generic_id>")
@protect(policies.may_see, load=queries.generic_by_id, as_="generic")
def show(generic: Generic) -> ResponseReturnValue:
    """Show the needs of one group."""
    return render_template(
        "generics/show.html",
        generic=generic,
        members=[(member, shown(reader(), member.need)) for member in generic.members],
        counts=queries.counts(member.need for member in generic.members),
    )
