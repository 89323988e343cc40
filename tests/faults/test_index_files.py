"""Index files deleted, cut short, altered or of another database: the site starts, finds everything, and rebuilds."""

import logging
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from matchmaker.catalogue.needs import operations
from matchmaker.catalogue.needs.models import Need
from matchmaker.catalogue.suggestions.indexes import Indexes
from tests.conftest import MakeApp
from tests.support import factories, sites
from tests.support.databases import Database
from tests.support.pages import Page
from tests.support.visitor import Visitor


def files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file() and file.suffix != ".lock")


def delete_all(folder: Path) -> None:
    shutil.rmtree(folder)


def delete_one(folder: Path) -> None:
    files(folder)[0].unlink()


def cut_short(folder: Path) -> None:
    for file in files(folder):
        with file.open("r+b") as opened:
            opened.truncate(file.stat().st_size // 2)


def flip_a_bit(folder: Path) -> None:
    for file in files(folder):
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes(content)


def empty(folder: Path) -> None:
    for file in files(folder):
        file.write_bytes(b"")


def replace_by_text(folder: Path) -> None:
    for file in files(folder):
        file.write_text("这不是索引")


def add_strangers(folder: Path) -> None:
    for stream in ("need", "offering"):
        (folder / stream / "notes.txt").write_text("a clerk's notes")
        (folder / stream / "zzzz-000000000001").mkdir()


DAMAGES = (delete_all, delete_one, cut_short, flip_a_bit, empty, replace_by_text, add_strangers)


@pytest.fixture
def folder(database: Database, tmp_path: Path) -> Path:
    """Index files that hold one need and one offering."""
    with database.writing() as session:
        factories.need(session, "enterprise", title="激光焊接飞溅")
        factories.offering(session, "complex", title="激光焊接工艺")
    build(database, tmp_path)
    return tmp_path / "instance" / "index"


def build(database: Database, tmp_path: Path) -> list[bool]:
    (tmp_path / "instance").mkdir(exist_ok=True)
    with database.reading() as session:
        return [live.rebuild(session) for _name, live in Indexes(tmp_path / "instance" / "index").all()]


def finds_everything(visitor: Visitor) -> bool:
    page = visitor.get("/search/?q=激光焊接")
    return {"/needs/1", "/offerings/1"} <= set(page.links)


def test_an_intact_index_is_opened_from_its_files(
    make_app: MakeApp, database: Database, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "matchmaker.index"):
        assert finds_everything(Visitor(make_app(database)))

    assert caplog.text == "" and folder.is_dir()


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_index_is_told_in_the_log_and_everything_is_still_found(
    make_app: MakeApp,
    database: Database,
    folder: Path,
    damage: Callable[[Path], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    damage(folder)
    with caplog.at_level(logging.WARNING, "matchmaker.index"):
        visitor = Visitor(make_app(database))
        assert finds_everything(visitor)

    if damage is not add_strangers:
        assert "matchmaker index" in caplog.text
    with database.writing() as session:
        factories.need(session, "enterprise", title="激光焊接变形")
    assert "/needs/2" in visitor.get("/search/?q=激光焊接").links


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_index_is_built_anew_by_the_command(
    make_app: MakeApp,
    database: Database,
    folder: Path,
    tmp_path: Path,
    damage: Callable[[Path], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    damage(folder)
    build(database, tmp_path)
    assert build(database, tmp_path) == [False, False, False]

    with caplog.at_level(logging.WARNING, "matchmaker.index"):
        assert finds_everything(Visitor(make_app(database)))
    assert caplog.text == ""


def test_an_index_of_another_database_is_not_taken_for_ours(
    make_app: MakeApp, database: Database, folder: Path, sqlite_template: Path, tmp_path: Path
) -> None:
    from tests.support import databases

    with databases.sqlite_copy(sqlite_template, tmp_path / "other.db") as other:
        with other.writing() as session:
            factories.need(session, "enterprise", title="超声清洗噪声")
        visitor = Visitor(make_app(other))

        assert "/needs/1" not in visitor.get("/search/?q=激光焊接").links
        assert "/needs/1" in visitor.get("/search/?q=超声清洗").links
    assert folder.is_dir() and database.url


def test_an_index_that_lags_behind_is_caught_up(make_app: MakeApp, database: Database, folder: Path) -> None:
    with database.writing() as session:
        operations.withdraw(session, session.get_one(Need, 1))
        factories.need(session, "enterprise", title="激光焊接变形")
    page = Visitor(make_app(database)).get("/search/?q=激光焊接")

    assert "/needs/2" in page.links and "/needs/1" not in page.links
    assert folder.is_dir()


def test_an_index_ahead_of_a_restored_database_is_not_used(
    make_app: MakeApp, database: Database, folder: Path, tmp_path: Path
) -> None:
    from tests.support import databases

    # A copy kept from yesterday, put back today: same stream, earlier revision.
    kept = tmp_path / "kept.db"
    with (
        closing(sqlite3.connect(str(database.engine.url.database))) as live,
        closing(sqlite3.connect(kept)) as copy,
    ):
        live.backup(copy)
    with database.writing() as session:
        factories.need(session, "enterprise", title="激光焊接变形")
    build(database, tmp_path)

    restored = databases.open_database(databases.sqlite_url(kept))
    links = Visitor(make_app(restored)).get("/search/?q=激光焊接").links
    assert "/needs/1" in links and "/needs/2" not in links
    restored.engine.dispose()
    assert folder.is_dir()


def test_old_files_are_cleared_away_and_readers_of_them_go_on(
    make_app: MakeApp, database: Database, folder: Path, tmp_path: Path
) -> None:
    visitor = Visitor(make_app(database))
    assert finds_everything(visitor)
    with database.writing() as session:
        factories.need(session, "enterprise", title="激光焊接变形")
    build(database, tmp_path)

    assert len([entry for entry in (folder / "need").iterdir() if entry.is_dir()]) == 1
    assert finds_everything(visitor) and "/needs/2" in visitor.get("/search/?q=激光焊接").links


def test_match_pages_work_without_any_index(make_app: MakeApp, database: Database, folder: Path) -> None:
    delete_all(folder)
    page: Page = sites.visitor_as(make_app(database), "enterprise").get("/needs/1/matches")

    assert "/needs/1/matches/1?at=1" in page.links
