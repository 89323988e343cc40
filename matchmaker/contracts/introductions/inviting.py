"""Inviting of technology brokers and contacts of a bureau: everything that changes who else takes part."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.rules import Reader, as_email
from matchmaker.audit import operations as audit
from matchmaker.contracts.introductions import letters, rules
from matchmaker.contracts.introductions.models import (
    STATE_LABELS,
    Introduction,
    IntroductionState,
    Participant,
    ParticipantRole,
    ParticipantState,
)
from matchmaker.db.actors import actor_of
from matchmaker.errors import Conflict, Invalid
from matchmaker.messages import _l

#: Before the talks the enterprise may not have agreed that anybody learns of its need.
_WHILE = (IntroductionState.TALKING, IntroductionState.SIGNED)


def invite(session: Session, introduction: Introduction, *, role: ParticipantRole, email: str) -> Participant:
    """Invite whoever signs in with ``email``; twice is once. Raises ``Invalid`` or ``Conflict``."""
    address = as_email(email)
    # The introduction's row stands for its list of invitations: two clicks at once invite once.
    session.refresh(introduction, attribute_names=["state", "version"], with_for_update=True)
    if introduction.state not in _WHILE:
        raise Conflict(_l("This is %(now)s; nobody can be invited.", now=STATE_LABELS[introduction.state]))
    held = list(session.scalars(select(Participant).where(Participant.introduction_id == introduction.id)))
    known = next((one for one in held if one.email == address), None)
    if known is not None and known.is_live:
        return known
    if sum(one.is_live for one in held) >= rules.MAX_PARTICIPANTS:
        raise Invalid(field="email", message=_l("At most %(most)s can be invited.", most=rules.MAX_PARTICIPANTS))
    participant = known or Participant(introduction_id=introduction.id, email=address)
    participant.role, participant.state = role, ParticipantState.INVITED
    participant.person_id = participant.organisation_id = participant.accepted_at = participant.left_at = None
    participant.invited_at, participant.invited_by_id = clock.now(), actor_of(session).person_id
    session.add(participant)
    session.flush()
    letters.tell_address(session, address, letters.invited(introduction))
    return participant


def join(session: Session, participant: Participant, *, reader: Reader) -> None:
    """Take part. Twice is no error. Raises ``Conflict`` when the invitation was taken back."""
    session.refresh(participant, attribute_names=["state", "person_id"], with_for_update=True)
    if not participant.is_live:
        raise Conflict(_l("The invitation was taken back."))
    if participant.state is ParticipantState.INVITED:
        participant.state, participant.accepted_at = ParticipantState.ACCEPTED, clock.now()
        participant.person_id, participant.organisation_id = reader.person_id, reader.organisation_id
        session.flush()
    audit.note(session, "introductions.join", participant)


def remove(session: Session, participant: Participant) -> None:
    """Let somebody no longer take part, or take back an invitation. Twice is no error."""
    session.refresh(participant, attribute_names=["state"], with_for_update=True)
    if participant.is_live:
        participant.state, participant.left_at = ParticipantState.LEFT, clock.now()
        session.flush()
