"""A large index that is missing is built beside the pages; until then they say that search is incomplete."""

import time
from pathlib import Path

import pytest

from matchmaker.catalogue.suggestions import indexes
from matchmaker.catalogue.suggestions.indexes import Indexes
from matchmaker.matching import storage
from tests.conftest import MakeApp
from tests.support import factories, words
from tests.support.databases import Database
from tests.support.visitor import Visitor

NOTICE = (
    "The search index is being built. Until that is done, matches and search results are missing or incomplete; "
    "please come back in a few minutes."
)


def within_a_minute(is_so: object) -> bool:
    assert callable(is_so)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.05)
    return False


def test_a_missing_large_index_is_built_beside_the_pages_which_say_so(
    make_app: MakeApp, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.writing() as session:
        factories.need(session, "enterprise", title="激光焊接飞溅")
        factories.offering(session, "complex", title="激光焊接工艺")
    (tmp_path / "instance").mkdir()
    monkeypatch.setattr(indexes, "BUILT_AT_ONCE", 0)
    monkeypatch.setattr(indexes, "_LOOK_AGAIN_S", 0.0)
    visitor = Visitor(make_app(database))

    first = visitor.get("/search/?q=激光焊接")

    assert words.said(NOTICE) in first.main
    assert within_a_minute(lambda: "/needs/1" in visitor.get("/search/?q=激光焊接").links)
    assert within_a_minute(lambda: words.said(NOTICE) not in visitor.get("/search/?q=激光焊接").main)


def test_two_who_rebuild_at_once_build_once(database: Database, tmp_path: Path) -> None:
    with database.writing() as session:
        factories.offering(session, "complex", title="激光焊接工艺")
    first, second = Indexes(tmp_path).offerings, Indexes(tmp_path).offerings

    with database.reading() as session:
        assert first.rebuild(session)
        assert not second.rebuild(session)


def test_a_large_base_that_turns_out_altered_is_let_go_of(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with database.writing() as session:
        factories.offering(session, "complex", title="激光焊接工艺")
    with database.reading() as session:
        Indexes(tmp_path).offerings.rebuild(session)
    (path,) = tmp_path.glob("offering/*/postings-*")
    content = bytearray(path.read_bytes())
    content[-70] ^= 4
    path.write_bytes(content)
    monkeypatch.setattr(storage, "CHECKED_AT_ONCE", 0)
    live = Indexes(tmp_path).offerings

    with database.reading() as session:
        opened = live.current(session)
        assert within_a_minute(lambda: "altered" in caplog.text)
        assert within_a_minute(lambda: live.current(session) is not opened)
        assert len(live.current(session)) == 1
