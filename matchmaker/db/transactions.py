"""The only place that commits."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from matchmaker.db.engines import LOCK_TIMEOUT_MS, WRITING, sqlite_path
from matchmaker.errors import Busy, Conflict, Full
from matchmaker.messages import _l

_BUSY = _l("Somebody else is saving right now. Nothing was changed; please try again in a moment.")
_STALE = _l("Somebody else changed this meanwhile. Load it again and compare before you save.")
_FULL = _l("There is no room left to save anything. Nothing was changed; whoever runs the site has to make room.")

#: Whose turn it is among the threads of this process, by the database's file.
_TURNS: dict[str, threading.Lock] = {}


@contextmanager
def transaction(session: Session) -> Iterator[Session]:
    """Open a writing transaction, commit at the end, roll back on any error.

    What was read before stays loaded but may be stale: operations refresh the rows whose state they judge.
    Raises ``Busy`` when another writer holds the database too long, ``Conflict`` when a row's version moved on, and
    ``Full`` when the disk is.
    """
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("Changes were made outside transaction(); they would be committed unseen.")
    session.commit()  # ends the read-only transaction; expire_on_commit is off, so nothing is reloaded
    engine = session.get_bind()
    assert isinstance(engine, Engine)  # noqa: S101 - narrows for the type checker; sessions are bound to engines
    try:
        with _queue(engine):
            session.connection(execution_options={WRITING: True})
            yield session
            session.commit()
    except StaleDataError as error:
        session.rollback()
        raise Conflict(_STALE) from error
    except (Timeout, OperationalError) as error:
        session.rollback()
        if isinstance(error, OperationalError) and _is_full(error):
            raise Full(_FULL) from error
        if isinstance(error, OperationalError) and not _is_lock(error):
            raise
        raise Busy(_BUSY) from error
    except BaseException:
        session.rollback()
        raise


@contextmanager
def _queue(engine: Engine) -> Iterator[None]:
    """Line writers of one SQLite file up: its own waiters are unfair and starve each other.

    Threads of one process wait for each other without polling; one of them at a time asks for the file's lock, which
    is polled for.
    """
    if engine.dialect.name != "sqlite":
        yield
        return
    path = sqlite_path(engine.url.render_as_string(hide_password=False))
    if path is None:
        yield
        return
    until = time.monotonic() + LOCK_TIMEOUT_MS / 1000
    turn = _TURNS.setdefault(str(path), threading.Lock())
    if not turn.acquire(timeout=LOCK_TIMEOUT_MS / 1000):
        raise Timeout(f"{path}.lock")
    try:
        with FileLock(f"{path}.lock", timeout=max(0.0, until - time.monotonic())):
            yield
    finally:
        turn.release()


def _is_lock(error: OperationalError) -> bool:
    reason = str(error.orig)
    return any(words in reason for words in ("locked", "lock timeout", "deadlock"))


def _is_full(error: OperationalError) -> bool:
    reason = str(error.orig)
    return "disk is full" in reason or "No space left on device" in reason
