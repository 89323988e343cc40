"""What is due for letters once a day."""

from datetime import date

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.jobs import daily
from matchmaker.letters import rules
from matchmaker.letters.models import Letter


@daily("letters")
def tidy(session: Session, *, on: date) -> str:
    """Let letters that could not be sent be tried again tonight, and forget old ones."""
    waiting = (Letter.sent_at.is_(None), Letter.attempts < rules.MOST_TRIES)
    count = session.scalar(select(func.count(Letter.id)).where(*waiting, Letter.attempts > 0)) or 0
    session.execute(update(Letter).where(*waiting, Letter.attempts > 0).values(next_at=None))
    # What was given up holds links, which are long out of date.
    session.execute(update(Letter).where(Letter.attempts >= rules.MOST_TRIES).values(body=""))
    old = clock.now() - rules.REMEMBERED
    session.execute(
        delete(Letter).where(
            Letter.created_at < old, or_(Letter.sent_at.is_not(None), Letter.attempts >= rules.MOST_TRIES)
        )
    )
    return f"{count} letters are tried again"
