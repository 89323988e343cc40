"""Daily jobs: once a day each, whole or not at all, whoever runs them."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker import clock, jobs
from matchmaker.accounts.models import Person
from matchmaker.audit.models import AuditRow
from matchmaker.jobs import running
from matchmaker.jobs.models import JobRun
from tests.support.databases import Database

TODAY, TOMORROW = date(2026, 3, 1), date(2026, 3, 2)


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, jobs.Job]]:
    """An empty list of jobs."""
    mine: dict[str, jobs.Job] = {}
    monkeypatch.setattr(jobs, "_JOBS", mine)
    yield mine


def hire(session: Session, *, on: date) -> str:
    session.add(Person(email=f"{on}@example.test", name="新人", password_hash="-", created_at=clock.now()))
    return "hired one"


def fail(session: Session, *, on: date) -> str:
    hire(session, on=on)
    session.flush()
    session.add(Person(email=f"{on}@example.test", name="双胞", password_hash="-", created_at=clock.now()))
    session.flush()
    return "never"


def hired(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).where(Person.name == "新人")) or 0


def test_a_job_runs_once_a_day(either_database: Database, registry: dict[str, jobs.Job]) -> None:
    jobs.daily("hire")(hire)

    assert list(running.run_due(either_database.engine, on=TODAY)) == [("hire", "hired one")]
    assert list(running.run_due(either_database.engine, on=TODAY)) == []
    assert list(running.run_due(either_database.engine, on=TOMORROW)) == [("hire", "hired one")]
    assert hired(either_database) == 2


def test_what_a_job_did_is_told_and_names_the_job(database: Database, registry: dict[str, jobs.Job]) -> None:
    jobs.daily("hire")(hire)
    list(running.run_due(database.engine, on=TODAY))

    with database.reading() as session:
        assert session.get_one(JobRun, ("hire", TODAY)).outcome == "hired one"
        assert session.scalars(select(AuditRow.act).order_by(AuditRow.id.desc())).first() == "job hire"


def test_a_job_that_fails_leaves_nothing_and_keeps_no_other_back(
    either_database: Database, registry: dict[str, jobs.Job]
) -> None:
    jobs.daily("fail")(fail)
    jobs.daily("hire")(hire)
    outcomes = dict(running.run_due(either_database.engine, on=TODAY))

    assert outcomes["hire"] == "hired one"
    assert hired(either_database) == 1
    with either_database.reading() as session:
        assert session.get(JobRun, ("fail", TODAY)) is None, "the next look tries again"


def test_only_named_jobs_run_when_names_are_given(database: Database, registry: dict[str, jobs.Job]) -> None:
    jobs.daily("hire")(hire)
    jobs.daily("fail")(fail)

    assert [name for name, _ in running.run_due(database.engine, on=TODAY, names=("hire",))] == ["hire"]


def test_two_jobs_cannot_share_a_name(registry: dict[str, jobs.Job]) -> None:
    jobs.daily("hire")(hire)
    with pytest.raises(ValueError, match="hire"):
        jobs.daily("hire")(fail)
