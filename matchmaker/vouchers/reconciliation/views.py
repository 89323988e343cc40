"""Pages of reconciliations: the list, what one found, and looking now."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from matchmaker.db import transaction
from matchmaker.db.pages import page_of
from matchmaker.messages import Message, _l
from matchmaker.vouchers.reconciliation import checking, operations, policies, queries
from matchmaker.vouchers.reconciliation.models import Reconciliation
from matchmaker.vouchers.reconciliation.rules import Mismatch
from matchmaker.web.access import protect
from matchmaker.web.database import session
from matchmaker.web.htmx import page_or_fragment
from matchmaker.web.i18n import say
from matchmaker.web.paging import page_number

bp = Blueprint("reconciliation", __name__, url_prefix="/vouchers/reconciliation")

#: What was looked at, in the order of the page.
COUNTED = {
    "transfers": _l("Transfers"),
    "sealed": _l("Sealed transfers"),
    "accounts": _l("Accounts"),
    "vouchers": _l("Vouchers"),
    "uses": _l("Uses"),
    "claims": _l("Claims"),
    "batches": _l("Batches"),
}
PLACES = {
    "ledger": _l("Ledger"),
    "trail": _l("Audit trail"),
    "pool": _l("Pool"),
    "voucher": _l("Voucher"),
    "use": _l("Use"),
    "redemption": _l("Claim"),
    "batch": _l("Batch"),
    "quota": _l("Quota"),
}


@bp.get("/")
@protect(policies.may_list)
def index() -> ResponseReturnValue:
    """Show whether everything agrees, and all looks before."""
    page = page_of(session(), queries.listed(), number=page_number())
    return page_or_fragment(
        "reconciliation/index.html",
        "reconciliation/_results.html",
        page=page,
        last=session().scalars(queries.last()).one_or_none(),
    )


@bp.get("/<int:reconciliation_id>")
@protect(policies.may_see, load=queries.reconciliation_by_id, as_="found")
def show(found: Reconciliation) -> ResponseReturnValue:
    """Show what one look found."""
    return render_template(
        "reconciliation/show.html",
        found=found,
        counted=COUNTED,
        places=PLACES,
        mismatches=[Mismatch.of(stored) for stored in found.findings],
    )


@bp.post("/")
@protect(policies.may_run)
def run() -> ResponseReturnValue:
    """Look through everything now."""
    looked = checking.look(session())
    with transaction(session()):
        kept = operations.keep(session(), looked)
    flash(say(_outcome(kept)), "success" if kept.is_sound else "danger")
    return redirect(url_for("reconciliation.show", reconciliation_id=kept.id), code=303)


def _outcome(kept: Reconciliation) -> Message:
    if kept.is_sound:
        return _l("Everything agrees.")
    return _l("%(count)s places do not agree. Clearing is stopped.", count=kept.mismatches)
