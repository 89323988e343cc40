"""One search box over everything, and what was posted a second ago is in it."""

import threading
from urllib.parse import quote

import pytest
from sqlalchemy.orm import joinedload

from matchmaker.accounts import operations as accounts
from matchmaker.accounts.models import OrganisationKind
from matchmaker.catalogue import operations
from matchmaker.catalogue.needs.models import Need
from matchmaker.catalogue.needs.rules import NeedText
from matchmaker.catalogue.search.queries import MAX_QUERY
from tests.conftest import ClientFor, MakeApp
from tests.support import cast, factories, sites, words
from tests.support.databases import Database
from tests.support.pages import Page
from tests.support.visitor import Visitor


def found(page: Page, kind: str) -> list[str]:
    """Return the links of one kind that the search found."""
    results = page.by_id("results")
    assert results is not None
    return [link.attrib["href"] for link in results.iter("a") if link.get("href", "").startswith(f"/{kind}/")]


def search(visitor: Visitor, query: str, **more: str) -> Page:
    return visitor.get("/search/", query_string={"q": query, **more})


def test_each_kind_is_found_and_counted(visitor: Visitor, database: Database) -> None:
    with database.writing() as session:
        need = factories.need(session, "enterprise", title="气相色谱仪漂移").id
        service = factories.offering(session, "complex", title="气相色谱仪检定").id
        instrument = factories.offering(session, "institute", title="气相色谱仪", kind="instrument", model="GC-2030").id
        institute = factories.organisation(session, kind=OrganisationKind.INSTITUTE, name="气相色谱仪研究所").id
    page = search(visitor, "气相色谱仪")

    assert page.facets()["kind"] == {"needs": 1, "offerings": 1, "instruments": 1, "organisations": 1}
    assert found(page, "needs") == [f"/needs/{need}"]
    assert sorted(found(page, "offerings")) == [f"/offerings/{service}", f"/offerings/{instrument}"]
    assert found(page, "organisations")[0] == f"/organisations/{institute}"


@pytest.mark.parametrize("query", ["GC-2030", "gc-2030", "ＧＣ－２０３０"])
def test_an_instrument_is_found_by_its_model_in_any_spelling(visitor: Visitor, database: Database, query: str) -> None:
    with database.writing() as session:
        number = factories.offering(
            session, "institute", title="色谱仪", kind="instrument", model="GC-2030", keywords=[]
        ).id
        factories.offering(session, "institute", title="拉力机", kind="instrument", model="XK-7", keywords=[])

    assert found(search(visitor, query), "offerings")[0] == f"/offerings/{number}"


@pytest.mark.parametrize("query", ["染色", "染 色", "色差大", "漲縮", "涨缩"])
def test_a_need_is_found_by_its_words_simplified_or_traditional(
    visitor: Visitor, database: Database, query: str
) -> None:
    with database.writing() as session:
        factories.need(session, "enterprise", title="染色色差大，涨缩不稳")

    assert found(search(visitor, query), "needs") == ["/needs/1"]


def lead(database: Database, step: str, need_id: int = 1) -> None:
    """Lead a need one step further, as its enterprise or its bureau does."""
    with database.writing() as session:
        need = session.get_one(Need, need_id, options=[joinedload(Need.organisation)])
        factories.lead(session, need, step)


def test_what_was_posted_a_moment_ago_is_found(client_for: ClientFor, visitor: Visitor, database: Database) -> None:
    assert found(search(visitor, "激光焊接"), "needs") == []
    client_for("enterprise").post("/needs/", factories.need_form(title="激光焊接飞溅", publish="1"))
    assert found(search(visitor, "激光焊接"), "needs") == []
    lead(database, "approve")

    assert found(search(visitor, "激光焊接"), "needs") == ["/needs/1"]


def test_what_was_posted_in_one_process_is_found_in_another(make_app: MakeApp, either_database: Database) -> None:
    here, there = make_app(either_database), make_app(either_database)
    elsewhere = Visitor(there)
    assert found(search(elsewhere, "激光焊接"), "needs") == []
    enterprise = sites.visitor_as(here, "enterprise")

    enterprise.post("/needs/", factories.need_form(title="激光焊接飞溅", publish="1"))
    lead(either_database, "approve")
    assert found(search(elsewhere, "激光焊接"), "needs") == ["/needs/1"]
    enterprise.submit(enterprise.get("/needs/1/edit"), "/needs/1", title="超声清洗噪声", problem="噪声大")
    assert found(search(elsewhere, "激光焊接"), "needs") == []
    assert found(search(elsewhere, "超声清洗"), "needs") == ["/needs/1"]
    lead(either_database, "withdraw")
    assert found(search(elsewhere, "超声清洗"), "needs") == []


@pytest.mark.parametrize("life", ["draft", "submitted", "returned", "withdrawn", "solved", "closed", "expired"])
def test_what_is_not_open_is_never_found(client_for: ClientFor, database: Database, life: str) -> None:
    with database.writing() as session:
        factories.need(session, "enterprise", life, title="激光焊接飞溅")
        if life in factories.OFFERING_LIVES:
            factories.offering(session, "complex", life, title="激光焊接工艺")
    for role in ("anonymous", "enterprise", "complex", "bureau-city"):
        page = search(client_for(role), "激光焊接")
        assert found(page, "needs") == found(page, "offerings") == []


def test_an_offering_is_not_found_after_its_last_day(make_app: MakeApp, database: Database, at: object) -> None:
    stop = at
    assert callable(stop)
    stop("2026-03-01T10:00")
    with database.writing() as session:
        factories.offering(session, "complex", title="激光焊接", valid_until=factories.civil_day("2026-03-02"))
    visitor = Visitor(make_app(database))

    stop("2026-03-02T23:59:59")
    assert found(search(visitor, "激光焊接"), "offerings") == ["/offerings/1"]
    stop("2026-03-03T00:00:00")
    assert found(search(visitor, "激光焊接"), "offerings") == []


def test_an_organisation_that_was_corrected_is_found_by_its_new_name(visitor: Visitor, database: Database) -> None:
    assert found(search(visitor, "钱塘"), "organisations") == []
    with database.writing() as session:
        complex_ = cast.organisation_of(session, "complex")
        accounts.put_organisation(
            session, key="complex", kind=OrganisationKind.COMPLEX, name="钱塘纺织综合体", district_code=cast.HERE
        )

    assert found(search(visitor, "钱塘"), "organisations") == [f"/organisations/{complex_.id}"]


def test_bureaus_are_not_in_the_directory_and_not_found(visitor: Visitor) -> None:
    assert found(search(visitor, "越城区科技局"), "organisations") == []


def test_nothing_found_says_so_and_what_to_try(visitor: Visitor) -> None:
    page = search(visitor, "qqqqzzzz")

    assert words.said("Nothing found for “%(text)s”", text="qqqqzzzz") in page.main


@pytest.mark.parametrize("query", ["", "   ", "？！", "的", "a", "\t\n"])
def test_a_query_that_says_nothing_is_answered_calmly(visitor: Visitor, database: Database, query: str) -> None:
    with database.writing() as session:
        factories.need(session, "enterprise")

    assert search(visitor, query).h1


def test_a_whole_need_can_be_pasted_into_the_box(visitor: Visitor, database: Database) -> None:
    with database.writing() as session:
        factories.need(session, "enterprise", title="激光焊接飞溅")

    page = search(visitor, "激光焊接飞溅。" + "很长的话" * 2_000)
    assert found(page, "needs") == ["/needs/1"]
    assert len(page.all("input", id="site-search")[0].get("value", "")) <= MAX_QUERY + 8_100


def test_a_long_list_comes_in_pages_and_keeps_its_query(visitor: Visitor, database: Database) -> None:
    with database.writing() as session:
        for _ in range(23):
            factories.need(session, "enterprise")
    first = search(visitor, "染色")
    assert len(found(first, "needs")) == 20

    more = next(link for link in first.links if "page=2" in link)
    assert quote("染色") in more
    rest = found(visitor.get(more), "needs")
    assert len(set(rest) | set(found(first, "needs"))) == 23


def test_many_threads_search_while_others_post(make_app: MakeApp, database: Database) -> None:
    app = make_app(database)
    failures: list[BaseException] = []

    def look() -> None:
        try:
            visitor = Visitor(app, checks=False)
            for _ in range(6):
                search(visitor, "染色")
        except BaseException as failure:
            failures.append(failure)

    readers = [threading.Thread(target=look) for _ in range(4)]
    for reader in readers:
        reader.start()
    for number in range(6):
        with database.writing() as session:
            factories.need(session, "enterprise", title=f"染色第{number}次")
    for reader in readers:
        reader.join()

    assert failures == []
    assert len(found(search(Visitor(app), "染色", kind="needs"), "needs")) == 6


def test_a_published_need_that_is_rewritten_is_found_by_its_new_words_alone(
    visitor: Visitor, database: Database
) -> None:
    with database.writing() as session:
        need_id = factories.need(session, "enterprise", title="激光焊接").id
    assert found(search(visitor, "激光焊接"), "needs")
    with database.writing() as session:
        need = session.get_one(Need, need_id)
        operations.rewrite(session, need, NeedText(title="超声清洗", problem="噪声", industry_code=cast.DYEING))

    assert not found(search(visitor, "激光焊接"), "needs")
    assert found(search(visitor, "超声清洗"), "needs")
