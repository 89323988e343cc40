"""Months are frozen by two people; what is corrected later shows both values and why."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from matchmaker.contracts.introductions.models import Introduction
from matchmaker.contracts.services import operations as services
from matchmaker.contracts.services.models import ServiceRecord
from matchmaker.db import transaction
from matchmaker.errors import Conflict, Invalid
from matchmaker.metrics import queries
from matchmaker.metrics.freezes import operations
from matchmaker.metrics.freezes import queries as freezes
from matchmaker.metrics.freezes.models import Freeze
from matchmaker.metrics.models import ScopeKind
from matchmaker.metrics.periods import Month, Period
from tests.conftest import ClientFor
from tests.support import cast, deals, factories, money, words
from tests.support.databases import Database

MARCH = Month(2026, 3)


@pytest.fixture
def march(either_database: Database, at: Callable[[str], None]) -> Database:
    """Two services were done in March 2026; it is April."""
    at("2026-04-02T09:00")
    with either_database.writing() as session:
        for number in (10, 11):
            deals.service(session, "confirmed", served_on=MARCH.first_day.replace(day=number))
    return either_database


def frozen(database: Database) -> None:
    with database.writing() as session, money.acting(session, "bureau-city"):
        operations.propose(session, MARCH)
    with database.writing() as session, money.acting(session, "bureau-district"):
        operations.confirm(session, MARCH)


def test_a_month_that_has_not_ended_is_not_frozen(march: Database) -> None:
    with march.writing() as session, money.acting(session, "bureau-city"), pytest.raises(Invalid):
        operations.propose(session, Month(2026, 4))


def test_one_person_does_not_freeze_a_month(march: Database) -> None:
    with march.writing() as session, money.acting(session, "bureau-city"):
        made = operations.propose(session, MARCH)
        with pytest.raises(Conflict, match="somebody else"):
            operations.confirm(session, MARCH)
    with pytest.raises(IntegrityError), march.writing() as session:
        found = session.get_one(Freeze, made.id)
        found.confirmed_by_id, found.confirmed_at = found.proposed_by_id, found.proposed_at


def test_what_moved_after_the_proposal_is_not_confirmed(march: Database) -> None:
    with march.writing() as session, money.acting(session, "bureau-city"):
        operations.propose(session, MARCH)
    with march.writing() as session:
        deals.service(session, "confirmed", served_on=MARCH.last_day)
    with march.writing() as session, money.acting(session, "bureau-district"), pytest.raises(Conflict, match="anew"):
        operations.confirm(session, MARCH)


def test_a_correction_after_the_freeze_shows_both_values_and_its_reason(march: Database) -> None:
    frozen(march)
    with march.reading() as session:
        assert moved_of(session) == []
    with march.writing() as session:
        record = session.scalars(select(ServiceRecord).order_by(ServiceRecord.id)).first()
        assert record is not None
        services.take_back(session, record, "记错了企业。")
    scope = (ScopeKind.DISTRICT, cast.HERE)
    with march.writing() as session, money.acting(session, "bureau-city"):
        (moved,) = moved_of(session)
        assert (moved.frozen, moved.present, moved.needs_reason) == (2, 1, True)
        operations.restate(session, MARCH, scope, measure="services", reason="重复记录。")
        with pytest.raises(Conflict):
            operations.restate(session, MARCH, scope, measure="talks", reason="没有变。")
    with march.reading() as session:
        (moved,) = moved_of(session)
        assert moved.restated is not None and moved.restated.reason == "重复记录。"
        assert (moved.restated.frozen_value, moved.restated.present_value, moved.needs_reason) == (2, 1, False)


def moved_of(session: Session) -> list[queries.Moved]:
    return queries.moved_since_frozen(
        session, queries.Scope(ScopeKind.DISTRICT, cast.HERE), ("services",), Period.month(MARCH)
    )


def test_what_moved_is_told_of_its_own_months_measures_and_scope_alone(march: Database) -> None:
    frozen(march)
    with march.writing() as session:
        deals.service(session, "confirmed", served_on=MARCH.last_day)
    with march.reading() as session:
        here, year = queries.Scope(ScopeKind.DISTRICT, cast.HERE), Period.year(2026)
        found = queries.moved_since_frozen(session, here, ("services", "service_fen"), year)
        assert {(one.scope_code, one.measure) for one in found} == {(cast.HERE, "services"), (cast.HERE, "service_fen")}
        assert found == queries.moved_since_frozen(session, queries.CITY, ("services", "service_fen"), year)
        assert {one.scope_kind for one in freezes.moved_since_frozen(session)} == set(ScopeKind) - {ScopeKind.CITY}
        elsewhere = queries.Scope(ScopeKind.DISTRICT, cast.ELSEWHERE)
        assert queries.moved_since_frozen(session, elsewhere, ("services",), year) == []
        assert queries.moved_since_frozen(session, here, ("talks",), year) == []
        assert queries.moved_since_frozen(session, here, ("services",), Period.year(2025)) == []


def test_a_cohort_that_goes_on_after_its_month_is_no_figure_that_moved(
    march: Database, at: Callable[[str], None]
) -> None:
    at("2026-03-31T09:00")
    with march.writing() as session:
        met = factories.introduction(session, life="talking").id
    at("2026-04-02T09:00")
    frozen(march)
    with march.writing() as session:
        deals.service(session, after=session.get_one(Introduction, met), served_on=MARCH.later(1).first_day)
    with march.reading() as session:
        assert [one for one in freezes.moved_since_frozen(session) if one.measure.startswith("funnel")] == []
        cells = queries.measured(session, queries.CITY, ("funnel",), Period.month(MARCH))
        assert cells["funnel"]["service"] == 1


def test_the_page_freezes_and_restates(client_for: ClientFor, database: Database, at: Callable[[str], None]) -> None:
    at("2026-04-02T09:00")
    with database.writing() as session:
        deals.service(session, "confirmed", served_on=MARCH.first_day)
    with database.writing() as session, money.acting(session, "bureau-district"):
        operations.propose(session, MARCH)
    city = client_for("bureau-city")
    page = city.get("/metrics/freezes/")
    assert "/metrics/freezes/confirm" in page.actions
    city.post("/metrics/freezes/confirm", {"month": "2026-03"})
    with database.reading() as session:
        assert session.scalars(select(Freeze)).one().is_confirmed
    assert city.get("/statistics/quality/").links.count("/metrics/freezes/") == 1, "among the pages of the section"
    with database.writing() as session:
        deals.service(session, "confirmed", served_on=MARCH.last_day)
    assert city.get("/statistics/quality/").links.count("/metrics/freezes/") == 2, "and where the finding stands"
    figure = f"/metrics/records?scope_kind=district&scope_code={cast.HERE}&key=services&period=2026-03"
    assert words.said("No reason given yet") in city.get(figure).main
    sent = {
        "month": "2026-03", "scope_kind": "district", "scope_code": cast.HERE, "measure": "services",
        "reason": "四月才补录。",
    }  # fmt: skip
    city.post("/metrics/freezes/restatements", sent)
    assert "四月才补录。" in city.get(figure).main
    assert "四月才补录。" in client_for("bureau-district").get("/metrics/freezes/").main
    assert "四月才补录。" not in client_for("bureau-elsewhere").get("/metrics/freezes/").main


CHANGES = (
    "UPDATE metric_frozen SET value = 99",
    "DELETE FROM metric_frozen",
    "UPDATE metric_freeze SET confirmed_by_id = NULL, confirmed_at = NULL",
    "DELETE FROM metric_freeze",
    "UPDATE metric_restatement SET reason = '改'",
    "DELETE FROM metric_restatement",
)


@pytest.mark.parametrize("change", CHANGES)
def test_no_program_changes_what_two_people_froze(march: Database, change: str) -> None:
    frozen(march)
    with march.writing() as session:
        deals.service(session, "confirmed", served_on=MARCH.last_day)
    with march.writing() as session, money.acting(session, "bureau-city"):
        operations.restate(session, MARCH, (ScopeKind.DISTRICT, cast.HERE), measure="services", reason="迟报")
    before = march.dump()
    with Session(march.engine) as session, pytest.raises(DBAPIError), transaction(session):
        session.execute(text(change))
    assert march.dump() == before
