"""The page of what may stand on the platform twice, and the buttons that decide."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.catalogue import edges
from matchmaker.catalogue.twins import operations, policies, queries
from matchmaker.catalogue.twins.models import SIGN_LABELS, STATE_LABELS, Twin
from matchmaker.db import transaction
from matchmaker.db.pages import page_of
from matchmaker.messages import _l
from matchmaker.web.access import protect, reader
from matchmaker.web.database import session
from matchmaker.web.paging import page_number

bp = Blueprint("twins", __name__, url_prefix="/twins")


@bp.get("/")
@protect(policies.may_list)
def index() -> ResponseReturnValue:
    """List the pairs that wait, the likeliest first, and what was decided last."""
    return render_template(
        "twins/index.html",
        page=page_of(session(), queries.open_pairs(reader()), number=page_number()),
        decided=session().scalars(queries.decided_pairs(reader())).all(),
        signs=SIGN_LABELS,
        states=STATE_LABELS,
    )


@bp.post("/<int:twin_id>/apart")
@protect(policies.may_keep_apart, load=queries.twin_by_id, as_="twin")
def keep_apart(twin: Twin) -> ResponseReturnValue:
    """Say that they are two."""
    with transaction(session()):
        operations.keep_apart(session(), twin)
    return edges.told(_l("They stay two and are not offered again."), to=url_for("twins.index"))


@bp.post("/<int:twin_id>/merge")
@protect(policies.may_merge, load=queries.twin_by_id, as_="twin")
def merge(twin: Twin) -> ResponseReturnValue:
    """Keep the one that the form names, and end the other."""
    older, newer = twin.postings
    kept = newer if request.form.get("keep") == "newer" else older
    with transaction(session()):
        operations.merge(session(), twin, kept=kept)
    return edges.told(_l("“%(title)s” stays; the other one is closed.", title=kept.title), to=url_for("twins.index"))


@bp.post("/<int:twin_id>/ask")
@protect(policies.may_ask, load=queries.twin_by_id, as_="twin")
def ask(twin: Twin) -> ResponseReturnValue:
    """Ask whose they are to look at them."""
    with transaction(session()):
        count = operations.ask(session(), twin)
    return edges.told(_l("Asked by %(count)s letters.", count=count), to=url_for("twins.index"))
