"""Pages of frozen months: proposing, confirming, and restating what moved."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.messages import Message, _l
from matchmaker.metrics.definitions import MEASURE_LABELS
from matchmaker.metrics.freezes import operations, policies, queries
from matchmaker.metrics.freezes.forms import MonthForm, RestatementForm
from matchmaker.metrics.freezes.models import Freeze, Restatement
from matchmaker.metrics.periods import Month
from matchmaker.web.access import protect, reader
from matchmaker.web.database import session
from matchmaker.web.forms import ShapedForm, submit
from matchmaker.web.i18n import say

bp = Blueprint("freezes", __name__, url_prefix="/metrics/freezes")

#: Months that the page offers, beside those that were frozen.
OFFERED = 12


@bp.get("/")
@protect(policies.may_see)
def index() -> ResponseReturnValue:
    """Show which months are frozen, and what moved since."""
    return _page()


@bp.post("/")
@protect(policies.may_freeze)
def propose() -> ResponseReturnValue:
    """Propose a month."""
    form = MonthForm(request.form)
    made = submit(form, lambda: operations.propose(session(), form.read()))
    return _answer(form, made, _l("Proposed. Somebody else has to confirm it."))


@bp.post("/confirm")
@protect(policies.may_freeze)
def confirm() -> ResponseReturnValue:
    """Confirm what somebody else proposed."""
    form = MonthForm(request.form)
    made = submit(form, lambda: operations.confirm(session(), form.read()))
    return _answer(form, made, _l("The month is frozen."))


@bp.post("/restatements")
@protect(policies.may_freeze)
def restate() -> ResponseReturnValue:
    """Keep why a frozen figure is another one today."""
    form = RestatementForm(request.form)

    def act() -> Restatement:
        return operations.restate(
            session(), form.read(), form.scope(), measure=form.measure.data or "", reason=form.reason.data or ""
        )

    return _answer(form, submit(form, act), _l("The reason stands beside both values from now on."))


def _answer(form: ShapedForm, made: Freeze | Restatement | None, words: Message) -> ResponseReturnValue:
    if made is None:
        return _page(form), 422
    flash(say(words), "success")
    return redirect(url_for("freezes.index"), code=303)


def _page(form: ShapedForm | None = None) -> str:
    found = {one.of: one for one in session().scalars(queries.freezes())}
    now = Month.of(clock.today())
    months = sorted({*found, *(now.later(-back) for back in range(1, OFFERED + 1))}, reverse=True)
    return render_template(
        "freezes/index.html",
        form=form,
        months=[(month, found.get(month)) for month in months],
        moved=queries.moved_since_frozen(session(), only=queries.in_scope(reader())),
        measures=MEASURE_LABELS,
    )
