"""One writing process at a time on SQLite: older versions corrupt a WAL that two processes checkpoint at once."""

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from matchmaker.db.engines import sqlite_path
from matchmaker.errors import Busy
from matchmaker.messages import _l


@contextmanager
def claim(url: str) -> Iterator[None]:
    """Hold the right to write to a SQLite file for as long as the process needs it; PostgreSQL needs no such thing.

    Raises ``Busy`` when another process holds it. SQLite's own fix is in 3.51.3.
    """
    path = sqlite_path(url)
    if path is None:
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(f"{path}.writer", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        message = _l("Another Matchmaker process is using %(path)s. Stop it first.", path=path)
        raise Busy(message) from error
    try:
        yield
    finally:
        lock.release()
