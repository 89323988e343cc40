"""What waits for a reader in their introductions: counted for their first page."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker.accounts.rules import Reader
from matchmaker.contracts.introductions.models import Introduction, IntroductionMessage, Participant, ParticipantState
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
    new = unread(reader).with_only_columns(func.count(IntroductionMessage.introduction_id.distinct()))
    invitations = select(func.count(Participant.id)).where(
        own_invitation(reader), Participant.state == ParticipantState.INVITED
    )
    parts = (ours, overdue, new, invitations)
    return Todo(*session.execute(select(*(part.scalar_subquery() for part in parts))).one())
