"""What waits in introductions: counted for a reader's first page, and due for the daily jobs."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.needs.models import Need, NeedState
from matchmaker.contracts.introductions.models import Introduction, IntroductionState, Participant, ParticipantState
from matchmaker.contracts.introductions.queries import awaits, is_overdue, of_organisation, own_invitation, unread


@dataclass(frozen=True, slots=True)
class Todo:
    """What waits for a reader."""

    ours: int = 0
    overdue: int = 0
    unread: int = 0
    invitations: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return self == Todo()


def todo(session: Session, reader: Reader, *, overdue_before: datetime) -> Todo:
    """Count what waits for the reader, in one statement; nothing of somebody who is not signed in."""
    if reader.person_id is None or reader.is_admin:
        return Todo()
    ours = select(func.count(Introduction.id)).where(awaits(reader))
    overdue = select(func.count(Introduction.id)).where(
        awaits(reader) if not reader.is_bureau else of_organisation(reader), is_overdue(overdue_before)
    )
    new = unread(reader).with_only_columns(func.count(Introduction.id))
    invitations = select(func.count(Participant.id)).where(
        own_invitation(reader), Participant.state == ParticipantState.INVITED
    )
    parts = (ours, overdue, new, invitations)
    return Todo(*session.execute(select(*(part.scalar_subquery() for part in parts))).one())


def waiting_for_ended_needs() -> Select[Introduction]:
    """What awaits an answer about a need that was solved or closed; an expired one may be renewed."""
    return (
        select(Introduction)
        .join(Introduction.need)
        .where(Introduction.state == IntroductionState.WAITING, Need.state.in_((NeedState.SOLVED, NeedState.CLOSED)))
        .order_by(Introduction.id)
    )


def to_remind_of(*, before: datetime, most: int) -> Select[Introduction]:
    """Where a reply is due since ``before``, and nobody was reminded of it since then, nor ``most`` times already.

    A need that has ended asks for no reply any more.
    """
    return (
        select(Introduction)
        .outerjoin(Introduction.need)
        .where(
            Introduction.awaits_since <= before,
            or_(Introduction.reminded_at.is_(None), Introduction.reminded_at <= before),
            Introduction.reminders < most,
            or_(Need.id.is_(None), Need.closed_at.is_(None)),
        )
        .order_by(Introduction.id)
    )
