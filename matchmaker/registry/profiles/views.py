"""Pages on which a body proposes changes of its profile and its bureau answers."""

import secrets
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from matchmaker import clock
from matchmaker.accounts.models import Organisation
from matchmaker.db import transaction
from matchmaker.db.pages import page_of
from matchmaker.errors import Invalid
from matchmaker.messages import Message, _l
from matchmaker.registry import queries as registry
from matchmaker.registry.profiles import operations, policies, queries, rules, words
from matchmaker.registry.profiles.forms import AnswerForm, change_of, profile_form
from matchmaker.registry.profiles.models import PROPOSAL_LABELS, Proposal, ProposalState
from matchmaker.web.access import protect, reader
from matchmaker.web.codes import codes
from matchmaker.web.database import session
from matchmaker.web.facets import chosen
from matchmaker.web.forms import submit
from matchmaker.web.i18n import say
from matchmaker.web.paging import page_number

bp = Blueprint("profiles", __name__, url_prefix="/organisations")

_STALE = _l("Another change was confirmed meanwhile. What you typed is still below; compare, then send again.")


@bp.get("/<int:organisation_id>/profile/edit")
@protect(policies.may_propose, load=registry.organisation_by_id, as_="organisation")
def edit(organisation: Organisation) -> ResponseReturnValue:
    """Show the form with what holds today."""
    held = _held(organisation)
    again = _returned(organisation)
    if again is not None:
        held |= {fact.topic: fact.value for fact in again.facts}
    form = profile_form(
        organisation,
        queries.institutes(session()),
        held=held,
        valid_from=again.valid_from if again else clock.today(),
    )
    return _form_page(organisation, form)


@bp.post("/<int:organisation_id>/proposals")
@protect(policies.may_propose, load=registry.organisation_by_id, as_="organisation")
def propose(organisation: Organisation) -> ResponseReturnValue:
    """Send what differs to the bureau."""
    form = profile_form(organisation, queries.institutes(session()), typed=request.form)
    key = f"form-{organisation.id}-{request.form.get('form_id', '')[:40] or secrets.token_urlsafe(12)}"
    try:
        proposal = submit(form, lambda: _send(organisation, form, key))
    except IntegrityError:
        # Two clicks at once: the other one's proposal is there now.
        proposal = session().scalars(queries.proposal_by_key(key)).one_or_none()
        if proposal is None:
            raise
    if proposal is None:
        return _form_page(organisation, form), 422
    flash(say(_l("Sent to the bureau. Until it confirms, the page shows what held before.")), "success")
    return redirect(url_for("profiles.show", proposal_id=proposal.id), code=303)


def _send(organisation: Organisation, form: Any, key: str) -> Proposal:
    sent = session().scalars(queries.proposal_by_key(key)).one_or_none()
    if sent is not None:
        return sent
    if request.form.get("last_id", "") != str(queries.last_confirmed_id(session(), organisation.id)):
        raise Invalid(field="", message=_STALE)
    change = change_of(form, _held(organisation))
    return operations.propose(session(), organisation, change, by=reader().person_id, key=key)


def _held(organisation: Organisation) -> dict[Any, str]:
    return queries.values(queries.state_of(session(), organisation, on=clock.today()))


def _returned(organisation: Organisation) -> Proposal | None:
    """Return the proposal that the form takes up again: the one in the query, when the bureau returned it."""
    number = request.args.get("again", type=int)
    if number is None:
        return None
    found = session().scalars(queries.proposal_by_id(reader(), number)).one_or_none()
    is_open = found is not None and found.organisation_id == organisation.id and found.state is ProposalState.RETURNED
    return found if is_open else None


def _form_page(organisation: Organisation, form: Any) -> str:
    return render_template(
        "registry/edit.html",
        organisation=organisation,
        form=form,
        last_id=queries.last_confirmed_id(session(), organisation.id),
        form_id=request.form.get("form_id") or secrets.token_urlsafe(12),
        counts=rules.COUNTS,
        facilities=rules.FACILITIES,
    )


@bp.get("/proposals")
@protect(policies.may_list_proposals)
def index() -> ResponseReturnValue:
    """List what waits for the bureau, then what was decided; to a bureau also what is amiss with its complexes."""
    state = chosen("state")["state"]
    page = page_of(session(), queries.listed_proposals(reader(), state=state), number=page_number())
    return render_template(
        "registry/proposals.html",
        page=page,
        state=state,
        states=PROPOSAL_LABELS,
        topics=rules.TOPICS,
        flagged=_flagged() if reader().is_bureau else [],
    )


def _flagged() -> list[tuple[Organisation, list[rules.Flag]]]:
    overseen = queries.flagged_bodies(session(), reader(), on=clock.today())
    judged = [(body, rules.flags(queries.values(state), kind=body.kind)) for body, state in overseen]
    return [(body, flags) for body, flags in judged if flags]


@bp.get("/proposals/<int:proposal_id>")
@protect(policies.may_see_proposal, load=queries.proposal_by_id, as_="proposal")
def show(proposal: Proposal) -> ResponseReturnValue:
    """Show what would change, old beside new."""
    return _proposal_page(proposal, AnswerForm())


@bp.post("/proposals/<int:proposal_id>/confirm")
@protect(policies.may_decide, load=queries.proposal_by_id, as_="proposal")
def confirm(proposal: Proposal) -> ResponseReturnValue:
    """Let the change hold."""
    done = _l("Confirmed. It holds from %(day)s on.", day=proposal.valid_from.isoformat())
    return _answer(proposal, operations.confirm, done)


@bp.post("/proposals/<int:proposal_id>/return")
@protect(policies.may_decide, load=queries.proposal_by_id, as_="proposal")
def send_back(proposal: Proposal) -> ResponseReturnValue:
    """Return the proposal with a comment."""
    return _answer(proposal, operations.send_back, _l("Returned with your comment."))


def _answer(proposal: Proposal, act: Any, done: Message) -> ResponseReturnValue:
    form, number = AnswerForm(request.form), proposal.id

    def decide() -> bool:
        act(session(), proposal, by=reader().person_id, comment=(form.comment.data or "").strip())
        return True

    if not submit(form, decide):
        # What was taken back is read again.
        return _proposal_page(session().scalars(queries.proposal_by_id(reader(), number)).one(), form), 422
    flash(say(done), "success")
    return redirect(url_for("profiles.index"), code=303)


@bp.post("/proposals/<int:proposal_id>/withdraw")
@protect(policies.may_withdraw, load=queries.proposal_by_id, as_="proposal")
def withdraw(proposal: Proposal) -> ResponseReturnValue:
    """Take the proposal back."""
    with transaction(session()):
        operations.withdraw(session(), proposal)
    flash(say(_l("Taken back. Nothing changes.")), "success")
    return redirect(url_for("profiles.show", proposal_id=proposal.id), code=303)


def _proposal_page(proposal: Proposal, form: AnswerForm) -> str:
    before = queries.values(queries.state_before(session(), proposal))
    pairs = [(fact.topic, before.get(fact.topic, ""), fact.value) for fact in proposal.facts]
    named = words.dictionary(session(), codes(), [(topic, value) for topic, old, new in pairs for value in (old, new)])
    would = before | {topic: new for topic, _old, new in pairs}
    return render_template(
        "registry/proposal.html",
        proposal=proposal,
        form=form,
        states=PROPOSAL_LABELS,
        changes=[(rules.TOPICS[topic], named.words(topic, old), named.words(topic, new)) for topic, old, new in pairs],
        flags=rules.flags(would, kind=proposal.organisation.kind),
    )
