"""Writing of letters."""

from sqlalchemy.orm import Session

from matchmaker import clock, phrases
from matchmaker.letters.models import Letter
from matchmaker.messages import Message


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
    return letter
