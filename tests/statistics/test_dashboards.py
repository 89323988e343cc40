"""Dashboards count what their words say, open their records, cost the same at any length, and show nobody another's."""

import re
from collections.abc import Iterator
from io import BytesIO
from urllib.parse import quote, unquote
from xml.etree.ElementTree import Element

import pytest
from python_calamine import CalamineWorkbook

from matchmaker import clock
from matchmaker.contracts.services.operations import Rating
from matchmaker.statistics import views
from matchmaker.statistics.rules import places
from tests.conftest import ClientFor
from tests.support import cast, deals, factories
from tests.support.databases import Database
from tests.support.pages import Page, words_of
from tests.support.statements import counted

#: Tables of records, which no dashboard reads from end to end.
#: What is counted into cells, as a statement names it.
COUNTED = re.compile(
    r"\b(?:FROM|JOIN) (?:service_record|introduction|contract|voucher_use|redemption|ledger_transfer)\b"
)


@pytest.fixture
def filled(database: Database) -> None:
    """Two services and a contract of "complex", one service of "institute" next door, three needs nobody serves."""
    with database.writing() as session:
        met = factories.introduction(session, life="talking")
        deal = deals.contract(session, introduction=met)
        deals.service(session, "confirmed", under=deal, rating=Rating(5, 5))
        deals.service(session, "confirmed", amount_fen=17_880_000)
        deals.service(session, "recorded")
        factories.introduction(session, life="declined")
        deals.service(session, "confirmed", enterprise="far-enterprise", provider="institute", amount_fen=3_000_000)
        factories.need(
            session, "far-enterprise", title="轴承磨削烧伤", problem="磨床砂轮烧伤轴承套圈。", target="不烧伤。",
            keywords=["轴承", "磨削"], industry_code=cast.TEXTILES, budget_fen=10**6,
        )  # fmt: skip


def table(page: Page, chart: str) -> dict[str, list[str]]:
    """Return the exact numbers of a chart's rows, as its drawing reads them."""
    figure = page.by_id(chart)
    assert figure is not None, page
    return {words_of(row[0]): [cell.get("data-value", "") for cell in row[1:]] for row in rows(figure)}


def rows(figure: Element) -> Iterator[Element]:
    for part in ("tbody", "tfoot"):
        for body in figure.iter(part):
            yield from body.iter("tr")


def test_the_tables_say_what_was_recorded(client_for: ClientFor, filled: None) -> None:
    page = client_for("bureau-city").get("/statistics/")
    trend, month = table(page, "trend"), f"{clock.today():%Y-%m}"
    before = {label: cells for label, cells in trend.items() if label != month}

    assert len(trend) == 12
    assert sum(int(cells[0]) for cells in trend.values()) == 3
    assert all(cells[1] == "0" for cells in before.values())
    assert table(page, "funnel") == {
        "对接": ["2", "100.00"], "洽谈": ["1", "50.00"], "合同": ["1", "50.00"], "服务": ["1", "50.00"],
        "成效": ["1", "50.00"],
    }  # fmt: skip
    assert sum(int(cells[0]) for cells in table(page, "losses").values()) == 1
    assert sum(int(cells[0]) for cells in table(page, "needs").values()) == 3
    assert page.h1 == "统计：绍兴市"


def test_every_number_of_a_table_opens_just_so_many_records(client_for: ClientFor, filled: None) -> None:
    city = client_for("bureau-city")
    opened = 0
    for path in ("/statistics/", "/statistics/unmet"):
        for figure in city.get(path).all("figure"):
            for link in figure.iter("a"):
                if (
                    link.get("href", "").startswith(("/statistics/needs", "/funnel/records"))
                    and words_of(link).isdigit()
                ):
                    behind = city.get(link.get("href", ""))
                    number = len(list(behind.all("tbody")[0].iter("tr"))) if behind.all("tbody") else 0
                    assert number == int(words_of(link)), link.get("href")
                    opened += 1
    assert opened > 8


def test_a_district_sees_its_own_and_is_told_of_no_other(
    client_for: ClientFor, filled: None, ids: dict[str, int]
) -> None:
    here, there = client_for("bureau-district"), client_for("bureau-elsewhere")

    assert sum(int(cells[0]) for cells in table(here.get("/statistics/"), "trend").values()) == 2
    assert sum(int(cells[0]) for cells in table(there.get("/statistics/"), "trend").values()) == 1
    assert "现代纺织" in here.get("/statistics/ranking").main
    assert "江南新材料" not in here.get("/statistics/ranking").main
    assert table(here.get("/statistics/ranking"), "ranking")["中位数"] == ["1", ""]
    for scope in (
        "city",
        f"district:{cast.ELSEWHERE}",
        f"industry:{cast.DYEING}",
        f"provider:{ids['institute']}",
        "x:1",
    ):
        for page in ("", "ranking", "seasons", "unmet", "needs", "chart.xlsx"):
            here.get(f"/statistics/{page}?scope={quote(scope)}", expect=404)
    here.get(f"/statistics/?scope=provider:{ids['complex']}")


@pytest.fixture
def ids(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {role: cast.organisation_of(session, role).id for role in ("complex", "institute")}


def test_a_ranking_names_median_and_quartiles(client_for: ClientFor, filled: None) -> None:
    city = client_for("bureau-city")

    assert table(city.get("/statistics/ranking"), "ranking") == {
        "现代纺织产业创新服务综合体": ["2", "1"], "江南新材料研究院": ["1", "2"],
        "下四分位": ["1", ""], "中位数": ["1", ""], "上四分位": ["2", ""],
    }  # fmt: skip
    by_district = city.get("/statistics/ranking?kind=district&key=service_fen")
    assert table(by_district, "ranking")["越城区"] == ["18.000000", "1"]
    assert {"越城区: 18", "柯桥区: 3"} <= {
        link.get("aria-label") for link in by_district.tree.iter() if link.get("aria-label")
    }
    marks = city.get("/statistics/ranking?kind=district&key=satisfaction")
    assert "越城区: 4.5" in {link.get("aria-label") for link in marks.tree.iter()}
    assert list(table(city.get("/statistics/ranking?kind=industry"), "ranking"))[:2] == ["印染", "现代纺织"]


def test_the_year_has_twelve_months_and_those_to_come_are_empty(client_for: ClientFor, filled: None) -> None:
    found = table(client_for("bureau-city").get("/statistics/seasons"), "seasons")
    today = clock.today()

    assert list(found) == [str(year) for year in range(today.year - 4, today.year + 1)]
    assert found[str(today.year)][today.month :] == [""] * (12 - today.month)
    assert sum(int(number or 0) for cells in found.values() for number in cells) == 3


def test_a_need_that_something_serves_is_not_unmet(client_for: ClientFor, filled: None, database: Database) -> None:
    city = client_for("bureau-city")

    def unmet() -> dict[str, list[str]]:
        city.client.application.extensions["matchmaker_findings"].__init__()
        figure = city.get("/statistics/unmet").by_id("unmet")
        return {words_of(row[0]): [words_of(cell) for cell in row[1:4]] for row in rows(figure)} if figure else {}

    # Without a good match, of these only for a condition, and all that are open.
    assert unmet() == {"印染": ["2", "0", "2"], "现代纺织": ["1", "0", "1"]}
    with database.writing() as session:
        dear = {"price_min_fen": 10**9, "price_max_fen": 10**9}
        factories.offering(
            session, "institute", title="轴承磨削烧伤", description="磨床砂轮烧伤轴承套圈。", keywords=["轴承"], **dear
        )
    assert unmet() == {"印染": ["2", "0", "2"], "现代纺织": ["1", "1", "1"]}
    near = city.get("/statistics/needs?unmet=near")
    assert "轴承磨削烧伤" in near.main and "共 1 条" in near.main
    with database.writing() as session:
        factories.offering(
            session, "institute", title="轴承磨削烧伤", description="磨床砂轮烧伤轴承套圈。", keywords=["轴承"]
        )
    assert "现代纺织" not in unmet()


def test_a_long_ranking_has_pages_that_keep_the_places_and_the_spread(
    client_for: ClientFor, filled: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "_RANKED", 1)
    city = client_for("bureau-city")
    first, second = (city.get(f"/statistics/ranking?page={number}") for number in (1, 2))
    shown = [next(iter(table(page, "ranking").items())) for page in (first, second)]
    assert shown == [("现代纺织产业创新服务综合体", ["2", "1"]), ("江南新材料研究院", ["1", "2"])]
    assert [table(page, "ranking")["上四分位"] for page in (first, second)] == [["2", ""]] * 2
    assert "/statistics/ranking?page=2" in first.links


def test_equal_figures_share_a_place() -> None:
    assert places([9, 7, 7, 7, 3]) == [1, 2, 2, 2, 5] and places([]) == []


def test_the_workbook_holds_what_the_page_shows(client_for: ClientFor, filled: None, database: Database) -> None:
    with database.writing() as session:
        cast.organisation_of(session, "complex").name = "=1+1"
    city = client_for("bureau-city")
    for path, chart in (("ranking", "ranking"), ("ranking?kind=district&key=service_fen", "ranking"), ("", "funnel")):
        page = city.get(f"/statistics/{path}")
        link = next(
            link for link in page.links if link.startswith("/statistics/chart.xlsx") and f"chart={chart}" in link
        )
        sheet = CalamineWorkbook.from_filelike(BytesIO(city.get(link).response.data)).get_sheet_by_index(0).to_python()
        shown = table(page, chart)
        read = {str(line[0]): line[1:] for line in sheet[1 : 1 + len(shown)]}
        assert list(read) == list(shown)
        scales = {"funnel": (1, 0.01)}.get(chart, (10_000 if "_fen" in path else 1, 1))
        for label, cells in shown.items():
            # The page tells amounts in 万元 and percents as such; the workbook has yuan, and percents as shares of one.
            assert [round(float(number or 0), 6) for number in read[label]] == [
                round(float(number or 0) * scale, 6) for number, scale in zip(cells, scales, strict=True)
            ]
        assert "绍兴市" in str(sheet)
    city.get("/statistics/chart.xlsx?chart=nothing", expect=404)


PAGES = (
    "", "?scope=district:330602", "?scope=industry:dyeing", "ranking", "ranking?kind=district&key=satisfaction",
    "ranking?kind=industry&key=response_p90", "seasons?key=contract_fen", "needs",
)  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_its_statements_are_few_go_by_index_and_do_not_grow(
    client_for: ClientFor, filled: None, database: Database, path: str
) -> None:
    city = client_for("bureau-city")
    # The first page of a process reads the lists that it holds in memory.
    city.get(f"/statistics/{path}")
    with counted() as few:
        city.get(f"/statistics/{path}")
    with database.writing() as session:
        for number in range(3):
            met = factories.introduction(session, "other-enterprise", "institute", life="talking")
            deals.service(
                session,
                "confirmed",
                enterprise="other-enterprise",
                provider="institute",
                after=met,
                served_on=deals.day(-number),
            )
    city.get(f"/statistics/{path}")
    with counted() as many:
        city.get(f"/statistics/{path}")

    assert len(many) == len(few) <= 26
    # Figures, charts and the funnel come from cells, whichever database there is: no record is so much as asked for.
    assert not [one for one in few if COUNTED.search(one)]


def test_nobody_but_a_bureau_sees_a_dashboard(client_for: ClientFor) -> None:
    client_for("complex").get("/statistics/", expect=403)
    assert "/statistics/" not in client_for("complex").get("/").links
    home = client_for("bureau-district").get("/")
    assert "/statistics/" in home.links
    assert len(home.all("ul", class_="key-figures")[0]) == 4


def test_a_district_compares_neither_districts_nor_industries(client_for: ClientFor, filled: None) -> None:
    address = "/statistics/ranking?kind=district&key=services"

    assert 'class="tile-map"' in client_for("bureau-city").get(address).text
    assert 'class="tile-map"' not in client_for("bureau-district").get(address).text


def test_a_year_under_way_is_never_set_beside_a_whole_one(client_for: ClientFor) -> None:
    today = clock.today()
    page = client_for("bureau-city").get(f"/metrics/?period={today.year}")

    assert any(f"period={today.year}-01..{today.year}-{today.month:02d}" in unquote(link) for link in page.links)
    assert not any(f"key=services&period={today.year}&" in unquote(link) + "&" for link in page.links)


def test_every_chart_of_a_dashboard_leads_to_how_it_is_counted(client_for: ClientFor, filled: None) -> None:
    city = client_for("bureau-city")
    links = [link for link in city.get("/statistics/").links if link.startswith("/metrics/definitions")]
    anchors = {link.rpartition("#")[2] for link in links if "#" in link}
    assert anchors == {"funnel", "losses", "needs"}
    explained = city.get("/metrics/definitions")
    assert anchors <= {element.get("id") for element in explained.all("section")}
    assert any("key=services" in link for link in links)


def test_a_month_that_is_not_over_is_told(client_for: ClientFor, filled: None) -> None:
    city = client_for("bureau-city")
    today = clock.today()
    running, over = f"{today:%Y-%m}", f"{today.year - 1}-06"
    for path in ("/statistics/", "/metrics/"):
        assert f"{running} 尚未结束" in city.get(f"{path}?period={running}").main
        assert "尚未结束" not in city.get(f"{path}?period={over}").main
