"""The first page begins with what waits for its reader."""

import pytest

from matchmaker.catalogue.needs.models import Confidentiality
from tests.conftest import ClientFor
from tests.support import cast, factories, words
from tests.support.databases import Database
from tests.support.visitor import Visitor


def titles(client: Visitor) -> str:
    return client.get("/").main


def test_an_enterprise_sees_its_own_needs_drafts_among_them(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        factories.need(session, "enterprise", "draft", title="还在起草")
        factories.need(session, "enterprise", title="已经发布")
        factories.need(session, "enterprise", "closed", title="早已结束")
        factories.need(session, "other-enterprise", "draft", title="别家草稿")
    page = client_for("enterprise").get("/")

    assert "/needs/new" in page.links
    assert page.main.index("还在起草") < page.main.index("已经发布")
    assert "早已结束" not in page.main and "别家草稿" not in page.main


def test_a_provider_sees_its_own_offerings(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        factories.offering(session, "complex", "draft", title="还在起草")
        factories.offering(session, "institute", title="别家服务")
    page = client_for("complex").get("/")

    assert "/offerings/new" in page.links and "还在起草" in page.main and "别家服务" not in page.main


@pytest.mark.parametrize(
    ("role", "seen"),
    [("bureau-district", {"here"}), ("bureau-elsewhere", {"there"}), ("bureau-city", {"here", "there"})],
)
def test_a_bureau_sees_what_is_new_in_its_district(
    client_for: ClientFor, database: Database, role: str, seen: set[str]
) -> None:
    with database.writing() as session:
        factories.need(session, "enterprise", title="need-here", confidentiality=Confidentiality.MEMBERS)
        factories.need(session, "far-enterprise", title="need-there", confidentiality=Confidentiality.MEMBERS)
    main = titles(client_for(role))

    assert {place for place in ("here", "there") if f"need-{place}" in main} == seen


def test_a_visitor_is_shown_what_is_public_and_where_to_begin(visitor: Visitor, database: Database) -> None:
    with database.writing() as session:
        factories.need(session, "enterprise", title="公开的")
        factories.need(session, "enterprise", title="内部的", confidentiality=Confidentiality.MEMBERS)
    page = visitor.get("/")

    assert "公开的" in page.main and "内部的" not in page.main
    assert "/needs/new" in page.links and "/sign-in" in page.links


def test_the_admin_sees_counts_and_no_needs(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        factories.need(session, "enterprise", title="与管理员无关")
    page = client_for("admin").get("/")

    assert "/people" in page.links and "与管理员无关" not in page.main
    assert "/organisations/?kind=enterprise" in page.links


@pytest.mark.parametrize("role", ["anonymous", *cast.ROLES])
def test_an_empty_site_has_a_first_page_for_everybody(client_for: ClientFor, role: str) -> None:
    assert client_for(role).get("/").h1


def test_the_way_to_the_people_is_shown_to_the_admin_alone(client_for: ClientFor) -> None:
    for role in ("anonymous", *cast.ROLES):
        assert ("/people" in client_for(role).get("/needs/").links) is (role == "admin")


def test_the_page_of_components_shows_every_component(visitor: Visitor) -> None:
    page = visitor.get("/components")

    assert words.said("Design language") in page.h1
    assert len(page.all("h2")) >= 5
