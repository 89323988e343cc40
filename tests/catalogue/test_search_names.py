"""Names, models, slips and kinds: what stands first, what else is offered, and how results are narrowed."""

import pytest
from sqlalchemy import event

from matchmaker.accounts.models import OrganisationKind, OrganisationState
from matchmaker.catalogue import operations
from tests.catalogue.test_search import found, search
from tests.conftest import ClientFor
from tests.support import cast, factories, words
from tests.support.databases import Database
from tests.support.pages import words_of
from tests.support.visitor import Visitor


def first(visitor: Visitor, query: str, **more: str) -> str:
    """Return the first result's link."""
    page = search(visitor, query, **more)
    titles = [link for heading in page.all("h2", class_="row-title") for link in heading.iter("a")]
    return titles[0].attrib["href"] if titles else ""


@pytest.mark.parametrize(
    "query",
    ["ICP-MS 7800", "icpms7800", "icp ms7800", "ＩＣＰ－ＭＳ　７８００", "7800", "icp-ms 7800 租用", "icpms780o"],
)
def test_a_model_number_is_found_under_any_separators_width_and_case(
    visitor: Visitor, database: Database, query: str
) -> None:
    with database.writing() as session:
        wanted = factories.offering(
            session,
            "institute",
            title="电感耦合等离子体质谱仪",
            kind="instrument",
            model="Agilent ICP-MS 7800",
            keywords=[],
        ).id
        factories.offering(session, "institute", title="拉力机", kind="instrument", model="XK-780", keywords=[])
        factories.offering(session, "complex", title="设备租用")

    assert first(visitor, query) == f"/offerings/{wanted}"


@pytest.mark.parametrize("query", ["锦程印染", "锦承印染", "jinchengyinran", "jcyr", "绍兴锦程印然有限公司", "锦程染"])
def test_an_organisation_is_found_by_its_name_its_sound_and_with_a_slip(
    visitor: Visitor, database: Database, query: str
) -> None:
    with database.writing() as session:
        wanted = cast.organisation_of(session, "enterprise").id
        factories.offering(session, "complex", title="印染废水检测", description="为印染厂检测废水。")

    assert first(visitor, query) == f"/organisations/{wanted}"


def test_another_spelling_is_offered_beside_what_was_found(visitor: Visitor, database: Database) -> None:
    with database.writing() as session:
        factories.offering(session, "complex", title="印染废水检测")
    page = search(visitor, "因染废水")

    assert found(page, "offerings") == ["/offerings/1"]
    offered = [link for link in page.all("a") if words_of(link) == "印染废水"]
    assert offered and "q=" in offered[0].attrib["href"]


def test_another_spelling_is_searched_at_once_only_where_there_is_nothing_and_then_said(
    visitor: Visitor, database: Database
) -> None:
    with database.writing() as session:
        factories.offering(session, "complex", title="Hydrolysis resistant coating")
    page = search(visitor, "hydorlysis")
    assert found(page, "offerings") == ["/offerings/1"]
    said = "Nothing was found for “%(text)s”. These are the results for “%(meant)s”."
    assert words.said(said, text="hydorlysis", meant="hydrolysis") in page.main

    all_the_same = next(link for link in page.links if "exactly=1" in link)
    page = visitor.get(all_the_same)
    assert found(page, "offerings") == []
    assert words.said("Nothing found for “%(text)s”", text="hydorlysis") in page.main


def test_what_is_well_found_is_not_corrected(visitor: Visitor, database: Database) -> None:
    with database.writing() as session:
        factories.offering(session, "complex", title="印染废水检测")
        factories.offering(session, "complex", title="因染料而起的投诉")

    assert words.said("Did you mean:") not in search(visitor, "因染").main


def test_kinds_take_turns(visitor: Visitor, database: Database) -> None:
    with database.writing() as session:
        for _ in range(30):
            factories.offering(session, "complex", title="染色工艺诊断")
        factories.need(session, "enterprise", title="染色色差大")
        factories.organisation(session, kind=OrganisationKind.INSTITUTE, name="染色研究所")
    page = search(visitor, "染色")
    links = [link.attrib["href"] for heading in page.all("h2", class_="row-title") for link in heading.iter("a")]

    assert {link.split("/")[1] for link in links[:8]} == {"offerings", "needs", "organisations"}


def test_results_are_narrowed_by_kind_district_industry_and_voucher_and_counts_agree(
    visitor: Visitor, database: Database
) -> None:
    with database.writing() as session:
        factories.need(session, "enterprise")
        factories.need(session, "far-enterprise")
        factories.offering(session, "complex", is_voucher_eligible=True)
        factories.offering(session, "institute", kind="instrument", model="X1")
    page = search(visitor, "高温高压染色 缸差")
    facets = page.facets()

    assert facets["voucher"] == {"1": 1}
    for name, counts in facets.items():
        for value, count in counts.items():
            narrowed = search(visitor, "高温高压染色 缸差", **{name: value})
            assert len(narrowed.all("article")) == count, (name, value)
    both = search(visitor, "高温高压染色 缸差", kind="needs", district=cast.ELSEWHERE)
    assert found(both, "needs") == ["/needs/2"] and found(both, "offerings") == []


def test_nothing_left_says_so_and_leads_back(visitor: Visitor, database: Database) -> None:
    with database.writing() as session:
        factories.need(session, "enterprise")
    page = search(visitor, "染色", kind="instruments")

    assert words.said("No result fits these filters") in page.main
    assert any("kind" not in link and link.startswith("/search/?q=") for link in page.links)


def test_an_organisation_that_awaits_approval_is_in_no_search(visitor: Visitor, database: Database) -> None:
    with database.writing() as session:
        for state in OrganisationState:
            body = factories.organisation(session, name=f"鉴湖{state.value}纺织厂")
            body.state = state
            operations.next_revision(session, "organisation")
    page = search(visitor, "鉴湖")

    assert len(found(page, "organisations")) == 1
    assert [line["text"] for line in visitor.client.get("/search/suggestions?q=鉴湖").json] == ["鉴湖approved纺织厂"]


@pytest.mark.parametrize("path", ["/search/?q=染色", "/search/?q=然色&district=330602", "/search/suggestions?q=ranse"])
def test_a_search_takes_few_statements_however_much_there_is(
    client_for: ClientFor, database: Database, path: str
) -> None:
    with database.writing() as session:
        for _ in range(15):
            factories.need(session, "enterprise")
            factories.offering(session, "complex")
            factories.organisation(session, name="染色研究所")
    enterprise = client_for("other-enterprise")
    enterprise.client.get(path)
    statements: list[str] = []
    engine = enterprise.app.extensions["matchmaker_engine"]
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    enterprise.client.get(path)

    assert 2 <= len(statements) <= (15 if "suggestions" not in path else 5), statements
