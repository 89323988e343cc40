"""Leading the demo's needs through their lives, step by step as people would, on days of the past."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.mandates import operations as mandates
from matchmaker.accounts.mandates.models import Mandate
from matchmaker.accounts.models import Membership, Organisation, Person
from matchmaker.catalogue import operations as catalogue
from matchmaker.catalogue.needs import operations as needs
from matchmaker.catalogue.needs.models import Ending, FormerNeed, Need, NeedMove, NeedState
from matchmaker.catalogue.needs.rules import VALIDITY, NeedText
from matchmaker.seeding.demo_rows import LifeRow, MandateRow, NeedRow

#: Over how many days those that wait to be checked have waited.
WAITED_DAYS = 6


def of_state(row: NeedRow) -> LifeRow:
    """Return the life of a need of which the files tell only the state."""
    return LifeRow(
        need=row.key,
        state=row.state,
        first_said={},
        remarks={},
        reason=None,
        words="",
        solver=None,
        agent=None,
    )


def grant(session: Session, rows: Iterable[MandateRow], organisations: Mapping[str, Organisation]) -> int:
    """Grant the mandates that were never granted; one that somebody ended stays ended. Return how many."""
    known = {tuple(pair) for pair in session.execute(select(Mandate.organisation_id, Mandate.holder_id))}
    missing = [row for row in rows if (organisations[row.enterprise].id, organisations[row.holder].id) not in known]
    for row in missing:
        officer = session.scalars(select(Person).where(Person.email == row.officer)).one() if row.officer else None
        mandates.grant(session, organisations[row.enterprise], organisations[row.holder], officer)
    return len(missing)


def lead(
    session: Session,
    row: NeedRow,
    life: LifeRow,
    organisations: Mapping[str, Organisation],
    *,
    posted: datetime,
    on: date,
) -> None:
    """Post the need and lead it to its state; ``posted`` is when it was first written."""
    text = row.text(on=on)
    earlier: dict[str, Any] = dict(life.first_said)
    first = replace(text, **earlier)
    need = catalogue.draft(
        session, Need, first, owner=organisations[row.enterprise], key=row.key, **_agency(session, life, organisations)
    )
    if life.state is not NeedState.DRAFT:
        needs.submit(session, need, first)
        _check(session, need, text, life)
    if life.state is NeedState.IN_DISCUSSION:
        needs.begin_discussion(session, need)
    elif life.state is NeedState.SOLVED:
        solver = organisations[life.solver].id if life.solver else None
        needs.solve(session, need, life.reason, life.words, solver_id=solver)
    elif life.state is NeedState.CLOSED:
        needs.close(session, need, life.reason or Ending.NOT_NEEDED, life.words)
    elif life.state is NeedState.EXPIRED:
        needs.expire(session, need, on=on)
    _date_back(session, need, posted=posted, on=on)


def _check(session: Session, need: Need, text: NeedText, life: LifeRow) -> None:
    """Return it once when there are remarks, and publish it unless it still waits."""
    if life.remarks:
        needs.return_(session, need, life.remarks)
        if life.state is NeedState.RETURNED:
            return
        needs.rewrite(session, need, text)
        needs.submit(session, need, text)
    if life.state is not NeedState.SUBMITTED:
        needs.approve(session, need)


def _agency(session: Session, life: LifeRow, organisations: Mapping[str, Organisation]) -> dict[str, int]:
    if life.agent is None:
        return {}
    agent_id = organisations[life.agent].id
    members = select(Membership.person_id).where(Membership.organisation_id == agent_id).order_by(Membership.person_id)
    return {"agent_id": agent_id, "agent_person_id": session.scalars(members).first() or 0}


def _date_back(session: Session, need: Need, *, posted: datetime, on: date) -> None:
    """Let the need have been made on ``posted`` and its steps have been taken since."""
    need.created_at = need.updated_at = posted
    if need.state in (NeedState.SUBMITTED, NeedState.RETURNED):
        # What waits came in of late.
        days = (on - clock.civil_day(posted)).days - 1 - need.id % WAITED_DAYS
        posted = need.created_at = need.updated_at = posted + timedelta(days=max(0, days))
    if need.published_at is not None:
        need.published_at = need.updated_at = posted + timedelta(hours=1)
    if need.closed_at is not None:
        need.closed_at = need.updated_at = posted + timedelta(days=(need.closed_at - posted).days // 2, hours=2)
    if need.submitted_at is not None:
        need.submitted_at = posted + timedelta(minutes=30)
    if need.valid_until is not None:
        since = clock.civil_day(need.published_at or posted)
        need.valid_until = VALIDITY.last_day(since=since, needed_by=need.needed_by)
    if need.state is NeedState.EXPIRED and need.closed_at is not None:
        need.valid_until = clock.civil_day(need.closed_at) - timedelta(days=1)
    _date_steps(session, need, posted)
    session.flush()


def _date_steps(session: Session, need: Need, posted: datetime) -> None:
    session.flush()
    last = need.closed_at or need.published_at or need.submitted_at
    moves = session.scalars(select(NeedMove).where(NeedMove.need_id == need.id).order_by(NeedMove.id)).all()
    for number, move in enumerate(moves):
        move.at = posted + timedelta(minutes=5 * number)
    if moves and last is not None:
        moves[-1].at = last
    for former in session.scalars(select(FormerNeed).where(FormerNeed.posting_id == need.id)):
        former.replaced_at = posted + timedelta(minutes=7)
