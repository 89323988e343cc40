"""Pages of files: asking for one, how far they are, taking one."""

from urllib.parse import parse_qs

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.catalogue.edges import told
from matchmaker.db import transaction
from matchmaker.db.pages import page_of
from matchmaker.files import store
from matchmaker.messages import _l
from matchmaker.statistics.exports import making, operations, policies, queries, rules
from matchmaker.statistics.exports.models import FAILURE_LABELS, STATE_LABELS, Form, State, TableExport
from matchmaker.statistics.tables import queries as tables
from matchmaker.statistics.tables.listings import LISTINGS, asked_by
from matchmaker.web.access import protect, reader
from matchmaker.web.attachments import send_made
from matchmaker.web.database import engine, session
from matchmaker.web.htmx import page_or_fragment
from matchmaker.web.i18n import language, say
from matchmaker.web.paging import page_number

bp = Blueprint("exports", __name__, url_prefix="/tables/files")

_PAGE_SIZE = 50


@bp.get("/")
@protect(policies.may_ask)
def index() -> ResponseReturnValue:
    """Show the files that somebody asked for, and how far they are."""
    page = page_of(session(), queries.of_reader(reader()), number=page_number(), size=_PAGE_SIZE)
    return page_or_fragment(
        "exports/index.html",
        "exports/_results.html",
        page=page,
        is_busy=any(export.state in rules.UNFINISHED for export in page.rows),
        titles={name: listing.title for name, listing in LISTINGS.items()},
        states=STATE_LABELS,
        failures=FAILURE_LABELS,
        percent=rules.percent,
    )


@bp.post("/")
@protect(policies.may_ask)
def create() -> ResponseReturnValue:
    """Ask for all rows of the table that is seen, in its order and with its columns, as a file."""
    asked = asked_by(parse_qs(request.form.get("query", "")[:2000])) or abort(404)
    if request.form.get("form") not in list(Form):
        abort(404)
    total = page_of(session(), tables.rows(reader(), asked), number=1, size=1).total
    with transaction(session()):
        export, is_ours = operations.ask(
            session(), asked, reader(), form=Form(request.form["form"]), language=language(), row_count=total
        )
    if is_ours:
        making.make(engine(), store.folder_of(session()), export)
        session().refresh(export)
        if export.state is State.READY:
            return redirect(url_for("exports.show", export_id=export.id), code=303)
    return told(_l("The file is being written. You may go on meanwhile."), to=url_for("exports.index"))


@bp.get("/<int:export_id>")
@protect(policies.may_take, load=queries.ready_by_id, as_="export")
def show(export: TableExport) -> ResponseReturnValue:
    """Answer with the file."""
    digest = export.sha256 or abort(404)
    title = say(LISTINGS[export.listing].title)
    return send_made(
        store.path_of(operations.folder_of(session()), digest),
        f"{title}-{clock.civil_day(export.asked_at).isoformat()}.{export.form}",
        rules.MEDIA_TYPES[export.form],
    )


@bp.post("/<int:export_id>/remove")
@protect(policies.may_ask, load=queries.by_id, as_="export")
def remove(export: TableExport) -> ResponseReturnValue:
    """Let a file go, finished or not."""
    with transaction(session()):
        operations.let_go(session(), export)
    return told(_l("The file is removed."), to=url_for("exports.index"))
