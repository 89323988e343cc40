"""Two people at once, on both databases: one step is taken, the other person is told, and the trail knows of both."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from matchmaker.audit.models import AuditRow
from matchmaker.contracts.introductions.models import (
    Introduction,
    IntroductionMessage,
    IntroductionMove,
    IntroductionReading,
)
from tests.conftest import MakeApp
from tests.support import cast, factories
from tests.support.databases import Database
from tests.support.pages import Page
from tests.support.racing import at_once
from tests.support.visitor import Visitor

#: How often each race is run: the outcome must never depend on who is quicker.
TRIALS = 8


@pytest.fixture
def app(make_app: MakeApp, either_database: Database) -> Flask:
    return make_app(either_database)


def sender(app: Flask, role: str, *, email: str = "") -> Callable[[str, dict[str, Any]], Page]:
    """Return somebody who sends forms; a colleague signs in by ``email``."""
    visitor = Visitor(app, checks=False)
    visitor.sign_in(email or cast.ROLES[role].email)
    token = visitor.token()

    def send(path: str, form: dict[str, Any]) -> Page:
        return visitor.open(path, method="POST", data={"csrf_token": token} | form)

    return send


def colleague(database: Database, role: str) -> str:
    with database.writing() as session:
        return factories.person(session, organisation=cast.organisation_of(session, role)).email


def count(database: Database, statement: Any) -> int:
    with database.reading() as session:
        return session.scalar(statement) or 0


def test_of_two_colleagues_who_answer_at_once_one_is_told_that_it_is_too_late(
    app: Flask, either_database: Database
) -> None:
    first, second = sender(app, "complex"), sender(app, "complex", email=colleague(either_database, "complex"))
    with either_database.writing() as session:
        ids = [factories.introduction(session).id for _ in range(TRIALS)]

    for number in ids:
        path = f"/introductions/{number}"
        answers = at_once(
            lambda path=path: first(f"{path}/accept", {}),
            lambda path=path: second(f"{path}/end", {"reason": "price"}),
        )
        # Accepting may come first, then ending is a second step; ending first leaves nothing to accept.
        assert [answer.status for answer in answers] in ([303, 303], [409, 303])
        moves = select(func.count()).where(IntroductionMove.introduction_id == number)
        assert count(either_database, moves) == (2 if answers[0].status == 303 else 1)


def test_of_two_who_accept_at_once_one_does_and_the_trail_knows_of_both(app: Flask, either_database: Database) -> None:
    first, second = sender(app, "complex"), sender(app, "complex", email=colleague(either_database, "complex"))
    with either_database.writing() as session:
        ids = [factories.introduction(session).id for _ in range(TRIALS)]

    for number in ids:
        path = f"/introductions/{number}/accept"
        answers = at_once(
            lambda path=path: first(path, {}),
            lambda path=path: second(path, {}),
        )
        assert sorted(answer.status for answer in answers) == [303, 409]
        acts = select(AuditRow.act).where(AuditRow.table_name == "introduction", AuditRow.row_key == str(number))
        with either_database.reading() as session:
            found = list(session.scalars(acts))
        assert found.count("introductions.accept.refused") == 1 and "introductions.accept" in found
    assert count(either_database, select(func.count()).select_from(IntroductionMove)) == TRIALS


def test_two_introductions_of_one_need_accepted_at_once_put_it_into_discussion_once(
    app: Flask, either_database: Database
) -> None:
    complex_, institute = sender(app, "complex"), sender(app, "institute")
    for _ in range(TRIALS):
        with either_database.writing() as session:
            need = factories.need(session, "enterprise")
            one, other = (
                factories.introduction(session, provider=name, about=need) for name in ("complex", "institute")
            )
        answers = at_once(
            lambda number=one.id: complex_(f"/introductions/{number}/accept", {}),
            lambda number=other.id: institute(f"/introductions/{number}/accept", {}),
        )
        assert [answer.status for answer in answers] == [303, 303]
        began = select(func.count()).where(Introduction.need_id == need.id, Introduction.began_discussion.is_(True))
        assert count(either_database, began) == 1


@pytest.mark.parametrize("is_same_form", [True, False], ids=["one form", "two forms"])
def test_two_clicks_at_once_open_one(app: Flask, either_database: Database, is_same_form: bool) -> None:
    enterprise = sender(app, "enterprise")
    other = sender(app, "enterprise")
    for trial in range(TRIALS):
        with either_database.writing() as session:
            need, offering = factories.need(session, "enterprise").id, factories.offering(session, "complex").id
        form = {"need": need, "offering": offering, "title": "色差", "text": "谈谈。", "form_id": f"form{trial}"}
        second = form if is_same_form else form | {"form_id": f"other{trial}"}
        answers = at_once(
            lambda form=form: enterprise("/introductions/", form),
            lambda form=second: other("/introductions/", form),
        )
        assert [answer.status for answer in answers] == [303, 303]
        assert answers[0].location == answers[1].location
    assert count(either_database, select(func.count()).select_from(Introduction)) == TRIALS


def test_two_clicks_at_once_say_a_thing_once_and_two_readings_are_one(app: Flask, either_database: Database) -> None:
    first, second = sender(app, "enterprise"), sender(app, "enterprise")
    with either_database.writing() as session:
        number = factories.introduction(session, life="talking").id
    before = count(either_database, select(func.count()).select_from(IntroductionMessage))
    path = f"/introductions/{number}"
    for trial in range(TRIALS):
        form = {"text": "说一次。", "form_id": f"form{trial}"}
        answers = at_once(
            lambda form=form: first(f"{path}/messages", form),
            lambda form=form: second(f"{path}/messages", form),
        )
        assert [answer.status for answer in answers] == [303, 303]
    read = at_once(lambda: first(f"{path}/read", {}), lambda: second(f"{path}/read", {}))
    assert [answer.status for answer in read] == [303, 303]

    assert count(either_database, select(func.count()).select_from(IntroductionMessage)) == before + TRIALS
    assert count(either_database, select(func.count()).select_from(IntroductionReading)) == 1
