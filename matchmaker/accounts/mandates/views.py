"""An enterprise's page of who may post in its name."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.accounts.mandates import operations, policies, queries
from matchmaker.accounts.mandates.forms import MandateForm
from matchmaker.accounts.mandates.models import Mandate
from matchmaker.accounts.models import Organisation, Person
from matchmaker.db import transaction
from matchmaker.db.pages import page_of
from matchmaker.messages import _l
from matchmaker.web.access import protect, reader
from matchmaker.web.database import session
from matchmaker.web.forms import submit
from matchmaker.web.i18n import say
from matchmaker.web.paging import page_number

bp = Blueprint("mandates", __name__, url_prefix="/mandates")


@bp.get("/")
@protect(policies.may_look)
def index() -> ResponseReturnValue:
    """List who may post in the enterprise's name, and who might."""
    return _page(_form())


@bp.post("/")
@protect(policies.may_grant)
def grant() -> ResponseReturnValue:
    """Grant a mandate."""
    form = _form(request.form)

    def act() -> Mandate:
        holder_id, person_id = form.chosen
        db = session()
        person = db.get_one(Person, person_id) if person_id else None
        enterprise, holder = db.get_one(Organisation, reader().organisation_id), db.get_one(Organisation, holder_id)
        return operations.grant(db, enterprise, holder, person)

    mandate = submit(form, act)
    if mandate is None:
        return _page(form), 422
    flash(say(_l("The mandate was granted.")), "success")
    return redirect(url_for("mandates.index"), code=303)


@bp.post("/<int:mandate_id>/end")
@protect(policies.may_end, load=queries.mandate_by_id, as_="mandate")
def end(mandate: Mandate) -> ResponseReturnValue:
    """End a mandate."""
    with transaction(session()):
        operations.end(session(), mandate)
    flash(say(_l("The mandate was ended. What was posted in your name stays yours.")), "success")
    return redirect(url_for("mandates.index"), code=303)


def _form(*arguments: object) -> MandateForm:
    return MandateForm(
        *arguments,
        providers=session().scalars(queries.possible_providers()).all(),
        officers=session().scalars(queries.possible_officers(reader())).all(),
    )


def _page(form: MandateForm) -> str:
    page = page_of(session(), queries.mandates_of(reader()), number=page_number())
    return render_template("mandates/index.html", form=form, page=page)
