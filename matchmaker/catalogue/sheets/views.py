"""Pages on which a provider sends, looks over and fetches a spreadsheet of its offerings."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.accounts.models import Organisation
from matchmaker.catalogue.offerings.models import OfferingState
from matchmaker.catalogue.offerings.policies import may_list
from matchmaker.catalogue.offerings.rules import OfferingText
from matchmaker.catalogue.sheets import operations, queries, reading, rules, writing
from matchmaker.catalogue.sheets.models import OfferingUpload
from matchmaker.catalogue.sheets.policies import may_keep
from matchmaker.catalogue.sheets.receiving import receive
from matchmaker.db import transaction
from matchmaker.messages import Message, _l
from matchmaker.web.access import protect, reader
from matchmaker.web.attachments import made
from matchmaker.web.codes import codes
from matchmaker.web.database import session
from matchmaker.web.i18n import language, say

bp = Blueprint("sheets", __name__, url_prefix="/offerings/sheet")

#: How many faults a page lists before it says how many more there are.
SHOWN = 100


@bp.get("/")
@protect(may_list)
def index() -> ResponseReturnValue:
    """Say how a spreadsheet is filled in, and take one."""
    return _index()


def _index(*, message: Message | None = None, plan: rules.Plan | None = None, name: str = "") -> str:
    return render_template(
        "sheets/index.html", message=message, plan=plan, file_name=name, shown=SHOWN, most=reading.MAX_ROWS
    )


@bp.get("/template.xlsx")
@protect(may_list)
def template() -> ResponseReturnValue:
    """Hand out an empty workbook with choices and examples."""
    return made(writing.workbook([], lists=codes(), language=language()), "offerings-template.xlsx")


@bp.get("/export.xlsx")
@protect(may_list)
def export() -> ResponseReturnValue:
    """Hand out the reader's own offerings in the columns in which they come in."""
    rows = [
        (row.state if row.state in (OfferingState.DRAFT, OfferingState.PUBLISHED) else None, OfferingText.of(row))
        for row in session().scalars(queries.own_offerings(reader().organisation_id))
    ]
    return made(writing.workbook(rows, lists=codes(), language=language()), f"offerings-{clock.today()}.xlsx")


@bp.post("/")
@protect(may_list)
def send() -> ResponseReturnValue:
    """Read a spreadsheet: show what is wrong in it, or what keeping it would do."""
    upload = receive(OfferingUpload, plan=_plan, page=_index)
    if isinstance(upload, tuple):
        return upload
    return redirect(url_for("sheets.show", upload_id=upload.id), code=303)


@bp.get("/<int:upload_id>")
@protect(may_keep, load=queries.upload_by_id, as_="upload")
def show(upload: OfferingUpload) -> ResponseReturnValue:
    """Show what keeping the spreadsheet would do."""
    return _preview(upload)


@bp.post("/<int:upload_id>/keep")
@protect(may_keep, load=queries.upload_by_id, as_="upload")
def keep(upload: OfferingUpload) -> ResponseReturnValue:
    """Keep every row, or none when something changed since it was looked over."""
    with transaction(session()):
        plan = _plan(upload.table)
        if plan.faults or plan.digest != request.form.get("plan"):
            return _preview(upload, is_late=True), 409
        owner = session().get_one(Organisation, upload.organisation_id)
        operations.keep(session(), upload, plan, owner=owner)
    done = _l("Kept: %(new)s new, %(changed)s changed.", new=len(plan.new), changed=len(plan.changed))
    flash(say(done), "success")
    return redirect(url_for("offerings.index", mine=1), code=303)


@bp.post("/<int:upload_id>/discard")
@protect(may_keep, load=queries.upload_by_id, as_="upload")
def discard(upload: OfferingUpload) -> ResponseReturnValue:
    """Forget the spreadsheet."""
    with transaction(session()):
        operations.discard(session(), upload)
    flash(say(_l("Nothing of “%(name)s” was kept.", name=upload.file_name)), "info")
    return redirect(url_for("sheets.index"), code=303)


def _preview(upload: OfferingUpload, *, is_late: bool = False) -> str:
    return render_template("sheets/show.html", upload=upload, plan=_plan(upload.table), is_late=is_late, shown=SHOWN)


def _plan(table: reading.Table) -> rules.Plan:
    held = queries.held_by(session(), reader().organisation_id or 0)
    return rules.plan(table, held, lists=codes(), on=clock.today(), may_publish=reader().is_approved)
