"""Any sequence of records, corrections and reversals gives the same figures kept up and counted anew."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, delete, select, update
from sqlalchemy.orm import Session

from matchmaker.accounts.models import Organisation, OrganisationKind
from matchmaker.contracts.agreements.models import ContractSource
from matchmaker.contracts.services.models import PaidBy, ServiceRecord, ServiceState
from matchmaker.db import Base, tables
from matchmaker.metrics import commands, rebuilding, recording
from matchmaker.metrics.models import MetricCell, MetricFirst, MetricPresence
from tests.metrics.conftest import fill
from tests.support.databases import Database

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


@pytest.fixture
def session() -> Iterator[Session]:
    tables.load()
    recording.listen()
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine, expire_on_commit=False) as session:
        session.add_all(
            Organisation(kind=kind, name=str(number), district_code="330603", industry_code="dyeing", created_at=NOW)
            for number, kind in enumerate([OrganisationKind.COMPLEX] * 2 + [OrganisationKind.ENTERPRISE] * 3)
        )
        session.commit()
        yield session
    engine.dispose()


def record(**differences: Any) -> ServiceRecord:
    values: dict[str, Any] = {
        "enterprise_id": 3, "provider_id": 1, "source": ContractSource.OFF_PLATFORM, "district_code": "330603",
        "industry_code": "dyeing", "provider_district_code": "330603", "category_code": "testing", "description": "x",
        "served_on": date(2026, 3, 1), "amount_fen": 100, "paid_by": PaidBy.ENTERPRISE, "with_voucher": False,
        "state": ServiceState.CONFIRMED, "recorded_at": NOW, "confirmed_at": NOW,
    } | differences  # fmt: skip
    if values["state"] is ServiceState.RECORDED:
        values["confirmed_at"] = None
    return ServiceRecord(**values)


def kept(session: Session) -> dict[str, set[tuple[Any, ...]]]:
    """Return every row of the cells that says something."""
    session.expire_all()
    found = {}
    for model, column in ((MetricCell, "value"), (MetricPresence, "records"), (MetricFirst, "month")):
        table = model.__table__
        found[model.__name__] = {tuple(row) for row in session.execute(select(table).where(table.c[column] != 0))}
    return found


changes = st.one_of(
    st.tuples(
        st.just("add"),
        st.fixed_dictionaries(
            {
                "enterprise_id": st.integers(3, 5),
                "provider_id": st.integers(1, 2),
                "industry_code": st.sampled_from([None, "dyeing", "machines"]),
                "district_code": st.sampled_from(["330602", "330603"]),
                "category_code": st.sampled_from(["testing", "design"]),
                "served_on": st.dates(date(2024, 11, 1), date(2026, 2, 28)),
                "amount_fen": st.integers(1, 10**9),
                "paid_by": st.sampled_from([PaidBy.ENTERPRISE, PaidBy.COMPLEX]),
                "state": st.sampled_from([ServiceState.CONFIRMED, ServiceState.RECORDED]),
                "satisfaction": st.none(),
            }
        ),
    ),
    st.tuples(st.just("confirm"), st.integers(0, 20)),
    st.tuples(st.just("supersede"), st.integers(0, 20)),
    st.tuples(st.just("redate"), st.integers(0, 20)),
    st.tuples(st.just("delete"), st.integers(0, 20)),
)


@settings(max_examples=60, deadline=timedelta(seconds=5), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    transactions=st.lists(st.lists(changes, max_size=5), max_size=6),
    keeps=st.lists(st.booleans(), min_size=6, max_size=6),
)
def test_what_is_kept_up_is_what_a_rebuild_counts(
    session: Session, transactions: list[list[Any]], keeps: list[bool]
) -> None:
    _empty(session)
    for steps, is_kept in zip(transactions, keeps, strict=False):
        for step in steps:
            _take(session, *step)
            session.flush()
        if is_kept:
            session.commit()
        else:
            session.rollback()
    before = kept(session)
    assert rebuilding.disagreements(session) == []
    rebuilding.rebuild(session)
    session.commit()
    assert kept(session) == before
    for one in session.scalars(select(ServiceRecord)):
        session.delete(one)
    session.commit()
    assert not any(kept(session).values())


def test_every_kind_of_record_is_kept_up_as_it_is_counted_anew(either_database: Database) -> None:
    with either_database.writing() as session:
        fill(session)
    with either_database.writing() as session:
        assert rebuilding.disagreements(session) == []
        measures = set(session.scalars(select(MetricCell.measure)))
        assert {"services", "talks", "contract_fen", "voucher_issued_fen", "voucher_used_fen"} <= measures
        before = kept(session)
        rebuilding.rebuild(session)
        assert kept(session) == before


def test_what_a_savepoint_took_back_is_not_counted(session: Session) -> None:
    _empty(session)
    session.add(record())
    with pytest.raises(ZeroDivisionError), session.begin_nested():
        session.add(record(served_on=date(2026, 4, 1)))
        session.flush()
        raise ZeroDivisionError
    session.commit()
    assert rebuilding.disagreements(session) == []
    assert {row[3] for row in kept(session)["MetricCell"] if row[2] == "services"} == {202603}


def test_a_cell_that_differs_is_told_and_mended(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with database.writing() as session:
        fill(session)
        cell = MetricCell.__table__
    with database.writing() as session:
        session.connection().execute(update(cell).where(cell.c.measure == "talks").values(value=9))
        session.connection().execute(delete(MetricPresence.__table__).where(MetricPresence.scope_kind == "city"))
    monkeypatch.setenv("MATCHMAKER_DATABASE_URL", database.url)
    run = CliRunner()
    told = run.invoke(commands.group, ["rebuild", "--check"])
    assert told.exit_code == 1 and "talks" in told.output and "kept 9" in told.output and "presence" in told.output
    assert run.invoke(commands.group, ["rebuild"]).exit_code == 0
    assert run.invoke(commands.group, ["rebuild", "--check"]).exit_code == 0


def test_a_statement_over_many_records_is_refused(database: Database) -> None:
    with database.writing() as session, pytest.raises(RuntimeError, match="one by one"):
        session.execute(update(ServiceRecord).values(amount_fen=1))


def _empty(session: Session) -> None:
    """Let no example see what the one before it left."""
    session.rollback()
    for model in (MetricCell, MetricPresence, MetricFirst, ServiceRecord):
        session.connection().execute(delete(model.__table__))
    session.commit()
    session.expunge_all()


def _take(session: Session, step: str, argument: Any) -> None:
    if step == "add":
        session.add(record(**argument))
        return
    records = session.scalars(select(ServiceRecord).order_by(ServiceRecord.id)).all()
    if not records:
        return
    one = records[argument % len(records)]
    if step == "confirm":
        one.state, one.confirmed_at, one.satisfaction = ServiceState.CONFIRMED, NOW, 1 + argument % 5
    elif step == "supersede":
        one.state = ServiceState.SUPERSEDED
    elif step == "redate":
        one.served_on += timedelta(days=40)
    else:
        session.delete(one)
