"""The bureau's pages: what waits, one application to decide on, and what a reviewer may do with an issued voucher."""

from collections.abc import Callable

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.db import instants
from matchmaker.db.pages import page_of
from matchmaker.messages import Message, _l
from matchmaker.vouchers import endings, operations, policies, queries
from matchmaker.vouchers.forms import ReasonForm
from matchmaker.vouchers.models import Voucher
from matchmaker.vouchers.rules import Application
from matchmaker.vouchers.schemes import queries as schemes
from matchmaker.vouchers.schemes.rules import SchemeRules
from matchmaker.vouchers.views import bp
from matchmaker.web.access import protect, reader
from matchmaker.web.database import session
from matchmaker.web.htmx import page_or_fragment
from matchmaker.web.idempotency import Reply, once
from matchmaker.web.paging import page_number

Act = Callable[[Session, Voucher, str], object]


@bp.get("/queue")
@protect(policies.may_see_queue)
def queue() -> ResponseReturnValue:
    """List the applications that wait, the longest waiting first."""
    return page_or_fragment(
        "vouchers/queue.html",
        "vouchers/_queue.html",
        page=page_of(session(), queries.queue(reader()), number=page_number()),
        days_since=_days_since,
        proposals=session().scalars(schemes.proposals(reader())).all(),
    )


@bp.get("/<int:voucher_id>/review")
@protect(policies.may_review, load=queries.voucher_by_id, as_="voucher")
def review(voucher: Voucher) -> ResponseReturnValue:
    """Show an application beside what the scheme asks for, and room for a decision."""
    return _page(voucher, ReasonForm())


@bp.post("/<int:voucher_id>/approve")
@protect(policies.may_review, load=queries.voucher_by_id, as_="voucher")
def approve(voucher: Voucher) -> ResponseReturnValue:
    """Agree as the first reviewer."""
    return _decided(
        voucher,
        lambda session, one, _words: operations.approve(session, one),
        _l("%(number)s is approved; another person issues it."),
    )


@bp.post("/<int:voucher_id>/issue")
@protect(policies.may_issue, load=queries.voucher_by_id, as_="voucher")
def issue(voucher: Voucher) -> ResponseReturnValue:
    """Agree as the second reviewer: the amount goes on the voucher."""
    return _decided(
        voucher, lambda session, one, _words: operations.issue(session, one), _l("Voucher %(number)s is issued.")
    )


@bp.post("/<int:voucher_id>/return")
@protect(policies.may_review, load=queries.voucher_by_id, as_="voucher")
def return_(voucher: Voucher) -> ResponseReturnValue:
    """Give an application back to be changed."""
    return _decided(voucher, operations.return_, _l("%(number)s was returned to be changed."))


@bp.post("/<int:voucher_id>/reject")
@protect(policies.may_review, load=queries.voucher_by_id, as_="voucher")
def reject(voucher: Voucher) -> ResponseReturnValue:
    """Refuse an application."""
    return _decided(voucher, operations.reject, _l("%(number)s was not granted."))


@bp.post("/<int:voucher_id>/suspend")
@protect(policies.may_review, load=queries.voucher_by_id, as_="voucher")
def suspend(voucher: Voucher) -> ResponseReturnValue:
    """Keep a voucher from being used for the time being."""
    return _decided(voucher, operations.suspend, _l("Voucher %(number)s is suspended."))


@bp.post("/<int:voucher_id>/resume")
@protect(policies.may_review, load=queries.voucher_by_id, as_="voucher")
def resume(voucher: Voucher) -> ResponseReturnValue:
    """End a suspension."""
    return _decided(voucher, operations.resume, _l("Voucher %(number)s can be used again."))


@bp.post("/<int:voucher_id>/revoke")
@protect(policies.may_review, load=queries.voucher_by_id, as_="voucher")
def revoke(voucher: Voucher) -> ResponseReturnValue:
    """Take back what is left on a voucher."""
    return _decided(voucher, endings.revoke, _l("Voucher %(number)s is revoked; the rest is in the pool again."))


def _decided(voucher: Voucher, act: Act, said: Message) -> ResponseReturnValue:
    form = ReasonForm(request.form)
    number, voucher_id = voucher.number, voucher.id

    def decide() -> Reply:
        act(session(), voucher, form.reason.data or "")
        return Reply(_next(voucher_id), Message(said.text, {"number": number}))

    done = once(decide, form=form)
    if done is not None:
        return done
    return _page(session().scalars(queries.voucher_by_id(reader(), voucher_id)).one(), form), 422


def _next(voucher_id: int) -> str:
    """Return the page of the application that waits longest, else the voucher's own."""
    following = session().scalars(queries.queue(reader()).where(Voucher.id != voucher_id).limit(1)).first()
    if following is not None and policies.may_review(reader(), following):
        return url_for("vouchers.review", voucher_id=following.id)
    return url_for("vouchers.show", voucher_id=voucher_id)


def _page(voucher: Voucher, form: ReasonForm) -> str:
    scheme = session().scalars(schemes.active_of(voucher.scheme.year, voucher.scheme.key)).one_or_none()
    judged_by = scheme or voucher.scheme
    said = SchemeRules.of(judged_by.rules_json)
    stated = Application(
        face_fen=voucher.face_fen,
        purpose=voucher.purpose,
        staff=voucher.staff,
        revenue_fen=voucher.revenue_fen,
        revenue_before_fen=voucher.revenue_before_fen,
    )
    return render_template(
        "vouchers/review.html",
        voucher=voucher,
        form=form,
        scheme=judged_by,
        conditions_of=said.conditions(queries.facts(session(), judged_by, voucher.enterprise, stated)),
        claimable=queries.claimable(session(), judged_by, said, voucher.enterprise, besides=voucher),
        moves=session().scalars(queries.moves(voucher)).all(),
        others=session().scalars(_others(voucher)).all(),
        days=_days_since(voucher),
        is_open=said.takes_applications(instants.today(session())),
    )


def _others(voucher: Voucher) -> Select[Voucher]:
    every = dict.fromkeys(queries.FACETS, "")
    return queries.listed(reader(), every, enterprise_id=voucher.enterprise_id).limit(10)


def _days_since(voucher: Voucher) -> int:
    return (clock.today() - clock.civil_day(voucher.applied_at)).days
