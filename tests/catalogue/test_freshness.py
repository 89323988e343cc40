"""Offerings stay alive: paused and resumed, asked after when they are old, below the others when nobody answers."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker import clock
from matchmaker.catalogue.offerings import operations
from matchmaker.catalogue.offerings.models import Offering
from matchmaker.catalogue.offerings.rules import FRESHNESS
from matchmaker.jobs import running
from matchmaker.letters.models import Letter
from tests.conftest import ClientFor
from tests.support import factories, words
from tests.support.databases import Database
from tests.support.pages import Page
from tests.support.visitor import Visitor

At = Callable[[str], None]


def offering_of(database: Database, number: int) -> Offering:
    with database.reading() as session:
        return session.get_one(Offering, number)


def run_jobs(database: Database) -> dict[str, str]:
    running.load()
    names = ("ask-about-stale-offerings", "sink-unconfirmed-offerings")
    return dict(running.run_due(database.engine, on=clock.today(), names=names))


def test_a_paused_offering_is_listed_but_no_match_until_resumed(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        number = factories.offering(session, "complex").id
        need = factories.need(session, "enterprise").id
    complex_, enterprise = client_for("complex"), client_for("enterprise")
    title = factories.offering_text().title
    assert title in enterprise.get(f"/needs/{need}/matches").main

    complex_.submit(complex_.get(f"/offerings/{number}"), f"/offerings/{number}/pause")

    assert title not in enterprise.get(f"/needs/{need}/matches").main
    assert words.said("Paused") in enterprise.get("/offerings/").main
    assert (
        words.said("The provider has paused it; it cannot be ordered for now.")
        in enterprise.get(f"/offerings/{number}").main
    )
    complex_.post(f"/offerings/{number}/pause", expect=409)

    complex_.submit(complex_.get(f"/offerings/{number}"), f"/offerings/{number}/resume")
    assert title in enterprise.get(f"/needs/{need}/matches").main
    complex_.post(f"/offerings/{number}/resume", expect=409)


@pytest.mark.parametrize("step", ["withdraw", "close"])
def test_what_is_no_longer_published_is_no_longer_paused(database: Database, step: str) -> None:
    with database.writing() as session:
        offering = factories.offering(session, "complex", "paused")
        getattr(operations, step)(session, offering)

    assert offering_of(database, offering.id).paused_at is None


def test_what_cannot_be_ordered_yet_is_no_match_before_its_first_day(
    client_for: ClientFor, database: Database, at: At
) -> None:
    at("2026-03-01T08:00")
    with database.writing() as session:
        factories.offering(session, "complex", valid_from=factories.civil_day("2026-03-10"))
        need = factories.need(session, "enterprise").id
    title = factories.offering_text().title

    assert title not in client_for("enterprise").get(f"/needs/{need}/matches").main
    at("2026-03-10T00:30")
    assert title in client_for("enterprise").get(f"/needs/{need}/matches").main


def test_an_old_offering_is_asked_after_once_then_sinks_and_one_click_lifts_it(
    client_for: ClientFor, database: Database, at: At
) -> None:
    at("2026-03-01T08:00")
    with database.writing() as session:
        old = factories.offering(session, "complex", title="多年不动的染色工艺优化").id
    at("2026-09-10T08:00")
    with database.writing() as session:
        factories.offering(session, "institute", title="刚写的染色工艺优化")
    assert run_jobs(database)["ask-about-stale-offerings"] == "asked after 1 offerings"
    with database.reading() as session:
        letters = session.scalars(select(Letter)).all()
    assert [letter.recipient for letter in letters] == ["complex@example.test"]
    assert "多年不动的染色工艺优化" in letters[0].body and "180" not in letters[0].body

    at("2026-09-11T08:00")
    assert run_jobs(database) == {
        "ask-about-stale-offerings": "asked after 0 offerings",
        "sink-unconfirmed-offerings": "sank 0 offerings",
    }, "nobody is asked twice, and there is time to answer"
    at("2026-10-12T08:00")
    assert run_jobs(database)["sink-unconfirmed-offerings"] == "sank 1 offerings"
    assert offering_of(database, old).is_sunk

    complex_ = client_for("complex")
    home = complex_.get("/")
    assert words.said("Still right?") in home.main
    complex_.submit(home, f"/offerings/{old}/confirm")
    assert not offering_of(database, old).is_sunk and offering_of(database, old).asked_at is None
    assert words.said("Still right?") not in complex_.get("/").main


def sunk(database: Database) -> tuple[int, int]:
    """Add an offering that fits a need best and is not confirmed, a plainer one that is, and the need."""
    with database.writing() as session:
        best = factories.offering(session, "complex", title=factories.need_text().title)
        factories.offering(session, "institute", title="缸差控制与染色工艺优化")
        best.asked_at, best.is_sunk = clock.now() - timedelta(days=40), True
        session.flush()
        return best.id, factories.need(session, "enterprise").id


def test_what_nobody_confirms_stands_below_the_others_in_lists_and_matches_and_says_why(
    client_for: ClientFor, database: Database
) -> None:
    best, need = sunk(database)
    enterprise = client_for("enterprise")

    for path in ("/offerings/", f"/needs/{need}/matches"):
        page = enterprise.get(path)
        assert words.said("Not confirmed") in page.main
        assert listed(page, path, best) == [best + 1, best], path
    assert "尚无答复" in enterprise.get(f"/offerings/{best}").main


def test_confirming_lifts_it_again_at_once(client_for: ClientFor, database: Database) -> None:
    best, need = sunk(database)
    client_for("complex").post(f"/offerings/{best}/confirm")

    path = f"/needs/{need}/matches"
    assert listed(client_for("enterprise").get(path), path, best) == [best, best + 1]


def listed(page: Page, path: str, best: int) -> list[int]:
    """Return those of the two offerings that a page lists, in its order."""
    # A link may keep the place at which its offering stands.
    paths = [link.partition("?")[0] for link in page.links]
    places = {number: f"{path.rstrip('/')}/{number}" for number in (best, best + 1)}
    return sorted(
        (number for number, link in places.items() if link in paths), key=lambda one: paths.index(places[one])
    )


def test_all_that_is_asked_is_confirmed_at_once_and_nobody_elses(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        numbers = [factories.offering(session, owner).id for owner in ("complex", "complex", "institute")]
        for offering in session.scalars(select(Offering)):
            offering.asked_at = clock.now()
    client_for("complex").post("/offerings/confirm")

    assert [offering_of(database, number).asked_at is None for number in numbers] == [True, True, False]


def test_writing_it_anew_answers_the_question(client_for: ClientFor, database: Database) -> None:
    best, _need = sunk(database)
    complex_: Visitor = client_for("complex")
    complex_.submit(complex_.get(f"/offerings/{best}/edit"), f"/offerings/{best}", title="改写过的标题")

    assert not offering_of(database, best).is_sunk


def test_the_days_of_the_rules_are_told_to_whoever_is_asked(client_for: ClientFor, database: Database) -> None:
    sunk(database)
    assert str(FRESHNESS.sinks_after.days) in client_for("complex").get("/").main


@pytest.mark.postgres
def test_jobs_and_pages_do_the_same_on_postgresql(postgresql_database: Database, at: At) -> None:
    at("2026-03-01T08:00")
    with postgresql_database.writing() as session:
        old = factories.offering(session, "complex").id
    at("2026-09-10T08:00")
    run_jobs(postgresql_database)
    at("2026-10-12T08:00")

    assert run_jobs(postgresql_database)["sink-unconfirmed-offerings"] == "sank 1 offerings"
    assert offering_of(postgresql_database, old).is_sunk
