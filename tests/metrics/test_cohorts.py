"""The funnel's cells say what the introductions say: whoever carries one on, in whatever order, and two at once."""

import itertools
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, delete, select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.rules import Reader
from matchmaker.contracts.agreements.models import Contract, ContractKind, ContractSource, ContractState
from matchmaker.contracts.funnel import queries as funnels
from matchmaker.contracts.funnel.rules import By
from matchmaker.contracts.funnel.rules import Period as Days
from matchmaker.contracts.introductions.models import (
    OPEN,
    FailureReason,
    Introduction,
    IntroductionState,
    Side,
)
from matchmaker.contracts.services.models import PaidBy, ServiceRecord, ServiceState
from matchmaker.contracts.services.operations import Rating
from matchmaker.db import Base, tables
from matchmaker.matching import Band
from matchmaker.metrics import queries, rebuilding, recording
from matchmaker.metrics.cohorts.models import MetricPath
from matchmaker.metrics.cohorts.rules import STEPS, WAYS
from matchmaker.metrics.models import MetricCell, MetricFirst, MetricPresence, ScopeKind
from matchmaker.metrics.periods import Month, Period
from matchmaker.metrics.queries import Scope
from matchmaker.metrics.rules import FUNNEL, LOSSES
from matchmaker.vouchers.models import RegionPair, Use, UseState
from matchmaker.vouchers.uses import operations as uses
from tests.metrics.conftest import fill
from tests.metrics.plain import Records
from tests.support import cast, deals, factories, money
from tests.support.databases import Database

#: How many write at once.
WRITERS = 8
NUMBERS = itertools.count(1)


@pytest.fixture
def bare() -> Iterator[Session]:
    """A schema that holds nothing and asks for no foreign key."""
    tables.load()
    recording.listen()
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


def this_year() -> Period:
    return Period(Month(clock.today().year, 1), Month.of(clock.today()))


def kept(session: Session, scope: Scope = queries.CITY) -> tuple[dict[str, int], dict[str, int]]:
    found = queries.measured(session, scope, (FUNNEL, LOSSES), this_year())
    return dict(found.get(FUNNEL, {})), dict(found.get(LOSSES, {}))


#: A provider and an enterprise that nothing else is known of.
PLACES = st.fixed_dictionaries(
    {
        "provider_id": st.integers(1, 2),
        "industry_code": st.sampled_from([None, "dyeing", "machines"]),
        "district_code": st.sampled_from(["330602", "330603"]),
        "match_score": st.sampled_from([None, 0.5]),
        "opened_at": st.integers(0, 119).map(lambda days: datetime(2025, 11, 1, 17, tzinfo=UTC) + timedelta(days=days)),
    }
)
STEPS_TAKEN = st.one_of(
    st.tuples(st.just("meet"), PLACES),
    *(
        st.tuples(st.just(name), st.integers(0, 9))
        for name in ("accept", "accept", "fail", "write", "sign", "serve", "serve", "confirm", "take back", "hold",
                     "release", "remove")
    ),
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(transactions=st.lists(st.tuples(st.lists(STEPS_TAKEN, max_size=6), st.booleans()), max_size=7))
def test_whatever_carries_introductions_on_or_back_leaves_what_a_rebuild_counts(
    bare: Session, transactions: list[tuple[list[Any], bool]]
) -> None:
    """Uses and records of four kinds come, change and go, in transactions of which some are rolled back."""
    bare.rollback()
    for model in (MetricCell, MetricPresence, MetricFirst, MetricPath, Use, ServiceRecord, Contract, Introduction):
        bare.connection().execute(delete(model.__table__))
    bare.commit()
    bare.expunge_all()
    for steps, is_kept in transactions:
        for step, argument in steps:
            _take(bare, step, argument)
            bare.flush()
        if is_kept:
            bare.commit()
        else:
            bare.rollback()
    assert rebuilding.disagreements(bare) == []
    year = Period.parse("2025-11..2026-03")
    for kind, code in Records(bare).scopes():
        found = queries.measured(bare, Scope(ScopeKind(kind), code), (FUNNEL, LOSSES), year)
        plain = Records(bare).funnel(kind, code, tuple(year.first), tuple(year.last))
        assert [dict(found.get(name, {})) for name in (FUNNEL, LOSSES)] == [dict(one) for one in plain]


def _take(session: Session, step: str, argument: Any) -> None:
    if step == "meet":
        session.add(_introduction(**argument))
        return
    of = {"fail": Introduction, "write": Introduction, "accept": Introduction, "serve": Introduction, "hold": Contract,
          "sign": Contract, "release": Use}.get(step, ServiceRecord)  # fmt: skip
    rows = session.scalars(select(of).order_by(of.id)).all()
    if not rows:
        return
    row: Any = rows[argument % len(rows)]
    if step == "accept" and row.state is IntroductionState.WAITING:
        row.state, row.answered_at, row.accepted_at = IntroductionState.TALKING, row.opened_at, row.opened_at
    elif step == "fail" and row.state in OPEN:
        row.state, row.failed_reason = IntroductionState.FAILED, list(FailureReason)[argument % len(FailureReason)]
        row.answered_at = row.ended_at = row.opened_at
    elif step == "write" and not session.scalars(select(Contract).where(Contract.introduction_id == row.id)).all():
        session.add(_contract(row))
    elif step == "sign" and row.state is ContractState.DRAFT:
        row.state, row.signed_at = ContractState.SIGNED, row.shared_at
        row.confirmed_by_enterprise_at = row.confirmed_by_provider_at = row.shared_at
    elif step == "hold" and row.state is not ContractState.DRAFT:
        # A voucher is used for a contract in force alone.
        session.add(_use(row))
    elif step == "release":
        row.state = UseState.RELEASED
    elif step == "serve":
        session.add(_service(row, argument))
    elif step == "confirm":
        row.state, row.confirmed_at, row.effect = ServiceState.CONFIRMED, row.recorded_at, 1 + argument % 5
    elif step == "take back":
        row.state = ServiceState.WITHDRAWN
    elif step == "remove":
        session.delete(row)


def _introduction(**values: Any) -> Introduction:
    band = Band.STRONG if values["match_score"] else None
    return Introduction(
        need_id=next(NUMBERS), enterprise_id=3, opened_by_side=Side.ENTERPRISE, title="x", match_band=band, **values
    )


def _contract(met: Introduction) -> Contract:
    day = met.opened_at.date()
    return Contract(
        introduction_id=met.id, source=ContractSource.MATCH, enterprise_id=3, provider_id=met.provider_id,
        district_code=met.district_code, industry_code=met.industry_code, written_by_side=Side.PROVIDER, title="x",
        kind=ContractKind.SERVICE, category_code="testing", contract_amount_fen=2, technology_amount_fen=1,
        signed_on=day, starts_on=day, ends_on=day, written_at=met.opened_at, shared_at=met.opened_at,
    )  # fmt: skip


def _service(met: Introduction, number: int) -> ServiceRecord:
    return ServiceRecord(
        introduction_id=met.id, source=ContractSource.MATCH, enterprise_id=3, provider_id=met.provider_id,
        district_code=met.district_code, industry_code=met.industry_code, provider_district_code="330603",
        category_code="testing", description="x", served_on=met.opened_at.date(), amount_fen=1 + number,
        paid_by=PaidBy.ENTERPRISE, with_voucher=number % 3 == 0, recorded_at=met.opened_at,
    )  # fmt: skip


def _use(under: Contract) -> Use:
    return Use(
        voucher_id=1, contract_id=under.id, scheme_id=1, category_code="testing", region_pair=RegionPair.LOCAL_LOCAL,
        service_amount_fen=2, rate_bp=5000, amount_fen=1, reservation_id=next(NUMBERS), registered_at=clock.now(),
    )  # fmt: skip


def test_dashboards_and_the_funnel_page_count_alike(either_database: Database) -> None:
    with either_database.writing() as session:
        fill(session)
        # Whoever changes its industry later was of the old one when it asked.
        cast.organisation_of(session, "far-enterprise").industry_code = cast.DYEING
    with either_database.reading() as session:
        city = cast.organisation_of(session, "bureau-city")
        reader = Reader(person_id=1, organisation_id=city.id, organisation_kind=city.kind, district_code=cast.CITY_CODE)
        days = Days(this_year().first_day, this_year().last_day)
        complexes = [cast.organisation_of(session, role).id for role in ("complex", "institute")]
        scopes = {
            queries.CITY: funnels.FunnelFilters(days),
            Scope(ScopeKind.DISTRICT, cast.HERE): funnels.FunnelFilters(days, district=cast.HERE),
            Scope(ScopeKind.INDUSTRY, cast.DYEING): funnels.FunnelFilters(days, industry=cast.DYEING),
            Scope(ScopeKind.INDUSTRY, cast.TEXTILES): funnels.FunnelFilters(days, industry=cast.TEXTILES),
            **{Scope(ScopeKind.PROVIDER, str(one)): funnels.FunnelFilters(days, one) for one in complexes},
        }
        asked = set()
        for scope, filters in scopes.items():
            reached, lost = kept(session, scope)
            total = funnels.total(funnels.rows(session, reader, filters, STEPS, By.INDUSTRY), STEPS).counts
            assert {name: often for name, often in total.items() if often} == reached, scope
            losses = funnels.losses(session, reader, filters, WAYS)
            assert {name: often for name, often in losses.items() if often} == lost, scope
            asked.add(reached["asked"])
        assert len(asked) > 2, "scopes that all hold the same tell nothing"


def test_each_record_carries_its_introduction_on_and_back(either_database: Database) -> None:
    made: dict[str, int] = {}

    def of(session: Session, model: type[Any]) -> Any:
        return session.get_one(model, made[model.__name__])

    def meet(session: Session) -> Any:
        return factories.introduction(session, life="talking")

    def sign(session: Session) -> Any:
        met = of(session, Introduction)
        return money.contract(session, introduction_id=met.id, source=ContractSource.MATCH)

    def hold(session: Session) -> Any:
        return money.use(session, money.voucher(session, money.scheme(session)), of(session, Contract))

    def serve(session: Session) -> Any:
        values = {"under": of(session, Contract), "served_on": clock.today()}
        return deals.service(session, "confirmed", rating=Rating(5, 5), **values)

    def give_up(session: Session) -> Any:
        with money.acting(session, money.APPLICANT):
            uses.give_up(session, of(session, Use))

    def take_back(session: Session) -> Any:
        deals.answer(session, of(session, ServiceRecord), "take back", Rating(5, 5))

    signed = {"asked", "talks", "contract", "no-service"}
    served = {"asked", "talks", "contract", "service", "effect"}
    for act, expected in (
        (meet, {"asked", "talks", "talking"}),
        (sign, signed),
        (hold, signed),
        (serve, {*served, "voucher"}),
        (give_up, served),
        (take_back, signed),
    ):
        with either_database.writing() as session:
            row = act(session)
            if row is not None:
                made[type(row).__name__] = row.id
        with either_database.reading() as session:
            found = kept(session)
            plain = Records(session).funnel("city", "", tuple(this_year().first), tuple(this_year().last))
            assert found == tuple(dict(one) for one in plain), act
            assert {name: often for part in found for name, often in part.items()} == dict.fromkeys(expected, 1), act
            assert rebuilding.disagreements(session) == [], act


@pytest.mark.postgres
def test_many_who_write_at_once_leave_exact_cells_and_never_wait_in_a_circle(postgresql_database: Database) -> None:
    """Eight write services of one enterprise and month, two on each of four introductions, in orders of their own."""
    database, rounds = postgresql_database, 3
    start, faults = threading.Barrier(WRITERS), list[BaseException]()
    with database.writing() as session:
        met = [factories.introduction(session, life="talking").id for _ in range(WRITERS // 2)]

    def write(number: int) -> None:
        try:
            for turn in range(rounds):
                start.wait(30)
                with database.writing() as session:
                    for one in (met, met[::-1])[number % 2]:
                        deals.service(session, "confirmed", after=session.get_one(Introduction, one))
                    deals.service(session, "confirmed", amount_fen=100 + number, served_on=deals.day(-turn))
        except BaseException as fault:
            faults.append(fault)
            start.abort()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not faults, faults
    with database.reading() as session:
        assert rebuilding.disagreements(session) == []
        found = queries.figures(session, queries.CITY, this_year(), ("services", "enterprises"))
        assert found["services"].value == WRITERS * rounds * (len(met) + 1)
        assert found["enterprises"].value == 1
        assert kept(session)[0]["service"] == len(met)
