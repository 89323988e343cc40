"""Each night's new matches: what is news to whom, and that it stays news until somebody has seen it."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from matchmaker import clock
from matchmaker.catalogue.arrivals import jobs
from matchmaker.catalogue.arrivals.models import Arrival
from matchmaker.catalogue.needs.models import Confidentiality
from matchmaker.letters.models import Letter
from tests.conftest import ClientFor
from tests.support import factories
from tests.support.databases import Database

TITLE = "染色工艺优化与色差在线检测"


@pytest.fixture(autouse=True)
def _instance(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MATCHMAKER_INSTANCE", str(tmp_path))


def night(database: Database, on: date) -> str:
    with database.reading() as session:
        found = jobs.look(session, on=on)
    with database.writing() as session:
        return jobs.keep(session, on=on, prepared=found)


def unseen(database: Database, side: str) -> int:
    column = getattr(Arrival, f"seen_by_{side}_at")
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Arrival).where(column.is_(None))) or 0


def test_an_offering_published_later_is_news_to_the_need_and_not_to_its_provider(database: Database) -> None:
    with database.writing() as session:
        factories.need(session, "enterprise")
        factories.offering(session, "institute")
    before = clock.today() + timedelta(days=30)
    night(database, before)
    assert (unseen(database, "enterprise"), unseen(database, "provider")) == (0, 0), "the first night is no news"
    with database.writing() as session:
        later = factories.offering(session, "complex", title=TITLE)
        later.published_at = clock.now() + timedelta(days=30)

    assert night(database, before + timedelta(days=1)) == "1 new matches, 0 letters written"
    assert (unseen(database, "enterprise"), unseen(database, "provider")) == (1, 0)
    assert night(database, before + timedelta(days=2)) == "0 new matches, 0 letters written"


def test_a_new_match_waits_on_the_home_page_until_it_is_marked_as_seen(
    database: Database, client_for: ClientFor
) -> None:
    with database.writing() as session:
        factories.arrival(session, factories.need(session, "enterprise").id, factories.offering(session, "complex").id)
    for role in ("enterprise", "complex"):
        reader = client_for(role)
        assert "/arrivals/" in reader.get("/").links
        page = reader.get("/arrivals/")
        assert TITLE in page.text
        reader.submit(page, "/arrivals/seen")
        assert TITLE not in reader.get("/arrivals/").text
        assert "/arrivals/" not in reader.get("/").links


def test_looking_alone_marks_nothing_as_seen(database: Database, client_for: ClientFor) -> None:
    with database.writing() as session:
        factories.arrival(session, factories.need(session, "enterprise").id, factories.offering(session, "complex").id)
    client_for("enterprise").get("/arrivals/")

    assert unseen(database, "enterprise") == 1


def test_what_somebody_else_was_told_is_not_shown(database: Database, client_for: ClientFor) -> None:
    with database.writing() as session:
        need = factories.need(session, "enterprise", confidentiality=Confidentiality.MEMBERS)
        factories.arrival(session, need.id, factories.offering(session, "complex").id)

    for role in ("other-enterprise", "institute"):
        assert need.title not in client_for(role).get("/arrivals/").text


def test_whoever_wants_a_letter_gets_one_that_names_a_number_only(database: Database, client_for: ClientFor) -> None:
    client_for("enterprise").post("/arrivals/letters", {"is_wished": "1"})
    with database.writing() as session:
        need = factories.need(session, "enterprise")
        factories.arrival(session, need.id, factories.offering(session, "complex").id)
    on = clock.today()

    with database.writing() as session:
        assert jobs.operations.write_letters(session, on=on) == 1
        letter = session.scalars(select(Letter)).one()
        assert need.title not in letter.body
        assert "1" in letter.subject
        assert jobs.operations.write_letters(session, on=on + timedelta(days=1)) == 0
