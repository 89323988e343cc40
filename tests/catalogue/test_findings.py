"""A provider sees which of its offerings nobody finds, and why, as the engine itself counts it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from matchmaker import clock
from matchmaker.catalogue.demand import findings, rules
from matchmaker.catalogue.needs.models import Confidentiality
from matchmaker.catalogue.suggestions.indexes import Indexes
from tests.conftest import ClientFor
from tests.support import cast, factories, words
from tests.support.databases import Database


def count(database: Database, **offering: Any) -> tuple[findings.Findings, rules.Judged]:
    """Post an offering, count, and judge it."""
    life = offering.pop("life", "published")
    with database.writing() as session:
        number = factories.offering(session, "complex", life, **offering).id
    return judge(database, number)


def judge(database: Database, number: int) -> tuple[findings.Findings, rules.Judged]:
    with database.reading() as session:
        index = Indexes(Path("/nonexistent")).offerings.current(session)
        counted = findings.count(session, index, on=clock.today())
        row = session.get_one(findings.queries.Offering, number)
        return counted, rules.judged(row, counted)


def told(judged: rules.Judged) -> str:
    return " ".join(str(reason.why) for reason in judged.reasons)


def test_an_offering_is_counted_for_each_open_need_that_it_fits(database: Database) -> None:
    with database.writing() as session:
        for life in ("published", "published", "draft", "closed"):
            factories.need(session, "enterprise", life)
        factories.need(session, "enterprise", confidentiality=Confidentiality.MEMBERS)
    counted, judged = count(database)

    assert counted.needs == 3
    assert judged.finding.found == judged.finding.first == 3
    assert judged.finding.best_place == 1
    assert judged.reasons == []


def test_the_count_is_what_the_match_pages_show(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        needs = [factories.need(session, "enterprise").id, factories.need(session, "enterprise", title="轴承钢").id]
        for number in range(3):
            factories.offering(session, "institute", title=f"轴承磨削{number}", description="磨床改造。", keywords=[])
    _counted, judged = count(database)
    enterprise = client_for("enterprise")
    title = judged.offering.title

    strong = words.said("Strong match"), words.said("Possible match")
    found = 0
    for need in needs:
        page = enterprise.get(f"/needs/{need}/matches")
        cards = ["".join(card.itertext()) for card in page.all("article")]
        found += any(title in card and any(band in card for band in strong) for card in cards)
    assert judged.finding.found == found > 0


@pytest.mark.parametrize(
    ("offering", "why"),
    [
        ({"life": "draft"}, "It is a draft."),
        ({"life": "paused"}, "It is paused."),
        ({"valid_from": clock.today() + timedelta(days=9)}, "Its first day is still to come."),
        (
            {"title": "茶叶烘干", "description": "烘干。", "keywords": []},
            "It has no keywords. Its text has 3 characters.",
        ),
        (
            {"title": "茶叶烘干", "keywords": ["碧螺春"], "description": "茶青摊放、杀青、揉捻。"},
            "No open need uses these words: 碧螺春.",
        ),
        ({"price_min_fen": 900_000_00, "price_max_fen": 900_000_00}, "Its price starts above the budget of 2 of the 2"),
        ({"delivery_days": 3_000}, "It comes too late for 2 of the 2"),
        ({"trl": 3}, "It is less mature than 2 of the 2"),
    ],
)
def test_the_reason_is_told_in_plain_words(database: Database, offering: dict[str, Any], why: str) -> None:
    with database.writing() as session:
        for _ in range(2):
            factories.need(
                session, "enterprise", budget_fen=100_000_00, trl=7, needed_by=clock.today() + timedelta(days=90)
            )
    _counted, judged = count(database, **offering)

    assert why in told(judged)
    assert all(str(reason.advice) for reason in judged.reasons)


def test_what_ended_or_sank_says_so(database: Database) -> None:
    with database.writing() as session:
        offering = factories.offering(session, "complex")
        offering.valid_until = clock.today() - timedelta(days=1)
        offering.asked_at, offering.is_sunk = clock.now(), True
        number = offering.id
    _counted, judged = judge(database, number)

    assert told(judged).startswith("Its last day has passed. Nobody confirmed it for long")


def test_a_category_that_needs_do_not_ask_for_is_told(database: Database) -> None:
    with database.writing() as session:
        factories.need(session, "enterprise")
        factories.offering(session, "institute", category_code=cast.TESTING)
    _counted, judged = count(database, title="茶叶烘干", description="杀青。" * 30, keywords=["茶青"])

    assert "Its service category is rarely asked for: 0 of 1 open needs." in told(judged)


def test_others_that_fit_better_are_told_as_the_place(database: Database) -> None:
    with database.writing() as session:
        need = factories.need(session, "enterprise")
        for number in range(12):
            factories.offering(session, "institute", title=f"{need.title}{number}", keywords=need.keywords)
    _counted, judged = count(database)

    assert "Others fit better: its best place is number 13." in told(judged)


def test_the_page_lists_what_nobody_finds_first_and_only_ones_own(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        factories.need(session, "enterprise")
        factories.offering(session, "complex")
        factories.offering(session, "complex", title="茶叶烘干", description="烘干。", keywords=[])
        factories.offering(session, "institute", title="别家的染色服务")
    page = client_for("complex").get("/offerings/found/")

    assert page.text.index("茶叶烘干") < page.text.index(factories.offering_text().title)
    assert "别家的染色服务" not in page.main
    assert words.said("It has no keywords.") in page.main
    client_for("enterprise").get("/offerings/found/", expect=403)


def test_a_change_is_counted_at_the_next_look_while_counting_is_quick(
    client_for: ClientFor, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[object] = []
    real = findings.count
    monkeypatch.setattr(findings, "count", lambda *given, **more: runs.append(1) or real(*given, **more))
    monkeypatch.setattr(findings, "_SHARE", 1e9)
    with database.writing() as session:
        factories.offering(session, "complex")
    complex_ = client_for("complex")
    complex_.get("/offerings/found/")
    complex_.get("/offerings/found/")
    assert len(runs) == 1, "nothing changed: nothing is counted"

    with database.writing() as session:
        factories.need(session, "enterprise")
    complex_.get("/offerings/found/")
    assert len(runs) == 2

    monkeypatch.setattr(findings, "_SHARE", 1e-9)
    for _ in range(3):
        with database.writing() as session:
            factories.need(session, "enterprise")
        complex_.get("/offerings/found/")
    assert len(runs) == 3, "one more, and then not before its share of the time is over"
