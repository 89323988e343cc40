"""Pages of a claim: the enterprise writes, files and follows it; the provider it names and the bureau see it."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from matchmaker import clock
from matchmaker.db import transaction
from matchmaker.db.pages import page_of
from matchmaker.errors import Invalid
from matchmaker.files.rules import MAX_BYTES
from matchmaker.messages import Message, _l
from matchmaker.vouchers.clearing.queries import batch_of
from matchmaker.vouchers.models import Use
from matchmaker.vouchers.redemptions import operations, policies, queries, recalls, returns, rules
from matchmaker.vouchers.redemptions.forms import ClaimForm, RecallForm, claim_form, text_of
from matchmaker.vouchers.redemptions.models import STATE_LABELS, Evidence, Redemption, RedemptionState
from matchmaker.vouchers.review.rules import REMARKS
from matchmaker.vouchers.schemes.rules import EVIDENCE_LABELS, SchemeRules
from matchmaker.web.access import protect, reader
from matchmaker.web.attachments import send_attachment, send_framed, takes_files
from matchmaker.web.codes import codes
from matchmaker.web.database import session
from matchmaker.web.facets import chosen, facet
from matchmaker.web.i18n import say
from matchmaker.web.idempotency import Reply, once
from matchmaker.web.paging import page_number

bp = Blueprint("redemptions", __name__, url_prefix="/redemptions")

#: Three of the largest files at once.
MAX_SENT = 3 * MAX_BYTES + 1024 * 1024
#: So many uses to claim for stand above the claims.
MOST_TO_CLAIM = 20
_TITLES = {"state": (_l("State"), STATE_LABELS), "district": (_l("District"), None)}


@bp.get("/")
@protect(policies.may_list)
def index() -> ResponseReturnValue:
    """List the reader's redemptions; an enterprise also sees what it may still claim."""
    narrowing = chosen(*queries.FACETS)
    who = reader()
    open_uses = queries.uses_to_claim(who).limit(MOST_TO_CLAIM + 1)
    to_claim = session().execute(open_uses).all() if who.is_enterprise else []
    facets = [
        facet(name, title, queries.facet_base(who, narrowing, name), queries.FACETS[name], labels or codes().districts)
        for name, (title, labels) in _TITLES.items()
        if name != "district" or who.is_city_bureau
    ]
    return render_template(
        "redemptions/index.html",
        page=page_of(session(), queries.listed(who, narrowing), number=page_number()),
        facets=facets,
        to_claim=to_claim[:MOST_TO_CLAIM],
        has_more_to_claim=len(to_claim) > MOST_TO_CLAIM,
        states=STATE_LABELS,
    )


@bp.post("/for-use/<int:use_id>")
@protect(policies.may_begin, load=queries.use_to_claim, as_="use")
def begin(use: Use) -> ResponseReturnValue:
    """Begin the claim for a use, or go on with it."""
    with transaction(session()):
        redemption = operations.begin(session(), use)
    if redemption.is_editable:
        return redirect(url_for("redemptions.edit", redemption_id=redemption.id), code=303)
    return redirect(url_for("redemptions.show", redemption_id=redemption.id), code=303)


@bp.get("/<int:redemption_id>")
@protect(policies.may_see, load=queries.redemption_by_id, as_="redemption")
def show(redemption: Redemption) -> ResponseReturnValue:
    """Show where a claim stands, what comes next, and its life."""
    return _show(redemption, RecallForm())


def _show(redemption: Redemption, recall: RecallForm) -> str:
    returned = redemption.state is RedemptionState.RETURNED
    return render_template(
        "redemptions/show.html",
        redemption=redemption,
        moves=session().scalars(queries.moves(redemption)).all(),
        objections=session().scalars(queries.objections(redemption)).all() if redemption.public_from else [],
        returned=session().scalars(queries.last_move(redemption, "return")).first() if returned else None,
        batch=session().scalars(batch_of(redemption)).first() if reader().is_bureau else None,
        spent=queries.time_to_pay(session(), redemption.district_code, on=clock.today()),
        steps=rules.STEPS,
        states=STATE_LABELS,
        kinds=EVIDENCE_LABELS,
        remarks=REMARKS,
        correct_until=returns.correct_until(session(), redemption),
        recall=recall,
    )


@bp.get("/<int:redemption_id>/edit")
@protect(policies.may_write, load=queries.redemption_by_id, as_="redemption")
def edit(redemption: Redemption) -> ResponseReturnValue:
    """Show the claim's form, filled from the use, the contract and what was written before."""
    return _edit_page(redemption, claim_form(redemption, redemption.evidence))


def _edit_page(redemption: Redemption, form: ClaimForm) -> str:
    scheme_rules = SchemeRules.of(redemption.scheme.rules_json)
    claim = operations.claim_of(session(), redemption)
    return render_template(
        "redemptions/edit.html",
        redemption=redemption,
        form=form,
        missing=rules.missing(claim, scheme_rules, on=clock.today()),
        rules=scheme_rules,
        kinds=EVIDENCE_LABELS,
        returned=session().scalars(queries.last_move(redemption, "return")).first(),
        remarks=REMARKS,
        correct_until=returns.correct_until(session(), redemption),
    )


@bp.post("/<int:redemption_id>")
@protect(policies.owns, load=queries.redemption_by_id, as_="redemption")
@takes_files(MAX_SENT)
def update(redemption: Redemption) -> ResponseReturnValue:
    """Keep what was written and sent; much may be missing."""
    return _sent(redemption, is_filing=False)


@bp.post("/<int:redemption_id>/file")
@protect(policies.owns, load=queries.redemption_by_id, as_="redemption")
@takes_files(MAX_SENT)
def file(redemption: Redemption) -> ResponseReturnValue:
    """Hand the claim in."""
    return _sent(redemption, is_filing=True)


def _sent(redemption: Redemption, *, is_filing: bool) -> ResponseReturnValue:
    refused = _keep_files(redemption)
    redemption = session().scalars(queries.redemption_by_id(reader(), redemption.id)).one()
    papers, typed = redemption.evidence, MultiDict(request.form)
    for paper in papers:
        # The page did not show yet what came with this very request.
        typed.setdefault(f"kind-{paper.id}", paper.kind.value)
    form = claim_form(redemption, papers, typed)

    def act() -> Reply:
        text = text_of(form, papers)
        operations.write(session(), redemption, text)
        if is_filing:
            operations.file(session(), redemption)
            to = url_for("redemptions.show", redemption_id=redemption.id)
            return Reply(to, _l("Claim %(number)s is filed. You see here where it stands.", number=redemption.number))
        return Reply(url_for("redemptions.edit", redemption_id=redemption.id), _l("Kept. Nobody else sees it yet."))

    if refused is None:
        answer = once(act, form=form)
        if answer is not None:
            return answer
    else:
        form.validate()
        form.refuse(refused)
    again = session().scalars(queries.redemption_by_id(reader(), redemption.id)).one()
    return _edit_page(again, form), 422


def _keep_files(redemption: Redemption) -> Invalid | None:
    """Keep what was sent before anything else is judged: a typing error elsewhere must not lose a file."""
    sent = [(one.stream, one.filename or "") for one in request.files.getlist("files") if one.filename]
    if not sent:
        return None
    try:
        with transaction(session()):
            operations.add_papers(session(), redemption, sent)
    except Invalid as error:
        return error
    session().expire(redemption)
    return None


@bp.post("/papers/<int:evidence_id>/remove")
@protect(policies.owns_paper, load=queries.evidence_by_id, as_="evidence")
def remove_paper(evidence: Evidence) -> ResponseReturnValue:
    """Take a file out of a claim that is being written."""
    with transaction(session()):
        operations.remove_paper(session(), evidence.redemption, evidence)
    flash(say(_l("“%(name)s” was taken out.", name=evidence.name)), "info")
    return redirect(url_for("redemptions.edit", redemption_id=evidence.redemption_id), code=303)


@bp.get("/papers/<int:evidence_id>")
@protect(policies.may_open, load=queries.evidence_by_id, as_="evidence")
def paper(evidence: Evidence) -> ResponseReturnValue:
    """Send a file to be saved."""
    return send_attachment(evidence.file, evidence.name)


@bp.get("/papers/<int:evidence_id>/view")
@protect(policies.may_open, load=queries.evidence_by_id, as_="evidence")
def view_paper(evidence: Evidence) -> ResponseReturnValue:
    """Send a file to a frame of the review."""
    return send_framed(evidence.file, evidence.name)


@bp.post("/<int:redemption_id>/withdraw")
@protect(policies.owns, load=queries.redemption_by_id, as_="redemption")
def withdraw(redemption: Redemption) -> ResponseReturnValue:
    """Give the claim up."""
    return _step(
        redemption,
        operations.withdraw,
        _l("Claim %(number)s is withdrawn. Its amount is still held by the use.", number=redemption.number),
    )


@bp.post("/<int:redemption_id>/recall")
@protect(policies.may_recall, load=queries.redemption_by_id, as_="redemption")
def recall(redemption: Redemption) -> ResponseReturnValue:
    """Propose to claw back what was paid."""
    form = RecallForm(request.form)
    to = url_for("redemptions.show", redemption_id=redemption.id)

    def act() -> Reply:
        recalls.ask_back(session(), redemption, form.reason.data or "")
        return Reply(to, _l("Proposed. A second reviewer has to confirm it."))

    done = once(act, form=form)
    if done is None:
        again = session().scalars(queries.redemption_by_id(reader(), redemption.id)).one()
        return _show(again, form), 422
    return done


@bp.post("/<int:redemption_id>/recall/drop")
@protect(policies.may_drop_recall, load=queries.redemption_by_id, as_="redemption")
def drop_recall(redemption: Redemption) -> ResponseReturnValue:
    """Take back what one proposed."""
    return _step(redemption, recalls.drop, _l("Taken back. The money stays with whom it was paid to."))


@bp.post("/<int:redemption_id>/claw-back")
@protect(policies.may_claw_back, load=queries.redemption_by_id, as_="redemption")
def claw_back(redemption: Redemption) -> ResponseReturnValue:
    """Keep that the money came back, as somebody else proposed."""
    done = _l("Claim %(number)s is clawed back; the pool has its amount again.", number=redemption.number)
    return _step(redemption, recalls.claw_back, done)


def _step(redemption: Redemption, act: Callable[[Session, Redemption], None], done: Message) -> ResponseReturnValue:
    """Take a step once, however often it is sent."""
    to = url_for("redemptions.show", redemption_id=redemption.id)

    def step() -> Reply:
        act(session(), redemption)
        return Reply(to, done)

    return once(step)
