"""Chinese first, English second, and the reader's choice above both."""

from datetime import UTC, date, datetime

import pytest

from matchmaker import money
from matchmaker.messages import Message, _l
from matchmaker.web import i18n
from tests.conftest import ClientFor
from tests.support import factories, words
from tests.support.databases import Database
from tests.support.visitor import Visitor


@pytest.mark.parametrize(
    ("accepted", "tag"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("zh", "zh-CN"),
        ("zh-TW", "zh-CN"),
        ("en-US,en;q=0.9", "en"),
        ("en", "en"),
        ("fr,en;q=0.5", "en"),
        ("fr", "zh-CN"),
        ("", "zh-CN"),
        ("*", "zh-CN"),
        (";;;q=x", "zh-CN"),
    ],
)
def test_the_browser_says_which_language(visitor: Visitor, accepted: str, tag: str) -> None:
    page = visitor.get("/needs/", headers={"Accept-Language": accepted})

    assert page.tree.get("lang") == tag


def test_what_the_reader_chose_wins_and_stays(visitor: Visitor) -> None:
    there = visitor.post("/language/en", {"next": "/needs/?sort=budget"})

    assert there.location == "/needs/?sort=budget"
    assert visitor.get(there.location).tree.get("lang") == "en"
    visitor.post("/language/zh")
    assert visitor.get("/").tree.get("lang") == "zh-CN"


def test_the_choice_outlives_signing_in_and_out(visitor: Visitor) -> None:
    visitor.post("/language/en")
    visitor.sign_in("enterprise@example.test")
    assert visitor.get("/").tree.get("lang") == "en"
    visitor.post("/sign-out")

    assert visitor.get("/").tree.get("lang") == "en"


@pytest.mark.parametrize("language", ["fr", "zh_CN", "../en", "%00"])
def test_a_language_that_there_is_not_changes_nothing(visitor: Visitor, language: str) -> None:
    visitor.checks = False
    visitor.open(f"/language/{language}", method="POST", data={"csrf_token": visitor.token()})

    assert visitor.get("/").tree.get("lang") == "zh-CN"


def test_the_switch_comes_back_to_the_page_it_stands_on(visitor: Visitor) -> None:
    page = visitor.get("/needs/?sort=deadline&state=published")

    switched = visitor.submit(page, "/language/en")
    assert switched.location == "/needs/?sort=deadline&state=published"


def test_choosing_a_language_never_leads_to_another_site(visitor: Visitor) -> None:
    assert visitor.post("/language/en", {"next": "https://elsewhere.example/"}).location == "/"


def test_refusals_speak_the_readers_language(client_for: ClientFor) -> None:
    for language in ("zh", "en"):
        page = client_for("enterprise", language=language).post("/needs/", factories.need_form(title=" "), expect=422)
        expected = "Give the need a name of a few words."
        assert page.error("title") == (words.said(expected) if language == "zh" else expected)


def test_flashes_speak_the_readers_language(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        need_id = factories.need(session, "enterprise", title="缸差").id
    english = client_for("enterprise", language="en")
    english.get("/")

    english.post(f"/needs/{need_id}/close", {"reason": "not_needed"})
    assert english.get(f"/needs/{need_id}").flashes == ["“缸差” is closed."]


def test_code_lists_have_their_names_in_both_languages(visitor: Visitor, database: Database) -> None:
    with database.writing() as session:
        factories.need(session, "enterprise")

    assert "越城区" in visitor.get("/needs/").main
    visitor.language = "en"
    assert "Yuecheng" in visitor.get("/needs/").main


def test_amounts_are_told_in_the_units_of_the_language(visitor: Visitor) -> None:
    with visitor.app.test_request_context(headers={"Accept-Language": "zh"}):
        assert i18n.wan(12_500_000) == "12.5 万元" and i18n.yuan(120_050) == "1,200.5 元"
    with visitor.app.test_request_context(headers={"Accept-Language": "en"}):
        assert i18n.wan(12_500_000) == "¥125,000" and i18n.yuan(120_050) == "¥1,200.5"
    assert money.FEN_PER_WAN == 10_000 * money.FEN_PER_YUAN


def test_days_are_shanghais() -> None:
    late = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)

    assert i18n.day(late) == "2027-01-01" and i18n.instant(late) == "2027-01-01 00:30"
    assert i18n.day(date(2026, 1, 2)) == "2026-01-02" and i18n.day(None) == ""


def test_a_message_within_a_message_is_translated_too(visitor: Visitor) -> None:
    message = _l("This is %(now)s and cannot become %(then)s.", now=_l("Draft"), then=_l("Closed"))

    with visitor.app.test_request_context(headers={"Accept-Language": "zh"}):
        assert i18n.say(message) == words.said(
            "This is %(now)s and cannot become %(then)s.", now=words.said("Draft"), then=words.said("Closed")
        )
    assert str(message) == "This is Draft and cannot become Closed."
    assert str(Message("100% sure")) == "100% sure"


def test_what_every_page_shares_is_kept_for_each_language(visitor: Visitor) -> None:
    for language in ("en", "zh", "en"):
        visitor.language = language
        page = visitor.get("/")

        for sentence in ("Needs", "Search", "Design language"):
            assert (sentence if language == "en" else words.said(sentence)) in page.words
