"""Work that is due once a day: each domain's ``jobs.py`` registers its own, and any process may run it."""

from collections.abc import Callable

#: Does the day's work inside a transaction and says in one line what it did.
Job = Callable[..., str]

_JOBS: dict[str, Job] = {}


def daily(name: str) -> Callable[[Job], Job]:
    """Register ``job(session, on=day)`` to run once on each civil day, in a transaction of its own."""

    def register(job: Job) -> Job:
        if _JOBS.setdefault(name, job) is not job:
            raise ValueError(f"Two jobs are called {name!r}.")
        return job

    return register


def registered() -> dict[str, Job]:
    """Return the jobs by name, in the order of their registration."""
    return dict(_JOBS)
