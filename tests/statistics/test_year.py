"""The year of an enterprise: numbers beside the same days of the year before, and the records behind them."""

from datetime import date

import pytest

from matchmaker.contracts.funnel.rules import Period
from matchmaker.contracts.services.models import PaidBy
from matchmaker.statistics.year import rules
from tests.conftest import ClientFor
from tests.support import claims, deals, words
from tests.support.databases import Database


def test_every_number_opens_exactly_the_records_that_it_counts(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        borne = deals.service(session, "confirmed", paid_by=PaidBy.COMPLEX, amount_fen=80_000).id
        own = deals.service(session, "confirmed", amount_fen=20_000).id
        deals.service(session, amount_fen=700_000)
        deals.service(session, "confirmed", enterprise="far-enterprise", paid_by=PaidBy.COMPLEX, amount_fen=900_000)
    enterprise = client_for("enterprise")
    page = enterprise.get("/year/")
    services = [link for link in page.links if link.startswith("/year/records?figure=services")]
    assert len(services) == 1 and "2 · 1,000 元" in page.main
    shown = enterprise.get(services[0])
    assert {f"/services/{borne}", f"/services/{own}"} <= set(shown.links)
    assert words.said("Money saved") in page.main and "800 元" in page.main
    borne_only = enterprise.get("/year/records?figure=borne")
    assert f"/services/{borne}" in borne_only.links and f"/services/{own}" not in borne_only.links


def test_what_was_paid_out_of_vouchers_is_saved(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        paid = claims.paid(session)
        number, year = paid.id, paid.paid_on.year if paid.paid_on else 0
    enterprise = client_for("enterprise")
    assert f"/redemptions/{number}" in enterprise.get(f"/year/records?figure=paid&year={year}").links
    assert f"/redemptions/{number}" not in client_for("other-enterprise").get("/year/records?figure=paid").links


@pytest.mark.parametrize(
    ("today", "now", "before"),
    [
        (date(2026, 11, 23), (date(2026, 1, 1), date(2026, 11, 23)), (date(2025, 1, 1), date(2025, 11, 23))),
        (date(2024, 2, 29), (date(2024, 1, 1), date(2024, 2, 29)), (date(2023, 1, 1), date(2023, 2, 28))),
    ],
)
def test_a_running_year_is_compared_over_the_same_days(
    today: date, now: tuple[date, date], before: tuple[date, date]
) -> None:
    period = rules.period(today.year, today=today)
    assert period == Period(*now) and rules.year_before(period) == Period(*before)


def test_a_year_that_is_over_is_compared_whole() -> None:
    period = rules.period(2025, today=date(2026, 3, 1))
    assert rules.year_before(period) == Period(date(2024, 1, 1), date(2024, 12, 31))


@pytest.mark.parametrize("text", ["", "2999", "1999", "abcd", "²⁰²⁶"])
def test_a_year_without_records_is_this_one(text: str) -> None:
    assert rules.year_of(text, today=date(2026, 3, 1)) == 2026
