"""What became of introductions teaches the engine."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from matchmaker import clock
from matchmaker.catalogue.openings import operations
from matchmaker.catalogue.suggestions.documents import EVERY_INDUSTRY
from matchmaker.cli import main
from matchmaker.contracts.introductions.models import Side
from tests.support import cast, factories
from tests.support.databases import Database


def run(*words: object) -> Result:
    result = CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_signed_and_failed_introductions_become_labels_that_name_where_the_offering_stood(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHMAKER_DATABASE_URL", database.url)
    with database.writing() as session:
        wanted = factories.need(session, "enterprise", title="印染废水中水回用", problem="染色废水盐分高，膜容易堵。")
        fits = factories.offering(session, "complex", title="印染废水膜法回用", description="废水中水回用，膜清洗。")
        other = factories.offering(session, "institute", title="激光淬火", description="模具刃口激光淬火。")
        draft = factories.offering(session, "complex", "draft", title="尚未发布", description="尚未发布的服务。")
        factories.introduction(session, about=wanted, offered=fits, life="signed")
        factories.introduction(session, provider="institute", about=wanted, offered=other, life="failed")
        factories.introduction(session, provider="institute")

    told = run("introductions", "outcomes", tmp_path / "use")
    run("match", "index", tmp_path / "use" / "offerings.jsonl", tmp_path / "index")
    labels = tmp_path / "labels.jsonl"
    run("match", "labels", tmp_path / "use" / "outcomes.jsonl", tmp_path / "index", "--out", labels)

    assert told.output == "Wrote 2 outcomes and 2 offerings.\n"
    assert str(draft.id) not in {line["id"] for line in lines(tmp_path / "use" / "offerings.jsonl")}
    offering = next(line for line in lines(tmp_path / "use" / "offerings.jsonl") if line["id"] == str(fits.id))
    assert offering["facets"] == {"category": [fits.category_code], "industry": [cast.DYEING]}
    first = lines(labels)[0]
    assert first["need"]["facets"] == {"industry": [cast.DYEING, EVERY_INDUSTRY]}
    assert (first["offering"], first["position"], first["event"]) == (str(fits.id), 1, "signed")
    assert (tmp_path / "use" / "outcomes.jsonl").stat().st_mode & 0o077 == 0


def test_what_an_enterprise_saw_and_did_not_ask_for_is_told_as_shown_with_the_place_where_it_stood(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHMAKER_DATABASE_URL", database.url)
    with database.writing() as session:
        wanted = factories.need(session, "enterprise", title="印染废水中水回用", problem="染色废水盐分高。")
        asked, seen, unseen, offered = (factories.offering(session, "complex", title=name) for name in "甲乙丙丁")
        for place, one in enumerate((seen, asked, unseen, offered), start=1):
            at = None if one is unseen else clock.now()
            factories.arrival(session, wanted.id, one.id, place=place, seen_by_enterprise_at=at)
        factories.introduction(session, about=wanted, offered=asked, life="failed")
        factories.introduction(
            session, provider="complex", about=wanted, offered=offered, life="failed", by=Side.PROVIDER
        )

    run("introductions", "outcomes", tmp_path)

    told = {line["offering"]: (line["state"], line["position"]) for line in lines(tmp_path / "outcomes.jsonl")}
    assert told == {str(seen.id): ("shown", 1), str(asked.id): ("failed", 2), str(offered.id): ("failed", None)}


def test_what_was_opened_is_told_with_the_place_of_the_first_time_unless_more_came_of_it(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHMAKER_DATABASE_URL", database.url)
    with database.writing() as session:
        wanted = factories.need(session, "enterprise", title="印染废水中水回用", problem="染色废水盐分高。")
        looked, asked, listed, passed = (factories.offering(session, "complex", title=name) for name in "甲乙丙丁")
        for place, one in ((8, listed), (9, passed)):
            factories.arrival(session, wanted.id, one.id, place=place, seen_by_enterprise_at=clock.now())
        day = clock.today()
        for one, place, on in (
            (looked, 12, day - timedelta(days=1)), (looked, 2, day), (asked, 5, day), (listed, 7, day)
        ):  # fmt: skip
            operations.keep(session, wanted.id, one.id, place=place, on=on)
        factories.introduction(session, about=wanted, offered=asked, life="talking")

    run("introductions", "outcomes", tmp_path)

    told = {line["offering"]: (line["state"], line["position"], line["listed"])
            for line in lines(tmp_path / "outcomes.jsonl")}  # fmt: skip
    assert told == {
        str(looked.id): ("opened", 12, False),
        str(asked.id): ("talking", 5, False),
        str(listed.id): ("opened", 7, True),
        str(passed.id): ("shown", 9, True),
    }
