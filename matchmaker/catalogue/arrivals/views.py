"""The page of new matches."""

from datetime import date

from flask import Blueprint, request, url_for
from flask import render_template as render
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.catalogue import edges
from matchmaker.catalogue.arrivals import operations, policies, queries
from matchmaker.catalogue.needs.rules import shown
from matchmaker.db import transaction
from matchmaker.db.pages import page_of
from matchmaker.messages import _l
from matchmaker.web.access import protect, reader
from matchmaker.web.database import session
from matchmaker.web.paging import page_number

bp = Blueprint("arrivals", __name__, url_prefix="/arrivals")


@bp.get("/")
@protect(policies.may_list)
def index() -> ResponseReturnValue:
    """List the matches that nobody of the reader's organisation has seen."""
    page = page_of(session(), queries.unseen(reader(), on=clock.today()), number=page_number())
    return render(
        "arrivals/index.html",
        page=page,
        rows=[(arrival, shown(reader(), arrival.need)) for arrival in page.rows],
        until=max((arrival.found_on for arrival in page.rows), default=clock.today()),
        wants_letters=queries.wants_letters(session(), reader().organisation_id),
    )


@bp.post("/seen")
@protect(policies.may_list)
def see() -> ResponseReturnValue:
    """Note that all of it was seen, up to the day that the page showed."""
    with transaction(session()):
        count = operations.see(session(), reader(), until=_until(), on=clock.today())
    return edges.told(_l("%(count)s matches are marked as seen.", count=count), to=url_for("arrivals.index"))


def _until() -> date:
    try:
        return date.fromisoformat(request.form.get("until", ""))
    except ValueError:
        return clock.today()


@bp.post("/letters")
@protect(policies.may_list)
def wish_letters() -> ResponseReturnValue:
    """Begin or stop the letters."""
    is_wished = request.form.get("is_wished") == "1"
    with transaction(session()):
        operations.wish_letters(session(), reader().organisation_id or 0, is_wished=is_wished)
    said = _l("You get a letter whenever there are new matches.") if is_wished else _l("You get no more such letters.")
    return edges.told(said, to=url_for("arrivals.index"))
