"""Tables as files that are written beside the pages: whole or not at all, once, for who asked and still may."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from matchmaker import clock
from matchmaker.accounts.models import Membership
from matchmaker.audit.models import AuditRow
from matchmaker.catalogue.needs.models import Confidentiality
from matchmaker.files import store
from matchmaker.resources import ROOT
from matchmaker.statistics.exports import jobs, making, operations, rules
from matchmaker.statistics.exports.models import Failure, State, TableExport
from tests.conftest import ClientFor, MakeApp
from tests.statistics.test_tables import lines, taken
from tests.support import cast, deals, factories, words
from tests.support.databases import Database
from tests.support.pages import Page
from tests.support.sites import visitor_as
from tests.support.visitor import Visitor

HERE = "list=services&cols=description,amount&sort=amount"


@pytest.fixture(autouse=True)
def _long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any row is too many to wait for."""
    monkeypatch.setattr(rules, "MOST_AT_ONCE", -1)


@pytest.fixture
def either_client_for(make_app: MakeApp, either_database: Database) -> ClientFor:
    """Sign somebody in on either database."""
    app = make_app(either_database)
    return lambda role: visitor_as(app, role)


def folder() -> Path:
    """Return where the application keeps files, here as in ``make_app``."""
    return store.default_folder()


def serve(database: Database, *descriptions: str) -> None:
    """Record a service for each."""
    with database.writing() as session:
        for amount, description in enumerate(descriptions, start=1):
            deals.service(session, description=description, amount_fen=amount * 100)


def ask(visitor: Visitor, query: str = HERE, form: str = "csv") -> Page:
    """Ask for a file and see the list of files."""
    return visitor.get(visitor.post("/tables/files/", {"query": query, "form": form}).location)


def kept(database: Database) -> list[TableExport]:
    """Return every file's row."""
    with database.reading() as session:
        return list(session.scalars(select(TableExport).order_by(TableExport.id)))


def noted(database: Database) -> list[tuple[str, Any]]:
    """Return what the trail says of files."""
    with database.reading() as session:
        rows = session.scalars(select(AuditRow).where(AuditRow.table_name == "table_export").order_by(AuditRow.id))
        return [(row.act, row.detail) for row in rows]


def test_a_long_file_is_written_beside_the_pages_and_is_for_who_asked_while_they_may(
    client_for: ClientFor, database: Database
) -> None:
    serve(database, "退浆检测。", "=1+1")
    district = client_for("bureau-district")
    page = ask(district)
    assert words.said("Waiting") in page.main and words.said("See how far they are") in page.main
    assert making.make_due(database.engine, folder()) == 1 and making.make_due(database.engine, folder()) == 0

    page = district.get("/tables/files/")
    (link,) = [link for link in page.links if link.startswith("/tables/files/") and link[-1].isdigit()]
    assert words.said("See how far they are") not in page.main
    assert lines(district.get(link))[1:] == [["退浆检测。", "1.00"], ["'=1+1", "2.00"]]
    client_for("bureau-city").get(link, expect=404)
    assert [act for act, _detail in noted(database)] == ["exports.ask", "exports.finish"]

    with database.writing() as session:
        cast.organisation_of(session, "bureau-district").district_code = cast.ELSEWHERE
    district.get(link, expect=403)
    assert link not in district.get("/tables/files/").links
    with database.writing() as session:
        cast.organisation_of(session, "bureau-district").district_code = cast.HERE
    district.submit(district.get("/tables/files/"), f"{link}/remove")
    district.get(link, expect=404)


def test_two_writers_make_one_file_and_one_that_seemed_dead_leaves_it_to_the_next(
    either_client_for: ClientFor, either_database: Database
) -> None:
    serve(either_database, "甲。", "乙。")
    ask(either_client_for("bureau-district"))
    first = making._take_up(either_database.engine, folder())
    assert first is not None and making._take_up(either_database.engine, folder()) is None
    with clock.stopped(clock.now() + rules.DEAD_AFTER + timedelta(seconds=1)):
        second = making._take_up(either_database.engine, folder())
        assert second is not None and (second.id, second.attempt) == (first.id, 2)
        with either_database.writing() as session:
            assert not operations.beat(session, first.id, attempt=first.attempt, written=1)
            assert operations.beat(session, second.id, attempt=second.attempt, written=1)
        making.make(either_database.engine, folder(), first)
        assert kept(either_database)[0].state is State.WRITING
        making.make(either_database.engine, folder(), second)
        making.make(either_database.engine, folder(), second)
    (export,) = kept(either_database)
    assert export.state is State.READY and export.row_count == export.written == 2
    assert [act for act, _detail in noted(either_database)] == ["exports.ask", "exports.finish"]


def test_a_file_that_nobody_ever_finishes_fails_in_the_end(client_for: ClientFor, database: Database) -> None:
    serve(database, "甲。")
    ask(client_for("bureau-district"))
    now = clock.now()
    for attempt in range(rules.MOST_ATTEMPTS + 1):
        with clock.stopped(now + attempt * 2 * rules.DEAD_AFTER):
            assert (making._take_up(database.engine, folder()) is None) == (attempt == rules.MOST_ATTEMPTS)
    (export,) = kept(database)
    assert export.state is State.FAILED and export.failure is Failure.UNFINISHED
    page = client_for("bureau-district").get("/tables/files/")
    assert words.said("Failed") in page.main


KILLED = """
import sys, time
from pathlib import Path
from matchmaker.audit import recording
from matchmaker.db import create_engine
from matchmaker.statistics.exports import making
from matchmaker.statistics.tables import queries

each_row = queries.each_row
def slowly(session, statement):
    for row in each_row(session, statement):
        print("row", flush=True)
        time.sleep(60)
        yield row
queries.each_row = slowly
recording.listen("test")
making.make_due(create_engine(sys.argv[1]), Path(sys.argv[2]))
"""


def test_a_writer_killed_half_way_leaves_nothing_and_the_next_one_makes_the_whole_file(
    either_client_for: ClientFor, either_database: Database
) -> None:
    serve(either_database, "甲。", "乙。", "丙。")
    district = either_client_for("bureau-district")
    ask(district, form="xlsx")
    writer = subprocess.Popen(
        [sys.executable, "-c", KILLED, either_database.url, folder()],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert writer.stdout is not None and writer.stdout.readline() == "row\n"
    writer.send_signal(signal.SIGKILL)
    writer.communicate()
    left = folder() / "exports"
    assert kept(either_database)[0].state is State.WRITING and [path.name for path in left.iterdir()] == [".incoming"]
    assert making.make_due(either_database.engine, folder()) == 0

    with clock.stopped(clock.now() + rules.DEAD_AFTER + timedelta(seconds=1)):
        assert making.make_due(either_database.engine, folder()) == 1
    (export,) = kept(either_database)
    assert export.state is State.READY and export.row_count == 3 and export.attempt == 2
    with clock.stopped(clock.now() + timedelta(days=2)), either_database.writing() as session:
        jobs.sweep(session, on=clock.today())
    assert list((left / ".incoming").iterdir()) == []
    assert store.path_of(left, export.sha256 or "").exists()


def test_whoever_may_no_longer_read_gets_no_file(client_for: ClientFor, database: Database) -> None:
    serve(database, "甲。")
    ask(client_for("bureau-district"))
    with database.writing() as session:
        person = cast.person_of(session, "bureau-district")
        session.delete(session.scalars(select(Membership).where(Membership.person_id == person.id)).one())
    making.make_due(database.engine, folder())
    (export,) = kept(database)
    assert export.failure is Failure.RIGHTS and not list((folder() / "exports").glob("??"))


def test_files_go_when_their_days_are_over_and_bytes_when_nobody_has_them(
    client_for: ClientFor, database: Database
) -> None:
    serve(database, "甲。")
    for role in ("bureau-district", "bureau-city"):
        ask(client_for(role))
        making.make_due(database.engine, folder())
    first, second = kept(database)
    assert first.sha256 == second.sha256 and first.sha256
    path = store.path_of(folder() / "exports", first.sha256)
    with database.writing() as session:
        session.get_one(TableExport, second.id).keep_until = clock.now() + timedelta(days=30)
    with clock.stopped(clock.now() + timedelta(days=8)), database.writing() as session:
        jobs.sweep(session, on=clock.today())
    assert [export.state for export in kept(database)] == [State.GONE, State.READY] and path.exists()
    with clock.stopped(clock.now() + timedelta(days=31)), database.writing() as session:
        jobs.sweep(session, on=clock.today())
    assert not path.exists()


def test_a_workbook_that_cannot_hold_the_rows_is_refused_and_text_is_offered(
    client_for: ClientFor, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(database, "甲。", "乙。")
    monkeypatch.setattr(rules, "MOST_IN_WORKBOOK", 1)
    district = client_for("bureau-district")
    refused = district.post("/tables/files/", {"query": HERE, "form": "xlsx"}, expect=409)
    assert "CSV" in refused.main and kept(database) == []
    monkeypatch.setattr(rules, "MOST_AT_ONCE", 10)
    assert len(lines(taken(district, HERE, "csv"))) == 3


def test_asking_twice_asks_once_and_nobody_takes_all_turns(client_for: ClientFor, database: Database) -> None:
    serve(database, "甲。")
    district = client_for("bureau-district")
    for _click in range(2):
        ask(district)
    assert len(kept(database)) == 1
    for table in ("contracts", "vouchers"):
        ask(district, f"list={table}")
    district.post("/tables/files/", {"query": "list=claims", "form": "csv"}, expect=409)


@pytest.fixture
def confidential(database: Database) -> Iterator[None]:
    """Two needs, of which one is for members."""
    with database.writing() as session:
        factories.need(session, "enterprise", title="公开需求")
        factories.need(session, "enterprise", title="保密需求", confidentiality=Confidentiality.MEMBERS)
    yield


@pytest.mark.usefixtures("confidential")
def test_the_trail_tells_who_took_what_and_how_much_of_it_was_confidential(
    client_for: ClientFor, database: Database
) -> None:
    ask(client_for("bureau-district"), "list=needs&cols=title")
    making.make_due(database.engine, folder())
    asked, finished = noted(database)
    assert asked == ("exports.ask", {"query": "list=needs&cols=title", "form": "csv", "rows": 2})
    assert finished[1]["rows"] == 2 and finished[1]["confidential"] == 1
    with database.reading() as session:
        person = cast.person_of(session, "bureau-district")
        people = set(session.scalars(select(AuditRow.person_id).where(AuditRow.table_name == "table_export")))
        assert people == {person.id}
        assert "保密" not in str(noted(database))
