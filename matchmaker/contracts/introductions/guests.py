"""The pages' buttons by which brokers and contacts of a bureau are invited, come in and leave."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.catalogue import edges
from matchmaker.contracts.introductions import inviting, policies, queries, rules
from matchmaker.contracts.introductions.forms import MessageForm
from matchmaker.contracts.introductions.models import Introduction, Participant
from matchmaker.contracts.introductions.views import bp, invite_form_for, show_page
from matchmaker.db import transaction
from matchmaker.errors import Conflict
from matchmaker.messages import Message, _l
from matchmaker.web.access import protect, reader
from matchmaker.web.database import session
from matchmaker.web.forms import submit
from matchmaker.web.limits import limiter


@bp.post("/<int:introduction_id>/participants")
@limiter.limit("60 per hour", key_func=lambda: f"introduce-{reader().person_id}")
@protect(policies.may_invite, load=queries.introduction_by_id, as_="introduction")
def invite(introduction: Introduction) -> ResponseReturnValue:
    """Invite a broker by their address, or a contact of a bureau."""
    form = invite_form_for(introduction, rules.side_of(reader(), introduction), request.form)
    if form is None:
        raise Conflict(_l("Invitations are sent once both sides are in talks."))

    def act() -> Participant:
        role, email = form.invited
        return inviting.invite(session(), introduction, role=role, email=email)

    if submit(form, act) is None:
        found = session().scalars(queries.introduction_by_id(reader(), introduction.id)).one()
        return show_page(found, MessageForm(), form), 422
    return _told(introduction.id, _l("The invitation is on its way. It opens this introduction and nothing else."))


@bp.post("/<int:introduction_id>/join")
@protect(policies.may_join, load=queries.introduction_by_id, as_="introduction")
def join(introduction: Introduction) -> ResponseReturnValue:
    """Come in, as one was invited."""
    invited = rules.participant_of(reader(), introduction)
    assert invited is not None  # noqa: S101 - the policy lets nobody else in; narrows for the type checker
    with transaction(session()):
        inviting.join(session(), invited, reader=reader())
    return _told(introduction.id, _l("You take part in this introduction now."))


@bp.post("/<int:introduction_id>/participants/<int:participant_id>/remove")
@protect(policies.may_remove, load=queries.participant_by_id, as_="participant")
def remove(participant: Participant) -> ResponseReturnValue:
    """Take back an invitation, or let somebody go; they may go by themselves."""
    is_own = rules.is_for(reader(), participant)
    number = participant.introduction_id
    with transaction(session()):
        inviting.remove(session(), participant)
    if is_own:
        return edges.told(_l("You do not take part any more."), to=url_for("introductions.index"))
    return _told(number, _l("They do not take part any more."))


def _told(introduction_id: int, message: Message) -> ResponseReturnValue:
    return edges.told(message, to=url_for("introductions.show", introduction_id=introduction_id))
