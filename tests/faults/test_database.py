"""The database is busy, full or gone: a page says so, nothing is half saved, and it goes on by itself."""

import sqlite3
from pathlib import Path

import pytest

from matchmaker.db import engines, transactions
from tests.conftest import ClientFor, MakeApp
from tests.support import factories, words
from tests.support.databases import Database
from tests.support.visitor import Visitor


def test_a_locked_database_is_a_503_page_within_seconds_and_reading_goes_on(
    make_app: MakeApp, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "LOCK_TIMEOUT_MS", 200)
    monkeypatch.setattr(transactions, "LOCK_TIMEOUT_MS", 200)
    enterprise = Visitor(make_app(database))
    enterprise.sign_in("enterprise@example.test")
    held = sqlite3.connect(str(database.engine.url.database), isolation_level=None)
    held.execute("BEGIN IMMEDIATE")

    page = enterprise.post("/needs/", factories.need_form(), expect=503)
    assert page.h1 == words.said("Busy")
    assert enterprise.get("/needs/").status == 200
    held.execute("ROLLBACK")
    held.close()
    enterprise.post("/needs/", factories.need_form())
    assert len(database.dump()["need"]) == 1


def test_a_full_disk_is_a_page_and_nothing_is_half_saved(client_for: ClientFor, database: Database) -> None:
    enterprise = client_for("enterprise")
    with database.reading() as session:
        pages = session.connection().exec_driver_sql("PRAGMA page_count").scalar_one()
    with enterprise.app.app_context():
        from matchmaker.web.database import engine

        engine().dispose()
        raw = engine().raw_connection()
        raw.cursor().execute(f"PRAGMA max_page_count={pages}")
        raw.close()  # back into the pool: the next request is given this connection
    before = database.dump()

    page = enterprise.post("/needs/", factories.need_form(problem="长" * 20_000), expect=507)
    assert page.h1 == words.said("No room left")
    assert database.dump() == before
    assert enterprise.get("/needs/").status == 200


def test_a_database_that_is_gone_is_a_page(make_app: MakeApp, database: Database) -> None:
    visitor = Visitor(make_app(database))
    visitor.get("/")
    file = Path(str(database.engine.url.database))
    with visitor.app.app_context():
        from matchmaker.web.database import engine

        engine().dispose()
    database.engine.dispose()
    hidden = file.rename(file.with_suffix(".hidden"))

    assert visitor.get("/needs/", expect=500).h1 == words.said("An error on our side")
    file.unlink(missing_ok=True)
    hidden.rename(file)
    with visitor.app.app_context():
        engine().dispose()
    assert visitor.get("/needs/").status == 200


def test_the_health_check_says_ok(visitor: Visitor) -> None:
    page = visitor.get("/health")

    assert page.text == "ok\n" and page.response.mimetype == "text/plain"
