"""Running what is due: by ``matchmaker jobs run``, and beside the site while it serves."""

import importlib
import logging
import pkgutil
import threading
from collections.abc import Iterator
from datetime import date

from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

import matchmaker
from matchmaker import clock, jobs
from matchmaker.db import transaction
from matchmaker.db.actors import running
from matchmaker.errors import DomainError
from matchmaker.jobs.models import JobRun

log = logging.getLogger(__name__)

#: How often a serving process looks whether a new day has begun.
LOOK_EVERY_S = 300


def load() -> None:
    """Import every domain's ``jobs`` module, so that all jobs are registered."""
    for module in pkgutil.walk_packages(matchmaker.__path__, "matchmaker."):
        if module.name.rpartition(".")[2] == "jobs" and not module.ispkg:
            importlib.import_module(module.name)


def run_due(engine: Engine, *, on: date, names: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Run each job (or those named) that has not run on the day ``on``; yield its name and what it did.

    The note that it ran is committed with its work: of two processes one does it, and a process that dies half way
    leaves nothing, so that the next look does the whole. A job that fails is logged and does not keep others back.
    """
    with Session(engine, expire_on_commit=False) as session:
        done = set(session.scalars(select(JobRun.name).where(JobRun.on_date == on)))
        for name, job in jobs.registered().items():
            if name not in done and (not names or name in names):
                yield name, _run(session, name, job, on=on)


def _run(session: Session, name: str, job: jobs.Job, *, on: date) -> str:
    token = running.set(f"job {name}")
    prepare = jobs.preparation(name)
    try:
        more = {} if prepare is None else {"prepared": prepare(session, on=on)}
        session.rollback()
        with transaction(session):
            run = JobRun(name=name, on_date=on, finished_at=clock.now(), outcome="")
            session.add(run)
            session.flush()
            run.outcome = job(session, on=on, **more)
            return run.outcome
    except IntegrityError:
        session.rollback()
        return "another process does it"
    except (DomainError, SQLAlchemyError) as error:
        session.rollback()
        log.exception("The job %s failed.", name)
        return f"failed: {error}"
    finally:
        running.reset(token)


def start(engine: Engine) -> threading.Thread:
    """Run what is due now and whenever a new civil day begins, in a thread that ends with the process."""
    thread = threading.Thread(target=_keep_running, args=(engine,), name="daily jobs", daemon=True)
    thread.start()
    return thread


def _keep_running(engine: Engine) -> None:
    load()
    pause = threading.Event()
    while True:
        try:
            for name, outcome in run_due(engine, on=clock.today()):
                log.info("Job %s: %s", name, outcome)
        except (DomainError, SQLAlchemyError):
            # The database is away; the next look finds the work still undone.
            log.exception("The daily jobs could not be looked up.")
        pause.wait(LOOK_EVERY_S)
