"""Lists: counts that agree with what they lead to, orders, pages, and addresses that nobody meant."""

import itertools
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from matchmaker import clock
from matchmaker.catalogue.needs.models import Confidentiality, SolutionMode
from tests.conftest import ClientFor, MakeApp
from tests.support import cast, factories, sites, words
from tests.support.databases import Database
from tests.support.pages import Page
from tests.support.visitor import Visitor

READERS = ("anonymous", "enterprise", "complex", "bureau-elsewhere")


def rows(page: Page) -> list[int]:
    """Return the ids of the rows that a list shows, in order."""
    return [int(card.attrib["id"].rpartition("-")[2]) for card in page.all("article") if card.get("id")]


def total(page: Page) -> int:
    """Return how many rows the list says it has."""
    said = page.all("div", class_="list-summary")[0]
    figure = "".join(said.itertext()).split("·")[0]
    return int("".join(sign for sign in figure if sign.isdigit()) or 0)


@pytest.fixture
def many(database: Database) -> None:
    """Postings of all sorts."""
    days = [None, 10, 20, 30]
    with database.writing() as session:
        for number in range(12):
            factories.need(
                session,
                ("enterprise", "other-enterprise", "far-enterprise")[number % 3],
                ("published", "published", "closed", "draft")[number % 4],
                industry_code=(cast.DYEING, cast.MACHINERY, cast.TEXTILES)[number % 3 - number // 6],
                mode=list(SolutionMode)[number % 4],
                confidentiality=list(Confidentiality)[number % 3],
                budget_fen=None if number % 5 == 0 else number * 1_000_000,
                needed_by=None if (left := days[number % 4]) is None else clock.today() + timedelta(days=left),
            )
            factories.offering(
                session,
                ("complex", "institute")[number % 2],
                ("published", "published", "published", "closed", "draft")[number % 5],
                category_code=(cast.TESTING, cast.DEVELOPMENT)[number % 3 == 0],
                industry_code=None if number % 4 == 0 else cast.DYEING,
                price_min_fen=None if number % 5 == 0 else (12 - number) * 10_000,
                delivery_days=None if number % 3 == 0 else number,
                is_voucher_eligible=number % 2 == 0,
                kind="instrument" if number % 4 == 1 else "service",
                model="XK-7" if number % 4 == 1 else "",
            )


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("path", ["/needs/", "/offerings/", "/organisations/"])
@pytest.mark.parametrize("role", READERS)
def test_each_count_is_the_number_of_rows_it_leads_to(client_for: ClientFor, path: str, role: str) -> None:
    visitor = client_for(role, checks=False)
    facets = visitor.get(path).facets()

    assert len(facets) >= 3
    for name, values in facets.items():
        for value, count in values.items():
            chosen = visitor.get(f"{path}?{name}={value}")
            assert total(chosen) == count, f"{name}={value}"
            # Within one choice the other counts go with it, two deep.
            for other, others in chosen.facets().items():
                if other != name and others:
                    second, number = max(others.items(), key=lambda item: item[1])
                    assert total(visitor.get(f"{path}?{name}={value}&{other}={second}")) == number


@pytest.mark.usefixtures("many")
def test_a_chosen_value_stays_in_its_list_even_when_nothing_is_left(visitor: Visitor) -> None:
    page = visitor.get(f"/needs/?industry={cast.MACHINERY}&state=closed&mode=service&district={cast.ELSEWHERE}")

    assert total(page) == 0 and words.said("No need fits these filters") in page.main
    chosen = [link for link in page.all("a") if link.get("aria-current") == "true"]
    assert len(chosen) >= 3


@pytest.mark.parametrize(
    ("path", "table", "column", "descending"),
    [
        ("/needs/?sort=deadline", "need", "needed_by", False),
        ("/needs/?sort=budget", "need", "budget_fen", True),
        ("/needs/?sort=newest", "need", "published_at", True),
        ("/offerings/?sort=price", "offering", "price_min_fen", False),
        ("/offerings/?sort=delivery", "offering", "delivery_days", False),
        ("/offerings/?sort=newest", "offering", "published_at", True),
    ],
)
@pytest.mark.parametrize("lent", ["database", pytest.param("postgresql_database", marks=pytest.mark.postgres)])
def test_a_list_is_in_its_order_and_what_is_not_stated_comes_last(
    request: pytest.FixtureRequest, make_app: MakeApp, lent: str, path: str, table: str, column: str, descending: bool
) -> None:
    database: Database = request.getfixturevalue(lent)
    with database.writing() as session:
        for number, value in enumerate((3, None, 1, 2, None, 2)):
            amount = None if value is None else value * 1000
            days = None if value is None else clock.today() + timedelta(days=value)
            need = factories.need(session, "enterprise", budget_fen=amount, needed_by=days)
            offering = factories.offering(session, "complex", price_min_fen=amount, delivery_days=value)
            need.published_at = offering.published_at = need.created_at + timedelta(minutes=number % 4)
    visitor = sites.visitor_as(make_app(database), "complex")

    with database.reading() as session:
        model = factories.need.__globals__["Need" if table == "need" else "Offering"]
        values = {row.id: getattr(row, column) for row in session.query(model)}
    shown = rows(visitor.get(path))

    stated = [values[number] for number in shown if values[number] is not None]
    assert stated == sorted(stated, reverse=descending)
    assert [values[number] for number in shown][len(stated) :] == [None] * (6 - len(stated))
    same = [(one, two) for one, two in itertools.pairwise(shown) if values[one] == values[two]]
    assert all(one > two for one, two in same), "equals come newest first"


@pytest.fixture
def long_list(database: Database) -> int:
    """More needs than two pages hold."""
    with database.writing() as session:
        for number in range(45):
            factories.need(session, "enterprise", industry_code=cast.DYEING if number < 42 else cast.MACHINERY)
    return 45


def test_pages_show_every_row_once_and_keep_the_filters(visitor: Visitor, long_list: int) -> None:
    page = visitor.get(f"/needs/?industry={cast.DYEING}&sort=budget")
    seen = rows(page)
    while following := page.all("a", rel="next"):
        address = following[0].attrib["href"]
        kept = parse_qs(urlsplit(address).query)
        assert kept["industry"] == [cast.DYEING] and kept["sort"] == ["budget"]
        page = visitor.get(address)
        seen += rows(page)

    assert len(seen) == len(set(seen)) == 42 == long_list - 3


def test_choosing_a_filter_starts_over_at_the_first_page(visitor: Visitor, long_list: int) -> None:
    page = visitor.get("/needs/?page=3")

    assert rows(page) and long_list
    assert not [link for link in page.links if "page=3" in link]
    previous = page.all("a", rel="prev")[0].attrib["href"]
    assert parse_qs(urlsplit(previous).query) == {"page": ["2"]}


@pytest.mark.parametrize("asked", ["4", "999999", "9" * 40, "0", "-1", "x", "", "1.5", "１"])
def test_a_page_that_there_is_not_shows_the_nearest(visitor: Visitor, long_list: int, asked: str) -> None:
    page = visitor.get("/needs/", query_string={"page": asked})

    assert rows(page) and total(page) == long_list


JUNK = [
    "nonsense",
    "' OR 1=1 --",
    "<script>",
    "\x00",
    "x" * 5_000,
    "０",
    "-1",
    "[]",
    "%",
    "published\n",
    "😀",
    "9" * 30,
]
#: What a query may name, on one page or another.
NAMES = [
    "state",
    "district",
    "industry",
    "mode",
    "mine",
    "sort",
    "page",
    "kind",
    "category",
    "voucher",
    "organisation",
    "q",
    "only",
    "more",
]


@pytest.mark.parametrize("name", ["endpoint", "_scheme", "_external", "_anchor", "_method", "need_id"])
def test_no_name_in_an_address_becomes_an_option_of_its_links(many: None, client_for: ClientFor, name: str) -> None:
    reader = client_for("bureau-city")
    for path in (f"/needs/?{name}=javascript", f"/needs/1/matches?{name}=javascript"):
        links = [str(link.get("href")) for link in reader.get(path).all("a")]

        assert not any(link.startswith(("javascript", "http", "//")) for link in links)


@pytest.mark.parametrize("junk", JUNK, ids=lambda value: repr(value)[:12])
def test_addresses_that_nobody_meant_are_answered_calmly(make_app: MakeApp, database: Database, junk: str) -> None:
    _answer_calmly(make_app, database, junk)


@pytest.mark.postgres
@pytest.mark.parametrize("junk", ["nonsense", "\x00", "9" * 30, "😀"], ids=lambda value: repr(value)[:12])
def test_so_they_are_on_postgresql(make_app: MakeApp, postgresql_database: Database, junk: str) -> None:
    _answer_calmly(make_app, postgresql_database, junk)


def _answer_calmly(make_app: MakeApp, database: Database, junk: str) -> None:
    with database.writing() as session:
        factories.need(session, "enterprise")
        factories.offering(session, "complex")
    # A NUL shown again is not well-formed, but nobody types one.
    enterprise = sites.visitor_as(make_app(database), "enterprise", checks="\x00" not in junk)

    for path in ("/needs/", "/offerings/", "/organisations/", "/needs/1/matches", "/search/", "/sign-in", "/people"):
        assert enterprise.open(path, query_string=dict.fromkeys(NAMES, junk)).status < 500
    enterprise.checks = False
    for name in NAMES:
        assert enterprise.open("/needs/", query_string={name: junk}).status < 500
        assert enterprise.open("/offerings/", query_string={name: junk}).status < 500


def test_ones_own_are_shown_apart(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        mine = [factories.need(session, "enterprise", life).id for life in ("draft", "published", "closed")]
        factories.need(session, "other-enterprise")
    enterprise = client_for("enterprise")

    assert sorted(rows(enterprise.get("/needs/?mine=1"))) == mine
    assert len(rows(enterprise.get("/needs/"))) == 4
    assert rows(client_for("complex").get("/needs/?mine=1")) == []


def test_an_organisations_page_leads_to_its_offerings(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        offering = factories.offering(session, "complex")
        factories.offering(session, "institute")
    enterprise = client_for("enterprise")
    page = enterprise.get(f"/organisations/{offering.organisation_id}")

    link = next(link for link in page.links if link.startswith("/offerings/?"))
    assert rows(enterprise.get(link)) == [offering.id]


@pytest.mark.parametrize("path", ["/needs/", "/offerings/", "/needs/?state=closed", "/organisations/?kind=bureau"])
def test_an_empty_list_says_what_to_do(visitor: Visitor, path: str) -> None:
    page = visitor.get(path)

    assert rows(page) == [] and total(page) == 0
    assert len(page.all("div", class_="empty-state")) == 1
