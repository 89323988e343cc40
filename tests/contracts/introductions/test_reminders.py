"""Whoever owes a reply is reminded, not too often, by letters that tell nothing."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from matchmaker import clock
from matchmaker.contracts.introductions import jobs, operations
from matchmaker.contracts.introductions.models import Introduction, Side
from matchmaker.contracts.introductions.rules import PATIENCE, patience
from matchmaker.letters.models import Letter
from tests.conftest import ClientFor
from tests.support import cast, factories, words
from tests.support.databases import Database

At = Callable[[str], None]


def letters(database: Database, role: str) -> list[Letter]:
    with database.reading() as session:
        found = select(Letter).where(Letter.recipient == cast.ROLES[role].email).order_by(Letter.id)
        return list(session.scalars(found))


def remind(database: Database, day: date) -> str:
    with database.writing() as session:
        return jobs.remind(session, on=day)


def reminders(database: Database, role: str) -> int:
    subject = words.said("Somebody waits for your reply")
    return sum(letter.subject == subject for letter in letters(database, role))


def test_the_asked_side_is_reminded_after_the_days_of_the_year_and_again_but_not_for_ever(
    database: Database, at: At
) -> None:
    at("2026-03-02T09:00")
    with database.writing() as session:
        factories.introduction(session, title="机密的事情")
    rule = patience(date(2026, 3, 2))
    told = []
    for day in range(20):
        remind(database, date(2026, 3, 2) + timedelta(days=day))
        told.append(reminders(database, "complex"))

    first = rule.reminded_after.days
    assert told[first - 1] == 0 and told[first] == 1 and told[-1] == rule.most_reminders
    assert reminders(database, "enterprise") == 0
    assert all("机密" not in letter.subject + letter.body for letter in letters(database, "complex"))


def test_an_answer_ends_the_reminders_and_a_message_begins_them_on_the_other_side(database: Database, at: At) -> None:
    at("2026-03-02T09:00")
    with database.writing() as session:
        one = factories.introduction(session, life="talking")
    assert remind(database, date(2026, 3, 20)).endswith("of 0 introductions")
    at("2026-03-21T09:00")
    with database.writing() as session:
        operations.write(session, session.get_one(Introduction, one.id), "报价如下。", by=Side.PROVIDER)
    remind(database, date(2026, 3, 30))

    assert reminders(database, "enterprise") == 1 and reminders(database, "complex") == 0


def test_one_letter_names_all_that_are_due(database: Database, at: At) -> None:
    at("2026-03-02T09:00")
    with database.writing() as session:
        ids = [factories.introduction(session).id for _ in range(3)]
    remind(database, date(2026, 3, 10))

    assert reminders(database, "complex") == 1
    assert all(f"/introductions/{number}  D2026-" in letters(database, "complex")[-1].body for number in ids)


def test_nobody_is_asked_about_a_need_that_has_ended(database: Database, at: At) -> None:
    at("2026-03-02T09:00")
    with database.writing() as session:
        need = factories.need(session, "enterprise")
        factories.introduction(session, about=need)
        factories.lead(session, need, "close")

    assert remind(database, date(2026, 3, 10)).endswith("of 0 introductions")


def test_what_awaits_an_answer_ends_with_its_need(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        ids = {}
        for life in ("close", "solve", "expire", "discuss"):
            need = factories.need(session, "enterprise")
            ids[life] = factories.introduction(session, about=need).id
            factories.lead(session, need, life)
    page = client_for("complex").get(f"/introductions/{ids['close']}")
    assert words.said("The need is not open any more.") in page.main
    assert f"/introductions/{ids['close']}/accept" not in [form.get("action") for form in page.all("form")]
    for number in (2, 0):
        with database.writing() as session:
            assert jobs.end(session, on=date(2026, 3, 2)) == f"ended {number} introductions"

    with database.reading() as session:
        states = {life: session.get_one(Introduction, number).state.value for life, number in ids.items()}
    assert states == {"close": "failed", "solve": "failed", "expire": "waiting", "discuss": "waiting"}
    assert words.said("The need was solved or closed before there was an answer.") in (
        client_for("enterprise").get(f"/introductions/{ids['solve']}").main
    )


@pytest.mark.parametrize(
    ("day", "year"), [("2024-06-01", 2025), ("2025-06-01", 2025), ("2026-01-01", 2026), ("2031-01-01", 2026)]
)
def test_the_rules_are_those_of_the_year(day: str, year: int) -> None:
    assert patience(date.fromisoformat(day)).year == year
    assert [rules.year for rules in PATIENCE] == sorted({rules.year for rules in PATIENCE})


def test_what_is_overdue_is_marked_and_counted_on_both_first_pages(
    client_for: ClientFor, database: Database, at: At
) -> None:
    at("2026-03-02T09:00")
    with database.writing() as session:
        factories.introduction(session)
    limit = datetime(2026, 3, 2, 9, tzinfo=clock.CIVIL_ZONE) + patience(date(2026, 3, 2)).overdue_after
    at((limit - timedelta(minutes=1)).isoformat())
    early = client_for("complex").get("/introductions/")
    assert early.all("article") and not early.all("span", class_="bg-red-lt")
    at(limit.isoformat())

    assert client_for("complex").get("/introductions/").all("span", class_="bg-red-lt")
    assert len(client_for("enterprise").get("/introductions/?overdue=1").all("article")) == 1
    for role, is_told in (("complex", True), ("bureau-district", True), ("enterprise", False), ("institute", False)):
        assert ("/introductions/?overdue=1" in " ".join(client_for(role).get("/").links)) == is_told, role


def test_each_step_is_told_to_the_other_side_and_to_nobody_else(database: Database) -> None:
    with database.writing() as session:
        one = factories.introduction(session)
    assert len(letters(database, "complex")) == 1 and not letters(database, "enterprise")
    with database.writing() as session:
        operations.accept(session, session.get_one(Introduction, one.id))
    assert len(letters(database, "enterprise")) == 1
    for number in (1, 2):
        with database.writing() as session:
            operations.write(session, session.get_one(Introduction, one.id), f"第{number}句", by=Side.PROVIDER)
    assert len(letters(database, "enterprise")) == 2, "one letter for what is still unanswered"
    with database.reading() as session:
        everybody = {letter.recipient for letter in session.scalars(select(Letter))}
    assert everybody == {cast.ROLES[name].email for name in ("enterprise", "complex")}
