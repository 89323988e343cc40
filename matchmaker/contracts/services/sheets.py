"""Pages on which a provider sends and looks over a spreadsheet of services."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from matchmaker import clock
from matchmaker.catalogue.sheets import operations as uploads
from matchmaker.catalogue.sheets import reading, writing
from matchmaker.catalogue.sheets.receiving import receive
from matchmaker.contracts.services import operations, plans, policies, queries
from matchmaker.contracts.services.columns import COLUMNS
from matchmaker.contracts.services.models import PaidBy, ServiceUpload
from matchmaker.db import transaction
from matchmaker.errors import Conflict
from matchmaker.messages import Message, _l
from matchmaker.web.access import protect, reader
from matchmaker.web.attachments import made
from matchmaker.web.codes import codes
from matchmaker.web.database import session
from matchmaker.web.i18n import language, say

bp = Blueprint("service_sheets", __name__, url_prefix="/services/sheet")

#: How many faults or rows a page lists before it says how many more there are.
SHOWN = 100


@bp.get("/")
@protect(policies.may_record)
def index() -> ResponseReturnValue:
    """Say how a spreadsheet is filled in, and take one."""
    return _index()


def _index(*, message: Message | None = None, plan: plans.Plan | None = None, name: str = "") -> str:
    return render_template(
        "services/sheet.html", message=message, plan=plan, file_name=name, shown=SHOWN, most=reading.MAX_ROWS
    )


@bp.get("/template.xlsx")
@protect(policies.may_record)
def template() -> ResponseReturnValue:
    """Hand out an empty workbook with choices and an example."""
    lists = codes()
    example = {
        "enterprise": "绍兴某某印染有限公司（示例）",
        "served_on": clock.today(),
        "category_code": lists.leaf_categories()[0].code,
        "description": "检测染色废水五个样品，出具报告。",
        "amount_fen": 120_000,
        "paid_by": PaidBy.ENTERPRISE,
        "with_voucher": True,
        "reference": "FW-2026-001",
    }
    sheets = [(_l("Services"), []), (_l("Examples"), [example])]
    return made(writing.book_of(sheets, COLUMNS, lists=lists, language=language()), "services-template.xlsx")


@bp.post("/")
@protect(policies.may_record)
def send() -> ResponseReturnValue:
    """Read a spreadsheet: show what is wrong in it, or what keeping it would record."""
    upload = receive(ServiceUpload, plan=_plan, page=_index)
    if isinstance(upload, tuple):
        return upload
    return redirect(url_for("service_sheets.show", upload_id=upload.id), code=303)


@bp.get("/<int:upload_id>")
@protect(policies.may_keep, load=queries.upload_by_id, as_="upload")
def show(upload: ServiceUpload) -> ResponseReturnValue:
    """Show what keeping the spreadsheet would record."""
    return _preview(upload)


@bp.post("/<int:upload_id>/keep")
@protect(policies.may_keep, load=queries.upload_by_id, as_="upload")
def keep(upload: ServiceUpload) -> ResponseReturnValue:
    """Record every row, or none when something changed since it was looked over."""
    try:
        with transaction(session()):
            plan = _plan(upload.table)
            if plan.faults or plan.digest != request.form.get("plan"):
                return _preview(upload, is_late=True), 409
            lines = [operations.Line(entry.text, entry.enterprise, entry.contract) for entry in plan.entries]
            kept = operations.keep(session(), upload, lines)
    except IntegrityError:
        # Somebody recorded one of the numbers at the same moment.
        raise Conflict(_l("One of these numbers was recorded meanwhile. Look the spreadsheet over again.")) from None
    flash(say(_l("Recorded: %(count)s services.", count=len(kept))), "success")
    return redirect(url_for("services.index"), code=303)


@bp.post("/<int:upload_id>/discard")
@protect(policies.may_keep, load=queries.upload_by_id, as_="upload")
def discard(upload: ServiceUpload) -> ResponseReturnValue:
    """Forget the spreadsheet."""
    with transaction(session()):
        uploads.discard(session(), upload)
    flash(say(_l("Nothing of “%(name)s” was kept.", name=upload.file_name)), "info")
    return redirect(url_for("service_sheets.index"), code=303)


def _preview(upload: ServiceUpload, *, is_late: bool = False) -> str:
    return render_template(
        "services/sheet_show.html", upload=upload, plan=_plan(upload.table), is_late=is_late, shown=SHOWN
    )


def _plan(table: reading.Table) -> plans.Plan:
    cells = plans.cells_of(table, lists=codes())
    directory = queries.directory(
        session(),
        reader().organisation_id or 0,
        names=cells.named("enterprise"),
        contract_ids=cells.named("contract_id"),
        references=cells.named("reference"),
    )
    return plans.plan(cells, directory, on=clock.today())
