"""Tables of records: narrowed, sorted, kept under a name, and taken away as seen."""

import csv
import io
import re
from urllib.parse import parse_qs

import pytest
from python_calamine import CalamineWorkbook

from matchmaker.catalogue.needs.models import Confidentiality
from matchmaker.statistics.tables import rules
from matchmaker.statistics.tables.listings import CONTRACTS, LISTINGS, SERVICES
from tests.conftest import ClientFor
from tests.support import cast, claims, deals, factories, words
from tests.support.databases import Database
from tests.support.pages import Page
from tests.support.statements import counted
from tests.support.visitor import Visitor

#: What a spreadsheet would run, were it not kept as text.
FORMULA = '=HYPERLINK("http://evil.example","点我")'


def lines(page: Page) -> list[list[str]]:
    """Return the rows of a file with commas."""
    return list(csv.reader(io.StringIO(page.response.data.decode("utf-8-sig"))))


def cells(page: Page) -> list[list[object]]:
    """Return the rows of a workbook."""
    return CalamineWorkbook.from_object(io.BytesIO(page.response.data)).get_sheet_by_index(0).to_python()


def taken(visitor: Visitor, query: str, form: str = "xlsx") -> Page:
    """Take a table as a file, as its page's buttons do."""
    asked = visitor.post("/tables/files/", {"query": query, "form": form})
    return visitor.get(asked.location)


def headings(page: Page) -> list[str]:
    """Return what stands above the columns."""
    return [" ".join(re.sub("<[^>]*>", "", found).split()) for found in re.findall("<th .*?</th>", page.text)]


@pytest.mark.parametrize("name", LISTINGS)
def test_every_table_shows_its_rows_with_every_column_sorted_by_each(
    client_for: ClientFor, database: Database, name: str
) -> None:
    with database.writing() as session:
        deals.service(session, "confirmed")
        deals.contract(session)
        factories.need(session, "enterprise")
        factories.offering(session, "complex")
        factories.introduction(session)
        claims.filed(session)
    city, listing = client_for("bureau-city"), LISTINGS[name]
    every = ",".join(column.name for column in listing.columns)
    for column in listing.columns:
        page = city.get(f"/tables/?list={name}&cols={every}&sort={column.name}&desc=1")
        assert words.said("Nothing found") not in page.main
        assert all(words.said(column.title.text) in page.main for column in listing.columns)


def test_a_file_holds_exactly_what_is_seen_and_no_formula(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        deals.service(session, amount_fen=100_050, description=FORMULA)
        deals.service(session, amount_fen=300_000, description="大额检测。")
        deals.service(session, "withdrawn", amount_fen=200_000)
        deals.service(session, enterprise="far-enterprise", amount_fen=900_000, description="邻区检测。")
    here = "list=services&standing=1&cols=description,amount,served&sort=amount&desc=1"
    district = client_for("bureau-district")
    seen = district.get(f"/tables/?{here}")
    assert seen.main.index("大额检测。") < seen.main.index("HYPERLINK") and "邻区检测。" not in seen.main

    head, first, second = lines(taken(district, here, "csv"))
    assert head[2] == f"{words.said('Amount')} ({words.said('yuan')})"
    assert first == ["大额检测。", deals.day(-3).isoformat(), "3000.00"]
    assert second == [f"'{FORMULA}", deals.day(-3).isoformat(), "1000.50"]
    book = cells(taken(district, here))
    assert book == [head, ["大额检测。", deals.day(-3), 3000], [FORMULA, deals.day(-3), 1000.5]]
    everything = lines(taken(client_for("bureau-city"), here, "csv"))
    assert len(everything) == 4


def test_a_view_is_kept_by_one_person_and_opens_as_it_was(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        deals.contract(session, title="甲合同")
    district = client_for("bureau-district")
    page = district.get("/tables/?list=contracts&sort=amount&desc=1&col=title&col=amount", expect=303)
    page = district.get(page.location)
    assert "甲合同" in page.main and len(headings(page)) == 2
    refused = district.submit(page, "/tables/views", expect=422, name=" ")
    district.submit(refused, "/tables/views", name="大合同")
    kept = district.get("/tables/")
    (link,) = [link for link in kept.links if "list=contracts" in link and "sort=" in link]
    assert parse_qs(link.partition("?")[2]) == {
        "list": ["contracts"], "cols": ["title,amount"], "sort": ["amount"], "desc": ["1"]
    }  # fmt: skip
    again = district.get(link)
    assert "甲合同" in again.main and headings(again) == headings(page)
    assert "大合同" not in client_for("bureau-city").get("/tables/").main
    district.submit(kept, "/tables/views/1/remove")
    assert "大合同" not in district.get("/tables/").main


def test_needs_that_show_their_summary_only_are_in_no_table_of_those_who_may_not_read_them(
    client_for: ClientFor, database: Database
) -> None:
    with database.writing() as session:
        factories.need(session, "enterprise", title="摘要需求一号", confidentiality=Confidentiality.SUMMARY)
    assert "摘要需求一号" in client_for("bureau-district").get("/tables/?list=needs").main
    assert "摘要需求一号" not in client_for("bureau-elsewhere").get("/tables/?list=needs").main


def test_a_table_takes_as_many_statements_for_many_rows_as_for_one(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        deals.service(session)
    city = client_for("bureau-city")
    city.get("/tables/")
    with counted() as few:
        city.get("/tables/")
    with database.writing() as session:
        for _ in range(12):
            deals.service(session)
    city.get("/tables/")
    with counted() as many:
        city.get("/tables/")
    assert len(many) == len(few)


def test_what_a_table_does_not_know_is_nothing_asked() -> None:
    asked = rules.asked(
        SERVICES,
        {"cols": ["nonsense"], "sort": ["enterprise"], "provider": ["-1"], "since": ["yesterday"], "state": ["a\x00b"]},
    )
    assert asked.address() == {"list": "services"} and asked.columns == SERVICES.usual


def test_an_address_says_everything_that_was_asked() -> None:
    given = {"cols": ["title,amount"], "sort": ["amount"], "desc": ["1"], "kind": ["service"], "provider": ["7"],
             "unregistered": ["1"], "since": ["2026-01-01"], "until": ["2026-06-30"]}  # fmt: skip
    asked = rules.asked(CONTRACTS, given)
    again = rules.asked(CONTRACTS, {name: [value] for name, value in asked.address().items()})
    assert again == asked and len(asked.address()) == len(given) + 1


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/needs/", "needs"),
        ("/offerings/", "offerings"),
        ("/introductions/", "introductions"),
        ("/contracts/", "contracts"),
        ("/services/", "services"),
        ("/vouchers/", "vouchers"),
        ("/redemptions/", "claims"),
    ],
)
def test_a_list_leads_bureaus_to_its_table_with_its_filters(
    client_for: ClientFor, database: Database, path: str, name: str
) -> None:
    with database.writing() as session:
        claims.filed(session)
    page = client_for("bureau-city").get(f"{path}?district={cast.HERE}&page=3&list=nonsense")
    assert f"/tables/?list={name}&district={cast.HERE}" in page.links
    assert not [link for link in client_for("enterprise").get(path).links if link.startswith("/tables/")]
