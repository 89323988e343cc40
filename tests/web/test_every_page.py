"""Everybody opens every page they may, in both languages, and each is sound: the visitor checks what it is given."""

import pytest
from flask import Flask

from matchmaker.accounts.mandates import operations as mandates
from matchmaker.catalogue.needs import operations
from matchmaker.catalogue.needs.models import Confidentiality
from tests.access.table import ALL_ROLES
from tests.conftest import MakeApp
from tests.support import cast, factories
from tests.support.databases import Database
from tests.support.sites import visitor_as


@pytest.fixture
def full_app(make_app: MakeApp, database: Database) -> Flask:
    """A site with postings in every state, of every kind."""
    with database.writing() as session:
        for life in ("draft", "published", "withdrawn", "closed"):
            factories.need(session, "enterprise", life, budget_fen=12_500_000, trl=7)
            factories.offering(session, "complex", life, price_min_fen=100_000, price_max_fen=300_000, trl=8)
        for level in Confidentiality:
            factories.need(session, "far-enterprise", confidentiality=level, budget_fen=100)
        for life in factories.NEED_LIVES:
            factories.need(session, "enterprise", life, budget_fen=12_500_000, trl=7)
        again = factories.need(session, "enterprise", "returned")
        operations.rewrite(session, again, factories.need_text(target="缸差稳定在四级半，回修率降到百分之二以内。"))
        factories.lead(session, again, "submit")
        mandates.grant(session, *(cast.organisation_of(session, name) for name in ("enterprise", "complex")))
        factories.offering(session, "institute", price_min_fen=99_900_000_000, price_max_fen=99_900_000_000)
        factories.offering(session, "institute", title="全自动气相色谱仪", model="GC-2030", kind="instrument")
    return make_app(database)


PLACES = (
    "/", "/components", "/sign-in", "/people", "/organisations/", "/organisations/?kind=complex",
    "/organisations/figures", "/organisations/coverage", "/organisations/targets", "/organisations/proposals",
    "/organisations/4/history", "/organisations/4/profile/edit", "/organisations/4?on=2021-06-30",
    "/organisations/1", "/organisations/4", "/needs/", "/needs/?mine=1",
    "/needs/?state=closed&industry=dyeing", "/needs/?mode=licence", "/needs/new", "/needs/1", "/needs/2", "/needs/6",
    "/needs/2/edit", "/needs/2/matches", "/needs/2/matches?voucher=1&district=330603", "/needs/6/matches",
    "/needs/2/matches/2", *(f"/needs/{number}" for number in range(8, 18)), "/needs/10/edit", "/needs/17/versions",
    "/needs/17/review", "/needs/9/review", "/needs/11/close", "/needs/11/solve", "/needs/2/copy", "/needs/queue",
    "/needs/checking", "/needs/?ending=1&sort=ending", "/mandates/",
    "/offerings/", "/offerings/?kind=instrument&voucher=1", "/offerings/new", "/offerings/1",
    "/offerings/2", "/offerings/2/edit", "/offerings/2/matches", "/offerings/2/matches/2", "/offerings/2/matches/6",
    "/offerings/6/matches", "/search/", "/search/?q=染色", "/search/?q=染色&kind=needs&district=330602",
    "/search/?q=然色", "/search/suggestions?q=ran", "/search/?q=GC-2030", "/search/?q=没有这样的东西zzz", "/nowhere",
)  # fmt: skip

#: Lists and matches that htmx asks for in part.
FRAGMENTS = ("/needs/", "/offerings/", "/organisations/", "/search/?q=染色", "/needs/2/matches", "/offerings/2/matches")


@pytest.mark.parametrize(
    ("role", "language"),
    [(role, "zh") for role in ALL_ROLES]
    + [(role, "en") for role in ("anonymous", "enterprise", "complex", "bureau-district", "admin")],
)
def test_every_page_is_sound(full_app: Flask, role: str, language: str) -> None:
    visitor = visitor_as(full_app, role, language=language)

    opened = [visitor.open(path).status for path in PLACES]
    parts = [visitor.open(path, headers={"HX-Request": "true"}).status for path in FRAGMENTS]

    assert opened.count(200) >= (18 if role == cast.ANONYMOUS else 17)
    assert parts.count(200) >= 4
