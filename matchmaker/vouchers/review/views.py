"""The reviewers' pages: the queue, and one claim with its evidence beside it. The next one follows each decision."""

from collections.abc import Callable

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import inspect

from matchmaker import clock
from matchmaker.db.pages import page_of
from matchmaker.errors import Invalid
from matchmaker.messages import Message, _l
from matchmaker.vouchers.redemptions import queries as redemption_queries
from matchmaker.vouchers.redemptions import rules as redemption_rules
from matchmaker.vouchers.redemptions import seams
from matchmaker.vouchers.redemptions.models import STATE_LABELS, Redemption, RedemptionState
from matchmaker.vouchers.redemptions.operations import claim_of
from matchmaker.vouchers.review import operations, policies, queries
from matchmaker.vouchers.review.forms import DecisionForm, RecusalForm, RemarksForm, decision_form
from matchmaker.vouchers.review.queries import QueueFilters
from matchmaker.vouchers.review.rules import REMARKS, is_turn_of
from matchmaker.vouchers.schemes.rules import EVIDENCE_LABELS, SchemeRules
from matchmaker.web.access import protect, reader
from matchmaker.web.attachments import SHOWN
from matchmaker.web.database import session
from matchmaker.web.facets import chosen
from matchmaker.web.forms import ShapedForm
from matchmaker.web.idempotency import Reply, once
from matchmaker.web.paging import page_number
from matchmaker.web.security import framing

bp = Blueprint("review", __name__, url_prefix="/review")

Act = Callable[[], None]


def _filters() -> QueueFilters:
    return QueueFilters(**chosen("stage", "district", "assigned"))


@bp.get("/")
@protect(policies.may_see_queue)
def queue() -> ResponseReturnValue:
    """List what waits, the longest waiting first."""
    filters, who = _filters(), reader()
    recused = session().scalars(redemption_queries.recused(who.person_id)).all()
    page = page_of(session(), queries.queue(who, filters, recused), number=page_number(), size=30)
    return render_template(
        "review/queue.html",
        page=page,
        filters=filters,
        alerts=seams.alerts_of(session(), [redemption.id for redemption in page.rows]),
        states=STATE_LABELS,
        days_since=_days_since,
    )


def _days_since(redemption: Redemption) -> int:
    return (clock.today() - clock.civil_day(redemption.filed_at or redemption.created_at)).days


@bp.get("/<int:redemption_id>")
@protect(policies.may_review, load=redemption_queries.redemption_by_id, as_="redemption")
def show(redemption: Redemption) -> ResponseReturnValue:
    """Show a claim with its evidence beside it, what to look at, and the decisions that are open."""
    return _page(redemption, decision_form(redemption), RemarksForm())


def _page(
    redemption: Redemption, form: DecisionForm, remarks: RemarksForm, recusal: RecusalForm | None = None
) -> Response:
    who, filters = reader(), _filters()
    rules = SchemeRules.of(redemption.scheme.rules_json)
    recusals = session().scalars(redemption_queries.recusals(redemption)).all()
    has_recused = any(one.person_id == who.person_id for one in recusals)
    page = render_template(
        "review/show.html",
        redemption=redemption,
        form=form,
        remarks=remarks,
        filters=filters.plain(),
        side=session().scalars(redemption_queries.belongs_to_a_side(who.person_id, [redemption])).first(),
        recusal=recusal or RecusalForm(),
        recusals=recusals,
        may_decide=is_turn_of(who, redemption) and not has_recused,
        has_recused=has_recused,
        is_second=redemption.state is RedemptionState.REVIEWED,
        missing=redemption_rules.missing(claim_of(session(), redemption), rules, on=clock.today()),
        moves=session().scalars(redemption_queries.moves(redemption)).all(),
        alerts=seams.alerts_of(session(), [redemption.id]).get(redemption.id, []),
        following=session().scalars(queries.next_after(who, filters, redemption)).first(),
        rules=rules,
        steps=redemption_rules.STEPS,
        states=STATE_LABELS,
        kinds=EVIDENCE_LABELS,
        remark_labels=REMARKS,
        shown=SHOWN,
        days=_days_since(redemption),
    )
    return framing(page)


@bp.post("/<int:redemption_id>/agree")
@protect(policies.may_review, load=redemption_queries.redemption_by_id, as_="redemption")
def agree(redemption: Redemption) -> ResponseReturnValue:
    """Agree as the first reviewer."""
    form = decision_form(redemption, request.form)
    return _decided(
        redemption,
        form,
        lambda: operations.agree(session(), redemption, form.reason.data or ""),
        _l("Claim %(number)s: you agreed. A second person decides.", number=redemption.number),
    )


@bp.post("/<int:redemption_id>/approve")
@protect(policies.may_review, load=redemption_queries.redemption_by_id, as_="redemption")
def approve(redemption: Redemption) -> ResponseReturnValue:
    """Approve as the second reviewer."""
    form = decision_form(redemption, request.form)
    return _decided(
        redemption,
        form,
        lambda: operations.approve(session(), redemption, form.approved_fen.data, form.reason.data or ""),
        _l("Claim %(number)s is approved.", number=redemption.number),
    )


@bp.post("/<int:redemption_id>/reject")
@protect(policies.may_review, load=redemption_queries.redemption_by_id, as_="redemption")
def reject(redemption: Redemption) -> ResponseReturnValue:
    """Refuse a claim for good, with a reason."""
    form = decision_form(redemption, request.form)
    return _decided(
        redemption,
        form,
        lambda: operations.reject(session(), redemption, form.reason.data or ""),
        _l("Claim %(number)s is rejected; its enterprise was told why.", number=redemption.number),
    )


@bp.post("/<int:redemption_id>/return")
@protect(policies.may_review, load=redemption_queries.redemption_by_id, as_="redemption")
def return_(redemption: Redemption) -> ResponseReturnValue:
    """Give a claim back with remarks."""
    form = RemarksForm(request.form)
    return _decided(
        redemption,
        form,
        lambda: operations.return_(session(), redemption, form.comments()),
        _l("Claim %(number)s was returned with your remarks.", number=redemption.number),
    )


@bp.post("/<int:redemption_id>/assign")
@protect(policies.may_review, load=redemption_queries.redemption_by_id, as_="redemption")
def assign(redemption: Redemption) -> ResponseReturnValue:
    """Take a claim on, or leave it to others."""
    me = redemption.assignee_id != reader().person_id

    def act() -> Reply:
        operations.assign(session(), redemption, to_id=reader().person_id if me else None)
        done = _l("Claim %(number)s is yours.") if me else _l("Claim %(number)s is nobody's.")
        to = url_for("review.show", redemption_id=redemption.id, **_filters().plain())
        return Reply(to, Message(done.text, {"number": redemption.number}))

    return once(act)


@bp.post("/<int:redemption_id>/recuse")
@protect(policies.may_review, load=redemption_queries.redemption_by_id, as_="redemption")
def recuse(redemption: Redemption) -> ResponseReturnValue:
    """Declare a conflict of interest: the claim goes to somebody else."""
    form = RecusalForm(request.form)
    return _decided(
        redemption,
        form,
        lambda: _recuse(redemption, form),
        _l("Claim %(number)s: your conflict of interest is kept, and somebody else decides.", number=redemption.number),
    )


def _recuse(redemption: Redemption, form: RecusalForm) -> None:
    try:
        operations.recuse(session(), redemption, form.why.data or "")
    except Invalid as error:
        raise Invalid(field="why", message=error.message) from None


def _decided(redemption: Redemption, form: ShapedForm, act: Act, done: Message) -> ResponseReturnValue:
    """Decide, tell, and go on to what has waited longest after it; with nothing left, to the queue."""
    filters = _filters()
    number = redemption.id
    following = session().scalars(queries.next_after(reader(), filters, redemption)).first()
    following = following or session().scalars(queries.first_in(reader(), filters, besides=number)).first()

    def decide() -> Reply:
        act()
        if following is None:
            return Reply(url_for("review.queue", **filters.plain()), done)
        return Reply(url_for("review.show", redemption_id=following, **filters.plain()), done)

    answer = once(decide, form=form)
    if answer is not None:
        return answer
    again = session().scalars(redemption_queries.redemption_by_id(reader(), number)).one()
    session().refresh(again, attribute_names=inspect(Redemption).column_attrs.keys())
    if isinstance(form, RemarksForm):
        return _page(again, decision_form(again), form), 422
    if isinstance(form, RecusalForm):
        return _page(again, decision_form(again), RemarksForm(), form), 422
    assert isinstance(form, DecisionForm)  # noqa: S101 - there are three
    return _page(again, form, RemarksForm()), 422
