"""Work that is due once a day: each domain's ``jobs.py`` registers its own, and any process may run it."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

#: Does the day's work inside a transaction and says in one line what it did.
Job = Callable[..., str]
#: Reads, before the transaction begins, what the job then writes down.
Reading = Callable[[Session], Any]

_JOBS: dict[str, Job] = {}
_READINGS: dict[str, Reading] = {}


def daily(name: str, *, reading: Reading | None = None) -> Callable[[Job], Job]:
    """Register ``job(session, on=day)`` to run once on each civil day, in a transaction of its own.

    With ``reading``, what that returns is handed over as ``read``: a long look keeps no writer waiting.
    """

    def register(job: Job) -> Job:
        if _JOBS.setdefault(name, job) is not job:
            raise ValueError(f"Two jobs are called {name!r}.")
        if reading is not None:
            _READINGS[name] = reading
        return job

    return register


def read_before(name: str, session: Session) -> dict[str, Any]:
    """Do the reading of a job that has one; return what its call takes besides."""
    return {"read": _READINGS[name](session)} if name in _READINGS else {}


def registered() -> dict[str, Job]:
    """Return the jobs by name, in the order of their registration."""
    return dict(_JOBS)
