"""What is opened from the matches of a need: kept for its own side, without a name, and never at the page's cost."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from matchmaker import clock
from matchmaker.audit.models import AuditRow
from matchmaker.catalogue.needs.models import Confidentiality
from matchmaker.catalogue.openings import jobs, operations
from matchmaker.catalogue.openings.models import MatchOpening
from matchmaker.db import transactions
from tests.conftest import ClientFor, MakeApp
from tests.support import factories
from tests.support.databases import Database
from tests.support.sites import visitor_as

_Row = tuple[int, int, int]


def kept(database: Database) -> list[_Row]:
    """Return need, offering and place of all that is kept of today."""
    with database.reading() as session:
        rows = select(MatchOpening).where(MatchOpening.opened_on == clock.today()).order_by(MatchOpening.offering_id)
        return [(row.need_id, row.offering_id, row.place) for row in session.scalars(rows)]


def trail(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(AuditRow)) or 0


def two_matches(database: Database, level: Confidentiality = Confidentiality.PUBLIC) -> tuple[int, int, int]:
    """Post a need and two offerings that fit it; return their ids."""
    with database.writing() as session:
        title = "染色工艺优化与色差在线检测"
        offers = [factories.offering(session, "complex", title=title).id for _ in range(2)]
        return factories.need(session, "enterprise", title=title, confidentiality=level).id, offers[0], offers[1]


def test_each_link_says_where_it_stands_and_following_it_is_kept_once_a_day_without_a_name(
    either_database: Database, make_app: MakeApp
) -> None:
    need, first, second = two_matches(either_database)
    owner = visitor_as(make_app(either_database), "enterprise")
    page = owner.get(f"/needs/{need}/matches")
    assert f"/needs/{need}/matches/{first}?at=1" in page.text and f"/needs/{need}/matches/{second}?at=2" in page.text
    assert "一年后删除" in page.main
    before = trail(either_database)

    for at in (2, 1):
        owner.get(f"/needs/{need}/matches/{second}?at={at}")
    owner.get(f"/offerings/{first}?need={need}&at=4")

    assert kept(either_database) == [(need, first, 4), (need, second, 2)]
    assert trail(either_database) == before, "the trail would say who"
    assert {column.name for column in MatchOpening.__table__.columns} == {
        "need_id",
        "offering_id",
        "opened_on",
        "place",
    }


def test_nothing_is_kept_of_others_of_wrong_places_and_of_filtered_lists(
    database: Database, client_for: ClientFor
) -> None:
    need, first, _second = two_matches(database)
    for role in ("anonymous", "other-enterprise", "complex", "institute", "bureau-district", "bureau-city", "admin"):
        visitor = client_for(role)
        visitor.open(f"/needs/{need}/matches/{first}?at=1")
        visitor.open(f"/offerings/{first}?need={need}&at=1")
        assert "?at=" not in visitor.open(f"/needs/{need}/matches").text
    owner = client_for("enterprise")
    for query in ("", "?at=0", "?at=-1", "?at=61", "?at=x", "?at=99999999999999999999"):
        owner.get(f"/needs/{need}/matches/{first}{query}")
        owner.get(f"/offerings/{first}{query}")
    owner.get(f"/offerings/{first}?need=99999999999&at=1")
    owner.get(f"/offerings/{first}?need={need + 1}&at=1")
    owner.open(f"/needs/{need}/matches/{first}?at=1", method="HEAD")
    owner.get(f"/needs/{need}/matches/{first}?at=1", headers={"Sec-Purpose": "prefetch;prerender"})
    filtered = owner.get(f"/needs/{need}/matches?kind=service")
    assert "?at=" not in filtered.text and "一年后删除" not in filtered.main

    assert kept(database) == []


def test_a_confidential_need_of_somebody_else_is_not_even_told_to_exist(
    database: Database, client_for: ClientFor
) -> None:
    need, first, _second = two_matches(database, Confidentiality.MEMBERS)
    stranger = client_for("other-enterprise")
    stranger.get("/")
    with_it, without = stranger.get(f"/offerings/{first}?need={need}&at=1"), stranger.get(f"/offerings/{first}")
    assert with_it.main == without.main and kept(database) == []


def test_a_busy_database_costs_the_label_and_not_the_page(
    database: Database, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    need, first, _second = two_matches(database)
    owner = client_for("enterprise")
    monkeypatch.setattr(transactions, "LOCK_TIMEOUT_MS", 20)
    with database.writing():
        owner.get(f"/needs/{need}/matches/{first}?at=1")
    assert kept(database) == []
    owner.get(f"/needs/{need}/matches/{first}?at=1")
    assert kept(database) == [(need, first, 1)]


def test_a_draft_s_matches_are_a_try_of_which_nothing_is_kept(database: Database, client_for: ClientFor) -> None:
    with database.writing() as session:
        draft = factories.need(session, "enterprise", "draft").id
        offering = factories.offering(session, "complex").id
    owner = client_for("enterprise")
    assert "?at=" not in owner.get(f"/needs/{draft}/matches").text
    owner.get(f"/needs/{draft}/matches/{offering}?at=1")
    assert kept(database) == []


def test_after_a_year_it_is_removed(database: Database) -> None:
    need, first, second = two_matches(database)
    today = clock.today()
    with database.writing() as session:
        operations.keep(session, need, first, place=1, on=today - timedelta(days=366))
        operations.keep(session, need, first, place=1, on=today)
        operations.keep(session, need, second, place=2, on=today - timedelta(days=365))
        assert jobs.forget(session, on=today) == "removed 1 openings"
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(MatchOpening)) == 2


def test_new_matches_say_it_too(database: Database, client_for: ClientFor) -> None:
    need, first, _second = two_matches(database)
    with database.writing() as session:
        factories.arrival(session, need, first, place=3)
    page = client_for("enterprise").get("/arrivals/")
    assert f"/needs/{need}/matches/{first}?at=3" in page.text
    assert f"/offerings/{first}?need={need}&amp;at=3" in page.text
    assert "一年后删除" in page.main
    theirs = client_for("complex").get("/arrivals/")
    assert "at=3" not in theirs.text and "一年后删除" not in theirs.main
