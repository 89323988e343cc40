"""The steps of a need's life as pages and buttons: submit, withdraw, discuss, solve, close, renew, take over."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.accounts.mandates.queries import possible_providers
from matchmaker.catalogue import edges
from matchmaker.catalogue.needs import operations, policies, queries
from matchmaker.catalogue.needs.forms import ClosingForm, EndingForm, SolvingForm
from matchmaker.catalogue.needs.models import STATE_LABELS, Ending, Need
from matchmaker.catalogue.needs.rules import NeedText
from matchmaker.catalogue.needs.views import bp
from matchmaker.catalogue.policies import owns
from matchmaker.catalogue.rules import clean
from matchmaker.messages import Message, _l
from matchmaker.web.access import protect
from matchmaker.web.database import session
from matchmaker.web.forms import submit as sent
from matchmaker.web.ids import row_id


@bp.post("/<int:need_id>/submit")
@protect(policies.may_submit, load=queries.need_by_id, as_="need")
def submit(need: Need) -> ResponseReturnValue:
    """Have a draft or a returned need checked."""
    return edges.move(
        need,
        lambda: operations.submit(session(), need, NeedText.of(need)),
        done=_l("“%(title)s” was submitted. These offerings fit it best."),
        to=url_for("matches.for_need", need_id=need.id),
    )


@bp.post("/<int:need_id>/withdraw")
@protect(owns, load=queries.need_by_id, as_="need")
def withdraw(need: Need) -> ResponseReturnValue:
    """Take a need back to a draft."""
    return _moved(need, operations.withdraw, _l("“%(title)s” is a draft again; nobody else sees it."))


@bp.post("/<int:need_id>/discuss")
@protect(owns, load=queries.need_by_id, as_="need")
def discuss(need: Need) -> ResponseReturnValue:
    """Say that talks have begun."""
    return _moved(need, operations.begin_discussion, _l("“%(title)s” is in discussion; others still find it."))


@bp.post("/<int:need_id>/reopen")
@protect(owns, load=queries.need_by_id, as_="need")
def reopen(need: Need) -> ResponseReturnValue:
    """Say that the talks came to nothing."""
    return _moved(need, operations.end_discussion, _l("“%(title)s” is open as before."))


@bp.post("/<int:need_id>/renew")
@protect(owns, load=queries.need_by_id, as_="need")
def renew(need: Need) -> ResponseReturnValue:
    """Let a need run anew."""
    return _moved(need, operations.renew, _l("“%(title)s” was renewed."))


@bp.post("/<int:need_id>/take-over")
@protect(policies.may_take_over, load=queries.need_by_id, as_="need")
def take_over(need: Need) -> ResponseReturnValue:
    """Leave the need to its enterprise alone."""
    return _moved(need, operations.take_over, _l("“%(title)s” is yours alone now."))


@bp.get("/<int:need_id>/solve")
@protect(owns, load=queries.need_by_id, as_="need")
def solving(need: Need) -> ResponseReturnValue:
    """Ask how the need was solved; the address may name by whom."""
    solver_id = row_id("solver")
    given = {"reason": Ending.WITH_PROVIDER, "solver_id": solver_id} if solver_id is not None else {}
    return _ending_page(need, _solving_form(data=given), "needs.solve")


@bp.post("/<int:need_id>/solve")
@protect(owns, load=queries.need_by_id, as_="need")
def solve(need: Need) -> ResponseReturnValue:
    """End a need as solved."""
    form = _solving_form(request.form)

    def act() -> bool:
        operations.solve(session(), need, form.reason.data, _words(form), solver_id=form.solver_id.data)
        return True

    if not sent(form, act):
        return _ending_page(need, form, "needs.solve"), 422
    return edges.done(need, _l("“%(title)s” is solved. Thank you for telling how."), to=_page_of(need))


@bp.get("/<int:need_id>/close")
@protect(owns, load=queries.need_by_id, as_="need")
def closing(need: Need) -> ResponseReturnValue:
    """Ask why the need ends."""
    return _ending_page(need, ClosingForm(), "needs.close")


@bp.post("/<int:need_id>/close")
@protect(owns, load=queries.need_by_id, as_="need")
def close(need: Need) -> ResponseReturnValue:
    """End a need without a solution."""
    form = ClosingForm(request.form)

    def act() -> bool:
        operations.close(session(), need, form.reason.data, _words(form))
        return True

    if not sent(form, act):
        return _ending_page(need, form, "needs.close"), 422
    return edges.done(need, _l("“%(title)s” is closed."), to=_page_of(need))


def _solving_form(*arguments: Any, **more: Any) -> SolvingForm:
    return SolvingForm(*arguments, **more, providers=session().scalars(possible_providers()).all())


def _words(form: EndingForm) -> str:
    return clean(form.words.data or "")


def _ending_page(need: Need, form: EndingForm, endpoint: str) -> str:
    return render_template("needs/end.html", need=need, form=form, endpoint=endpoint, states=STATE_LABELS)


def _moved(need: Need, act: Any, done: Message) -> ResponseReturnValue:
    return edges.move(need, lambda: act(session(), need), done=done, to=_page_of(need))


def _page_of(need: Need) -> str:
    return url_for("needs.show", need_id=need.id)
