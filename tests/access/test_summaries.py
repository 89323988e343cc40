"""A need of which only the summary is public gives nothing else away: not by filters, not by order, not by matches."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from matchmaker import clock
from matchmaker.catalogue.needs.models import Confidentiality, SolutionMode
from tests.conftest import ClientFor
from tests.support import cast, factories, words
from tests.support.databases import Database
from tests.support.pages import Page

OUTSIDERS = ("anonymous", "other-enterprise", "bureau-elsewhere", "admin")
INSIDERS = ("enterprise", "complex", "institute", "bureau-district", "bureau-city")


def needs_on(page: Page) -> list[int]:
    """Return the needs that a list shows, in its order."""
    return [int(card.attrib["id"].removeprefix("need-")) for card in page.all("article")]


@pytest.fixture
def summary(database: Database) -> int:
    """A need whose budget, deadline and mode are for few."""
    with database.writing() as session:
        return factories.need(
            session,
            "enterprise",
            title="印染废水深度处理",
            keywords=["废水"],
            problem="超临界流体染色后的废水含盐高，膜堵得快。",
            confidentiality=Confidentiality.SUMMARY,
            mode=SolutionMode.LICENCE,
            budget_fen=98_765_400,
            needed_by=clock.today() + timedelta(days=3),
            trl=8,
        ).id


@pytest.mark.parametrize("role", OUTSIDERS)
def test_outsiders_cannot_filter_by_what_they_may_not_read(client_for: ClientFor, summary: int, role: str) -> None:
    visitor = client_for(role)

    assert needs_on(visitor.get("/needs/")) == [summary]
    assert needs_on(visitor.get("/needs/?mode=licence")) == []
    assert "mode" not in visitor.get("/needs/").facets()


@pytest.mark.parametrize("role", INSIDERS)
def test_insiders_filter_by_it(client_for: ClientFor, summary: int, role: str) -> None:
    visitor = client_for(role)

    assert needs_on(visitor.get("/needs/?mode=licence")) == [summary]
    assert visitor.get("/needs/").facets()["mode"] == {"licence": 1}


@pytest.mark.parametrize("role", OUTSIDERS)
@pytest.mark.parametrize("sort", ["budget", "deadline"])
def test_outsiders_cannot_sort_by_what_they_may_not_read(
    client_for: ClientFor, database: Database, summary: int, role: str, sort: str
) -> None:
    with database.writing() as session:
        later = clock.today() + timedelta(days=300)
        public = factories.need(session, "enterprise", budget_fen=100, needed_by=later).id

    assert needs_on(client_for(role).get(f"/needs/?sort={sort}")) == [public, summary]


@pytest.mark.parametrize("role", INSIDERS)
@pytest.mark.parametrize("sort", ["budget", "deadline"])
def test_insiders_sort_by_it(client_for: ClientFor, database: Database, summary: int, role: str, sort: str) -> None:
    with database.writing() as session:
        later = clock.today() + timedelta(days=300)
        public = factories.need(session, "enterprise", budget_fen=100, needed_by=later).id

    assert needs_on(client_for(role).get(f"/needs/?sort={sort}")) == [summary, public]


@pytest.mark.parametrize("role", OUTSIDERS)
def test_outsiders_see_title_industry_district_and_keywords_alone(
    client_for: ClientFor, summary: int, role: str
) -> None:
    visitor = client_for(role)
    pages = [visitor.get(path).main for path in (f"/needs/{summary}", "/needs/", "/search/?q=废水&only=needs")]

    assert all("印染废水深度处理" in page for page in pages)
    assert "印染" in pages[0] and "越城区" in pages[0] and "废水" in pages[0]
    for hidden in (cast.ROLES["enterprise"].organisation, "超临界", "98.7654", "987,654", "TRL 8"):
        assert [page for page in pages if hidden in page] == []


@pytest.fixture
def offering_elsewhere(database: Database) -> Callable[..., int]:
    """An offering that the bureau next door looks after, made of the words that the summary's reader may not read."""

    def make(**differences: object) -> int:
        with database.writing() as session:
            return factories.offering(
                session,
                "institute",
                title="印染废水深度处理膜技术",
                description="针对超临界流体染色废水含盐高、膜堵塞的问题，提供印染废水深度处理。",
                keywords=["废水"],
                **differences,
            ).id

    return make


def test_reasons_name_no_word_of_what_is_withheld(
    client_for: ClientFor, summary: int, offering_elsewhere: Callable[..., int]
) -> None:
    offering = offering_elsewhere()
    bureau, provider = client_for("bureau-elsewhere"), client_for("institute")

    def reasons(page: Page) -> str:
        return " ".join("".join(element.itertext()) for table in page.all("table") for element in table.iter("th"))

    path = f"/offerings/{offering}/matches/{summary}"
    assert "废水" in reasons(bureau.get(path)) and "临界" not in reasons(bureau.get(path))
    assert "临界" in reasons(provider.get(path))
    card = bureau.get(f"/offerings/{offering}/matches").by_id(f"match-{summary}")
    assert card is not None and "临界" not in "".join(card.itertext())


def test_whether_a_withheld_budget_is_met_is_withheld_too(
    client_for: ClientFor, summary: int, offering_elsewhere: Callable[..., int]
) -> None:
    offering = offering_elsewhere(price_min_fen=900_000_000, price_max_fen=900_000_000)
    bureau, provider = client_for("bureau-elsewhere"), client_for("institute")
    path = f"/offerings/{offering}/matches"

    assert words.said("Near misses") in provider.get(path).main
    assert words.said("Near misses") not in bureau.get(path).main
