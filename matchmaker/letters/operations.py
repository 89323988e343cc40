"""Writing of letters."""

import threading

from sqlalchemy import event
from sqlalchemy.orm import Session

from matchmaker import clock, phrases
from matchmaker.letters.models import Letter
from matchmaker.messages import Message

#: Set when a letter was committed in this process.
posted = threading.Event()


def post(session: Session, *, to: str, subject: Message, body: Message, language: str = phrases.DEFAULT) -> Letter:
    """Put a letter in ``language`` into the outbox, inside a transaction; it is sent after the commit."""
    letter = Letter(
        recipient=to,
        subject=phrases.in_language(subject, language)[:255],
        body=phrases.in_language(body, language),
        language=language,
        created_at=clock.now(),
    )
    session.add(letter)
    session.flush()
    event.listen(session, "after_commit", _announce, once=True)
    return letter


def _announce(_session: Session) -> None:
    posted.set()
