"""Work that is due once a day: each domain's ``jobs.py`` registers its own, and any process may run it."""

from collections.abc import Callable
from typing import Any

#: Does the day's work inside a transaction and says in one line what it did.
Job = Callable[..., str]
#: Works out beforehand, without writing, what the job then keeps.
Preparation = Callable[..., Any]

_JOBS: dict[str, Job] = {}
_PREPARATIONS: dict[str, Preparation] = {}


def daily(name: str, *, prepare: Preparation | None = None) -> Callable[[Job], Job]:
    """Register ``job(session, on=day)`` to run once on each civil day, in a transaction of its own.

    Long reckoning belongs into ``prepare(session, on=day)``, which runs before the transaction, so that nobody waits
    for its lock; the job then gets the result as ``prepared``.
    """

    def register(job: Job) -> Job:
        if _JOBS.setdefault(name, job) is not job:
            raise ValueError(f"Two jobs are called {name!r}.")
        if prepare is not None:
            _PREPARATIONS[name] = prepare
        return job

    return register


def registered() -> dict[str, Job]:
    """Return the jobs by name, in the order of their registration."""
    return dict(_JOBS)


def preparation(name: str) -> Preparation | None:
    """Return what is to be worked out before the job's transaction."""
    return _PREPARATIONS.get(name)
