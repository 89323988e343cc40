"""Everything that changes a profile: proposing, confirming, returning, taking back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.models import Organisation
from matchmaker.audit import operations as audit
from matchmaker.db import transitions
from matchmaker.errors import Invalid
from matchmaker.messages import _l
from matchmaker.registry.profiles import queries, rules
from matchmaker.registry.profiles.models import PROPOSAL_LABELS, Fact, Proposal, ProposalState, Topic


@dataclass(frozen=True, slots=True)
class Change:
    """What is to hold of a body from a day on, and why."""

    facts: Mapping[Topic, str]
    valid_from: date
    note: str = ""


def propose(
    session: Session, organisation: Organisation, change: Change, *, by: int | None, key: str | None = None
) -> Proposal:
    """Keep what a member of ``organisation`` says, for its bureau to confirm. Raises ``Invalid`` on the field."""
    rules.check_facts(change.facts, kind=organisation.kind)
    rules.check_day(change.valid_from, today=clock.today())
    rules.check_note(change.note, field_name="note")
    before = queries.values(queries.state_of(session, organisation, on=change.valid_from))
    rules.check_together({**before, **change.facts})
    proposal = Proposal(
        key=key,
        organisation_id=organisation.id,
        organisation=organisation,
        district_code=organisation.district_code,
        state=ProposalState.PROPOSED,
        valid_from=change.valid_from,
        note=change.note,
        is_city_matter=rules.is_city_matter(before, change.facts),
        proposed_by_id=by,
        proposed_at=clock.now(),
        facts=[Fact(topic=topic, value=value) for topic, value in change.facts.items()],
    )
    session.add(proposal)
    session.flush()
    return proposal


def confirm(session: Session, proposal: Proposal, *, by: int | None, comment: str = "") -> None:
    """Let the facts hold from the proposal's day on. Raises ``Conflict`` when it was decided meanwhile."""
    _decide(session, proposal, ProposalState.CONFIRMED, by=by, comment=comment)


def send_back(session: Session, proposal: Proposal, *, by: int | None, comment: str) -> None:
    """Return the proposal with what has to be changed. Raises ``Invalid`` without a comment, or ``Conflict``."""
    if not comment:
        raise Invalid(field="comment", message=_l("Say what has to be changed."))
    _decide(session, proposal, ProposalState.RETURNED, by=by, comment=comment)


def withdraw(session: Session, proposal: Proposal) -> None:
    """Take the proposal back before it was decided. Raises ``Conflict`` afterwards."""
    _move(session, proposal, ProposalState.WITHDRAWN)
    session.flush()


def _decide(session: Session, proposal: Proposal, state: ProposalState, *, by: int | None, comment: str) -> None:
    rules.check_note(comment, field_name="comment")
    _move(session, proposal, state)
    proposal.decided_by_id = by
    proposal.decided_at = clock.now()
    proposal.comment = comment
    session.flush()
    audit.note(session, f"registry.{state.value}", proposal, detail={"valid_from": proposal.valid_from.isoformat()})


def _move(session: Session, proposal: Proposal, state: ProposalState) -> None:
    transitions.move(session, proposal, to=state, allowed=rules.ALLOWED, labels=PROPOSAL_LABELS)
