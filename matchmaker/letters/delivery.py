"""Sending what lies in the outbox, beside the pages: nobody waits for a mail server."""

import logging
import threading
from collections.abc import Iterator

from sqlalchemy import Engine, or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.db import transaction
from matchmaker.db.actors import running
from matchmaker.errors import DomainError
from matchmaker.letters import rules
from matchmaker.letters.models import Letter
from matchmaker.letters.operations import posted
from matchmaker.letters.transports import Transport

log = logging.getLogger(__name__)

#: How often the outbox is looked at without being told; another process may have written to it.
LOOK_EVERY_S = 30


def deliver(engine: Engine, transport: Transport) -> int:
    """Send every letter that is due; return how many went out.

    A letter is claimed and committed before it is sent, so that two processes do not send it both and no lock is held
    while a mail server thinks. One that dies between sending and noting it sends the letter again later.
    """
    with Session(engine, expire_on_commit=False) as session:
        return sum(_send(session, letter_id, transport) for letter_id in _due(session))


def _due(session: Session) -> list[int]:
    statement = (
        select(Letter.id)
        .where(
            Letter.sent_at.is_(None),
            Letter.attempts < rules.MOST_TRIES,
            or_(Letter.next_at.is_(None), Letter.next_at <= clock.now()),
        )
        .order_by(Letter.id)
        .limit(500)
    )
    return list(session.scalars(statement))


def _send(session: Session, letter_id: int, transport: Transport) -> bool:
    letter = _claim(session, letter_id)
    if letter is None:
        return False
    try:
        transport.send(letter)
        error = ""
    except (OSError, ValueError) as failure:
        # An address that cannot be written is the letter's fault, a server that is away nobody's.
        error = f"{type(failure).__name__}: {failure}"[:255]
        log.warning("Letter %s was not sent: %s", letter_id, type(failure).__name__)
    with transaction(session):
        if error:
            letter.last_error = error
        else:
            letter.sent_at = clock.now()
            letter.body = ""
            letter.last_error = ""
    return not error


def _claim(session: Session, letter_id: int) -> Letter | None:
    with transaction(session):
        letter = session.scalars(
            select(Letter)
            .where(Letter.id == letter_id, Letter.sent_at.is_(None))
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        ).one_or_none()
        if letter is None or (letter.next_at is not None and letter.next_at > clock.now()):
            return None
        letter.attempts += 1
        letter.next_at = clock.now() + rules.pause_after(letter.attempts)
        return letter


def start(engine: Engine, transport: Transport) -> threading.Thread:
    """Send letters whenever one was posted, in a thread that ends with the process."""
    thread = threading.Thread(target=_keep_sending, args=(engine, transport), name="letters", daemon=True)
    thread.start()
    return thread


def _keep_sending(engine: Engine, transport: Transport) -> None:
    running.set("letters")
    for _ in _looks():
        try:
            deliver(engine, transport)
        except (DomainError, SQLAlchemyError):
            # The database is busy or away; the letters still lie there at the next look.
            log.exception("The outbox could not be read.")


def _looks() -> Iterator[None]:
    while True:
        posted.wait(LOOK_EVERY_S)
        posted.clear()
        yield
