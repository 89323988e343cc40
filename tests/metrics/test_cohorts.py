"""The funnel's cells say what the introductions say: whoever carries one on, in whatever order, and two at once."""

import threading
from typing import Any

import pytest
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.rules import Reader
from matchmaker.contracts.agreements.models import Contract, ContractSource
from matchmaker.contracts.funnel import queries as funnels
from matchmaker.contracts.funnel.rules import By
from matchmaker.contracts.funnel.rules import Period as Days
from matchmaker.contracts.introductions.models import Introduction
from matchmaker.contracts.services.models import ServiceRecord
from matchmaker.contracts.services.operations import Rating
from matchmaker.metrics import queries, rebuilding
from matchmaker.metrics.cohorts.rules import STEPS, WAYS
from matchmaker.metrics.models import ScopeKind
from matchmaker.metrics.periods import Month, Period
from matchmaker.metrics.queries import Scope
from matchmaker.metrics.rules import FUNNEL, LOSSES
from matchmaker.vouchers.models import Use
from matchmaker.vouchers.uses import operations as uses
from tests.metrics.conftest import fill
from tests.metrics.plain import Records
from tests.support import cast, deals, factories, money
from tests.support.databases import Database

#: How many write at once.
WRITERS = 8


def this_year() -> Period:
    return Period(Month(clock.today().year, 1), Month.of(clock.today()))


def kept(session: Session, scope: Scope = queries.CITY) -> tuple[dict[str, int], dict[str, int]]:
    found = queries.measured(session, scope, (FUNNEL, LOSSES), this_year())
    return dict(found.get(FUNNEL, {})), dict(found.get(LOSSES, {}))


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
