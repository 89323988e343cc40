"""The public directory, the page of one organisation, and the figures that documents state."""

from datetime import date

import pytest

from matchmaker.accounts.models import OrganisationKind, OrganisationState
from matchmaker.registry import operations
from matchmaker.registry.models import DatePrecision, Entry, Figure, InstituteKind, Level, Statement, Status
from matchmaker.registry.profiles.models import Topic
from tests.conftest import ClientFor
from tests.support import cast, factories, profiles, words
from tests.support.databases import Database
from tests.support.visitor import Visitor

CITED = {"source_key": "test", "quote": "原文如此", "note": "据印刷本"}


def statement(**differences: object) -> Statement:
    values: dict[str, object] = {
        "level": Level.PROVINCIAL,
        "status": Status.CREATING,
        "remark": "",
        "on_date": date(2019, 11, 1),
        "date_precision": DatePrecision.MONTH,
        **CITED,
    }
    return Statement(**values | differences)


def listed(visitor: Visitor, query: str = "") -> list[str]:
    page = visitor.get(f"/organisations/{query}")
    return ["".join(heading.itertext()).strip() for heading in page.all("h2", class_="row-title")]


def test_the_directory_lists_everybody_but_the_bureaus(visitor: Visitor) -> None:
    names = [
        role.organisation for role in cast.ROLES.values() if role.kind and role.kind is not OrganisationKind.BUREAU
    ]

    assert sorted(listed(visitor)) == sorted(names)
    assert listed(visitor, "?kind=bureau") == []


@pytest.mark.parametrize(
    ("query", "roles"),
    [
        ("?kind=complex", {"complex"}),
        (f"?district={cast.ELSEWHERE}", {"far-enterprise", "institute"}),
        (f"?industry={cast.DYEING}", {"enterprise"}),
        (f"?kind=enterprise&district={cast.HERE}", {"enterprise", "other-enterprise"}),
    ],
)
def test_the_directory_is_narrowed_by_kind_district_and_industry(visitor: Visitor, query: str, roles: set[str]) -> None:
    assert set(listed(visitor, query)) == {cast.ROLES[role].organisation for role in roles}


def test_an_organisation_has_its_own_page_with_what_it_is(visitor: Visitor, database: Database) -> None:
    with database.writing() as session:
        enterprise = factories.organisation(session, name="测试针织厂", credit_code="9133060200258306XW", size="small")
        number = enterprise.id
    page = visitor.get(f"/organisations/{number}")

    assert page.h1 == "测试针织厂" and "专做涤纶面料" in page.main
    assert all(text in page.main for text in ("9133060200258306XW", "越城区", "印染", words.said("Small")))


def test_what_is_invented_says_so(visitor: Visitor, database: Database) -> None:
    with database.writing() as session:
        demo, real = cast.organisation_of(session, "enterprise").id, cast.organisation_of(session, "complex").id
        need = factories.need(session, "enterprise").id
    notice = words.said("Demo data: this record and its organisation are invented.")

    assert notice in visitor.get(f"/organisations/{demo}").main
    assert notice in visitor.get(f"/needs/{need}").main
    assert notice not in visitor.get(f"/organisations/{real}").main


def test_what_documents_say_stands_with_its_source_latest_first(visitor: Visitor, database: Database) -> None:
    with database.writing() as session:
        complex_ = cast.organisation_of(session, "complex")
        operations.put_entry(session, Entry(organisation_id=complex_.id, institute_kind=None, **CITED))
        statements = [
            statement(organisation_id=complex_.id),
            statement(
                organisation_id=complex_.id,
                status=Status.REGISTERED,
                on_date=date(2021, 5, 6),
                date_precision=DatePrecision.DAY,
            ),
        ]
        operations.put_statements(session, complex_, statements)
    page = visitor.get(f"/organisations/{complex_.id}")

    assert page.main.index("2021-05-06") < page.main.index("2019-11")
    assert "2019-11-01" not in page.main, "the document names no day"
    assert "原文如此" in page.main and "测试文件" in page.main
    assert "省级备案" in page.main and "省级创建" in page.main


def test_an_institute_is_called_what_the_document_calls_it(visitor: Visitor, database: Database) -> None:
    with database.writing() as session:
        institute = cast.organisation_of(session, "institute")
        operations.put_entry(
            session, Entry(organisation_id=institute.id, institute_kind=InstituteKind.LABORATORY, **CITED)
        )

    assert words.said("Laboratory") in visitor.get(f"/organisations/{institute.id}").main


def test_statements_put_again_change_nothing_and_fewer_remove_the_rest(either_database: Database) -> None:
    def put(*dates: int) -> int:
        with either_database.writing() as session:
            complex_ = cast.organisation_of(session, "complex")
            said = [statement(organisation_id=complex_.id, on_date=date(year, 1, 1)) for year in dates]
            return operations.put_statements(session, complex_, said)

    assert put(2019, 2020) == 2
    assert put(2019, 2020) == 0
    assert put(2019, 2021) == 1
    assert put(2019) == 1
    assert len(either_database.dump()["registry_statement"]) == 1


def test_figures_stand_as_printed_and_two_that_disagree_both_stand(visitor: Visitor, database: Database) -> None:
    with database.writing() as session:
        figures = [
            Figure(
                key=f"f{number}", name="综合体数量", name_en="Complexes", value=value, unit="家", period="2020年底",
                scope="全市", position=number, **CITED,
            )
            for number, value in enumerate(("30家以上", "10家左右"))
        ]  # fmt: skip
        assert operations.put_figures(session, figures) == 2
    page = visitor.get("/organisations/figures")

    assert page.main.index("30家以上") < page.main.index("10家左右")
    visitor.language = "en"
    assert "Complexes" in visitor.get("/organisations/figures").main


def test_a_provider_has_a_way_to_its_offerings_and_an_enterprise_has_none(
    client_for: ClientFor, database: Database
) -> None:
    with database.reading() as session:
        provider, enterprise = (
            cast.organisation_of(session, "complex").id,
            cast.organisation_of(session, "enterprise").id,
        )
    visitor = client_for("enterprise")

    assert f"/offerings/?organisation={provider}" in visitor.get(f"/organisations/{provider}").links
    assert not [link for link in visitor.get(f"/organisations/{enterprise}").links if "organisation=" in link]


@pytest.fixture
def varied(database: Database) -> Database:
    """A provincial complex that tests for dyers, a city one next door, and a laboratory."""
    with database.writing() as session:
        facts = {Topic.LEVEL: "city", Topic.STATUS: "registered"}
        profiles.fact(session, "complex", facts | {Topic.FUNCTIONS: "testing"}, date(2020, 1, 1))
        profiles.fact(
            session,
            "complex",
            {Topic.LEVEL: "provincial", Topic.INDUSTRIES: "dyeing,textiles", Topic.FUNCTIONS: "testing,development"},
            date(2022, 1, 1),
        )
        profiles.fact(session, "institute", {Topic.KIND: "laboratory", Topic.LEVEL: "city"}, date(2021, 1, 1))
    return database


@pytest.mark.parametrize(
    ("query", "roles"),
    [
        ("?level=provincial", {"complex"}),
        ("?level=city", {"institute"}),
        ("?level=galactic", set()),
        ("?level=provincial&status=registered", {"complex"}),
        ("?body=laboratory", {"institute"}),
        ("?function=testing", {"complex"}),
        ("?function=certification", set()),
        ("?industry=dyeing", {"enterprise", "complex"}),
        ("?industry=dyeing&level=provincial", {"complex"}),
        ("?level=city&on=2021-06-30", {"complex", "institute"}),
        ("?function=development&on=2021-06-30", set()),
        ("?industry=dyeing&on=2021-06-30", set()),
        ("?kind=complex&on=2019-12-31", set()),
        ("?on=2020-06-30", {"complex"}),
        ("?level=provincial&on=not-a-day", {"complex"}),
        ("?level=provincial&on=9999-01-01", {"complex"}),
    ],
)
@pytest.mark.usefixtures("varied")
def test_the_directory_is_narrowed_by_what_held_on_the_day(visitor: Visitor, query: str, roles: set[str]) -> None:
    assert set(listed(visitor, query)) == {cast.ROLES[role].organisation for role in roles}


@pytest.mark.parametrize("query", ["", "?level=provincial", "?on=2021-06-30", "?industry=dyeing", "?kind=complex"])
@pytest.mark.usefixtures("varied")
def test_every_count_of_a_facet_is_the_length_of_the_list_behind_it(visitor: Visitor, query: str) -> None:
    page = visitor.get(f"/organisations/{query}")
    links = [link for link in page.all("a", **{"hx-target": "#results"}) if link.get("aria-current") is None]
    counted = 0
    for link in links:
        number = [part.text for part in link.iter("span") if part.get("class") == "facet-count"]
        if number:
            assert len(listed(visitor, link.get("href", "").removeprefix("/organisations/"))) == int(number[0] or 0)
            counted += 1
    assert counted > 3


@pytest.mark.usefixtures("varied")
def test_a_row_shows_the_level_of_the_day(visitor: Visitor) -> None:
    assert words.said("Provincial") in visitor.fragment("/organisations/?kind=complex").text
    past = visitor.fragment("/organisations/?kind=complex&on=2021-06-30").text
    assert words.said("City level") in past and words.said("This is what held on %(day)s.", day="2021-06-30") in past
    assert "?on=2021-06-30" in past, "its rows lead to the page of that day"


def test_what_waits_for_approval_is_in_no_directory(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        pending = factories.organisation(session, name="新来的印染厂")
        pending.state = OrganisationState.PENDING
        number = pending.id

    for role in ("anonymous", "other-enterprise", "complex", "bureau-elsewhere"):
        visitor = client_for(role)
        assert "新来的印染厂" not in listed(visitor)
        visitor.get(f"/organisations/{number}", expect=404)
        visitor.get(f"/organisations/{number}/history", expect=404)
    for role in ("bureau-district", "bureau-city", "admin"):
        client_for(role).get(f"/organisations/{number}")


def test_a_document_s_figures_of_a_body_stand_on_its_page(visitor: Visitor, database: Database) -> None:
    with database.writing() as session:
        complex_ = cast.organisation_of(session, "complex")
        figure = Figure(
            key="agencies", name="服务机构（约）", name_en="Agencies", value="30", unit="家", period="2022",
            scope=complex_.key, position=1, **CITED,
        )  # fmt: skip
        operations.put_figures(session, [figure])
        number = complex_.id

    assert "服务机构（约）" in visitor.get(f"/organisations/{number}").main


def test_a_past_page_keeps_silent_about_what_documents_said_later(visitor: Visitor, database: Database) -> None:
    with database.writing() as session:
        complex_ = cast.organisation_of(session, "complex")
        operations.put_statements(session, complex_, [statement(organisation_id=complex_.id)])
        number = complex_.id

    assert "原文如此" in visitor.get(f"/organisations/{number}?on=2019-11-01").main
    assert "原文如此" not in visitor.get(f"/organisations/{number}?on=2019-10-31").main
