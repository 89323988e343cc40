"""The funnel counts what its words say, each figure opens its records, and nobody sees another's."""

import pytest
from flask import Flask
from sqlalchemy import true

from matchmaker.contracts.funnel import queries
from matchmaker.contracts.funnel.rules import Row, Step, period, weakest
from matchmaker.contracts.funnel.views import STEPS
from matchmaker.contracts.introductions.models import REASON_LABELS, Introduction
from matchmaker.contracts.services.operations import Rating
from matchmaker.matching import Band
from matchmaker.messages import _l
from tests.conftest import ClientFor, MakeApp
from tests.support import cast, deals, factories, sites, words
from tests.support.databases import Database
from tests.support.pages import Page


@pytest.fixture
def filled(database: Database) -> None:
    """Eight introductions of "complex" that came differently far, and one of "institute" next door."""
    with database.writing() as session:
        factories.introduction(session, life="waiting")
        factories.introduction(session, life="declined")
        factories.introduction(session, life="failed")
        factories.introduction(session, life="talking")
        signed = factories.introduction(session, life="talking")
        deals.contract(session, introduction=signed)
        served = factories.introduction(session, life="talking")
        deals.service(session, after=served)
        deals.service(session, "withdrawn", after=signed)
        useless = factories.introduction(session, life="talking")
        contract = deals.contract(session, introduction=useless)
        deals.service(session, "confirmed", under=contract, rating=Rating(3, 2))
        best = factories.introduction(session, life="talking")
        contract = deals.contract(session, introduction=best)
        deals.service(session, "confirmed", under=contract, with_voucher=True, rating=Rating(5, 5))
        deals.service(session, description="另外做的。")
        factories.introduction(session, "far-enterprise", "institute")
        found = session.get_one(Introduction, best.id)
        found.match_score, found.match_band = 0.4, Band.STRONG


def figures(page: Page, table: int = 0) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in page.all("table")[table].iter("tr"):
        head = row.find("th")
        cells = ["".join(cell.itertext()).strip() for cell in row.findall("td")]
        if head is not None and cells:
            found["".join(head.itertext()).strip()] = cells[0]
    return found


def test_each_step_counts_those_that_came_so_far(client_for: ClientFor, filled: None) -> None:
    page = client_for("complex").get("/funnel/")
    counts = figures(page)
    expected = {"asked": 8, "match": 1, "talks": 6, "contract": 4, "service": 3, "voucher": 1, "effect": 1}
    assert {step.name: int(counts[words.said(step.label.text)]) for step in queries.STEPS} == expected
    for step in queries.STEPS:
        assert words.said(step.words.text) in page.main


def test_every_figure_opens_as_many_records_as_it_says(client_for: ClientFor, filled: None) -> None:
    city = client_for("bureau-city")
    page = city.get("/funnel/?by=complex")
    links = {
        element.attrib["href"]: "".join(element.itertext()).strip()
        for element in page.tree.iter("a")
        if element.get("href", "").startswith("/funnel/records")
    }
    assert len(links) > 15
    for link, number in links.items():
        records = city.get(link)
        listed = [one for one in records.links if one.startswith("/introductions/") and one != "/introductions/"]
        assert len(listed) == int(number), link


def test_it_says_where_and_why_it_breaks(client_for: ClientFor, filled: None) -> None:
    page = client_for("complex").get("/funnel/")
    lost = ["".join(row.itertext()) for row in page.all("table")[1].iter("tr")]
    for words_ in (
        "The other side has not answered yet", "Still in talks", "The price", "No service recorded yet",
        "The effect is not said", "Little or no effect",
    ):  # fmt: skip
        assert any(words.said(words_) in line for line in lost), words_
    assert sum(words.said("The price") in line for line in lost) == 2, "before the talks and in them"


def test_what_is_lost_after_a_step_and_what_goes_on_make_up_the_step(database: Database, filled: None) -> None:
    from matchmaker.accounts.rules import Reader

    with database.reading() as session:
        bureau = cast.organisation_of(session, "bureau-city")
        reader = Reader(
            person_id=1, organisation_id=bureau.id, organisation_kind=bureau.kind, district_code=cast.CITY_CODE
        )
        filters = queries.FunnelFilters(period=period(None, None, today=deals.day(0)))
        rows = queries.rows(session, reader, filters, queries.STEPS, queries.By.DISTRICT)
        total = queries.total(rows, queries.STEPS).counts
        ways = queries.breaks(REASON_LABELS)
        lost = queries.losses(session, reader, filters, ways)
        for step, following in (
            ("asked", "talks"),
            ("talks", "contract"),
            ("contract", "service"),
            ("service", "effect"),
        ):
            gone = sum(lost[way.name] for way in ways if way.after == step)
            assert total[step] == total[following] + gone, step


def test_it_is_laid_out_by_complex_industry_and_district_within_what_one_oversees(
    client_for: ClientFor, filled: None
) -> None:
    city, district = client_for("bureau-city"), client_for("bureau-district")
    assert {"现代纺织产业创新服务综合体", "江南新材料研究院"} <= figures(city.get("/funnel/?by=complex"), 2).keys()
    assert set(figures(city.get("/funnel/?by=district"), 2)) == {"越城区", "柯桥区"}
    assert set(figures(city.get("/funnel/?by=industry"), 2)) == {"印染", "现代纺织"}
    assert set(figures(district.get("/funnel/?by=district"), 2)) == {"越城区"}
    assert figures(city.get("/funnel/?industry=dyeing&by=district"), 2) == {"越城区": "8"}
    assert "另外做的" not in district.get("/funnel/").main
    assert any(link.startswith("/services/?source=off_platform") for link in district.get("/funnel/").links)
    client_for("enterprise").get("/funnel/", expect=403)


def test_another_period_counts_other_introductions(client_for: ClientFor, filled: None) -> None:
    complex_ = client_for("complex")
    page = complex_.get("/funnel/?since=2020-01-01&until=2020-12-31")
    assert words.said("No introduction in this period") in page.main
    assert figures(complex_.get(f"/funnel/?since={deals.day(1)}&until={deals.day(-1)}"))["对接"] == "8"
    complex_.get("/funnel/records?step=nothing", expect=404)


def test_a_domain_above_hands_in_a_step_of_its_own(make_app: MakeApp, database: Database, filled: None) -> None:
    app: Flask = make_app(database)
    app.extensions[STEPS] = (Step("paid", _l("Paid by"), _l("Amount"), "voucher", true),)
    page = sites.visitor_as(app, "bureau-city").get("/funnel/")
    assert figures(page)[words.said("Paid by")] == "9"


def test_the_weakest_step_is_where_the_largest_share_is_lost() -> None:
    counts = {"asked": 10, "match": 0, "talks": 8, "contract": 2, "service": 2, "voucher": 0, "effect": 1}
    worst = weakest(Row(None, counts), queries.STEPS)
    assert worst is not None and worst.name == "contract"
    assert weakest(Row(None, dict.fromkeys(counts, 0)), queries.STEPS) is None


def test_it_costs_the_same_statements_however_many_introductions(
    client_for: ClientFor, database: Database, filled: None
) -> None:
    from tests.support.statements import counted

    city = client_for("bureau-city")
    numbers = []
    for _ in range(2):
        with counted() as statements:
            city.get("/funnel/?by=complex")
        numbers.append(len(statements))
        with database.writing() as session:
            for _more in range(10):
                factories.introduction(session, life="talking")
    assert numbers[1] <= numbers[0]
