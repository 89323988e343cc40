"""The public directory, the page of one organisation, and the figures that documents state."""

from datetime import date

import pytest

from matchmaker.accounts.models import OrganisationKind
from matchmaker.registry import operations
from matchmaker.registry.models import DatePrecision, Entry, Figure, InstituteKind, Level, Statement, Status
from tests.conftest import ClientFor
from tests.support import cast, factories, words
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
