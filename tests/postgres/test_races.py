"""Two people at once on PostgreSQL: one transition happens, and the other person is told."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from matchmaker.catalogue.needs.models import Need, NeedState
from tests.conftest import MakeApp
from tests.support import factories, sites, words
from tests.support.databases import Database
from tests.support.pages import Page
from tests.support.racing import at_once
from tests.support.visitor import Visitor

pytestmark = pytest.mark.postgres

#: How often each race is run: the outcome must never depend on who is quicker.
TRIALS = 8

REACHES = {
    "submit": NeedState.SUBMITTED,
    "approve": NeedState.PUBLISHED,
    "return": NeedState.RETURNED,
    "withdraw": NeedState.DRAFT,
    "close": NeedState.CLOSED,
}
#: What is sent with a step.
SENT = {"close": {"reason": "not_needed"}, "return": {"target": "请写明指标。"}}
REVIEWERS = {"approve": "bureau-district", "return": "bureau-city"}


@pytest.fixture
def app(make_app: MakeApp, postgresql_database: Database) -> Flask:
    return make_app(postgresql_database)


def need_of(database: Database, number: int) -> Need:
    with database.reading() as session:
        return session.get_one(Need, number)


@pytest.mark.parametrize(
    ("life", "steps"),
    [
        ("draft", ("submit", "submit")),
        ("submitted", ("approve", "approve")),
        ("submitted", ("approve", "return")),
        ("published", ("close", "close")),
        ("published", ("withdraw", "close")),
    ],
)
def test_of_two_steps_at_once_one_happens_and_the_other_is_a_409(
    app: Flask, postgresql_database: Database, life: str, steps: tuple[str, str]
) -> None:
    with postgresql_database.writing() as session:
        needs = [factories.need(session, "enterprise", life).id for _ in range(TRIALS)]
    people = [sites.visitor_as(app, REVIEWERS.get(step, "enterprise"), checks=False) for step in steps]
    tokens = [person.token() for person in people]

    def step(number: int, need: int) -> Callable[[], Page]:
        data = {"csrf_token": tokens[number]} | SENT.get(steps[number], {})
        return lambda: people[number].open(f"/needs/{need}/{steps[number]}", method="POST", data=data)

    for need in needs:
        answers = at_once(*(step(number, need) for number in range(len(steps))))
        assert sorted(answer.status for answer in answers) == [303, 409]
        done = steps[[answer.status for answer in answers].index(303)]
        assert need_of(postgresql_database, need).state is REACHES[done]


def test_what_is_withdrawn_while_it_is_approved_ends_as_a_draft(app: Flask, postgresql_database: Database) -> None:
    with postgresql_database.writing() as session:
        needs = [factories.need(session, "enterprise", "submitted").id for _ in range(TRIALS)]
    enterprise, reviewer = (sites.visitor_as(app, role, checks=False) for role in ("enterprise", "bureau-district"))
    tokens = {enterprise: enterprise.token(), reviewer: reviewer.token()}

    def step(person: Visitor, name: str, need: int) -> Callable[[], Page]:
        return lambda: person.open(f"/needs/{need}/{name}", method="POST", data={"csrf_token": tokens[person]})

    for need in needs:
        withdrawn, approved = at_once(step(enterprise, "withdraw", need), step(reviewer, "approve", need))
        assert withdrawn.status == 303 and approved.status in (303, 404, 409)
        found = need_of(postgresql_database, need)
        assert found.state is NeedState.DRAFT and found.published_at is None


def test_of_two_savers_at_once_one_is_kept_and_the_other_keeps_every_word(
    app: Flask, postgresql_database: Database
) -> None:
    with postgresql_database.writing() as session:
        needs = [factories.need(session, "enterprise", "draft").id for _ in range(TRIALS)]
    people = [sites.visitor_as(app, "enterprise", checks=False) for _ in range(2)]
    titles = ("甲写的", "乙写的")

    def save(number: int, path: str, form: dict[str, str]) -> Callable[[], Page]:
        return lambda: people[number].open(path, method="POST", data=form | {"title": titles[number]})

    for need in needs:
        path = f"/needs/{need}"
        forms = [person.get(f"{path}/edit").typed(path) for person in people]
        answers = at_once(*(save(number, path, form) for number, form in enumerate(forms)))
        kept = need_of(postgresql_database, need).title
        for answer, title in zip(answers, titles, strict=True):
            if title == kept:
                assert answer.status == 303
            else:
                # The form again, or the page for a change that came in between; never a lost word unsaid.
                assert answer.status in (409, 422)
        assert kept in titles and sorted(answer.status for answer in answers)[0] == 303


def test_one_form_sent_by_two_clicks_at_once_makes_one_need(app: Flask, postgresql_database: Database) -> None:
    person = sites.visitor_as(app, "enterprise", checks=False)
    clicks = [Visitor(app, checks=False) for _ in range(2)]

    def send(click: Visitor, form: dict[str, str]) -> Callable[[], Page]:
        return lambda: click.open("/needs/", method="POST", data=form)

    for trial in range(TRIALS):
        form = person.get("/needs/new").typed("/needs/") | factories.need_form(title=f"第{trial}次", publish="1")
        for click in clicks:
            click.client._cookies = dict(person.client._cookies)
        answers = at_once(*(send(click, form) for click in clicks))
        assert [answer.status for answer in answers] == [303, 303]
        assert answers[0].location == answers[1].location

    assert len(postgresql_database.dump()["need"]) == TRIALS


def test_changes_are_numbered_in_the_order_of_their_commits(app: Flask, postgresql_database: Database) -> None:
    with postgresql_database.writing() as session:
        needs = [factories.need(session, "enterprise", "submitted").id for _ in range(6)]
    people = [sites.visitor_as(app, "bureau-district", checks=False) for _ in needs]
    tokens = [person.token() for person in people]

    def publish(number: int) -> Callable[[], Page]:
        data = {"csrf_token": tokens[number]}
        return lambda: people[number].open(f"/needs/{needs[number]}/approve", method="POST", data=data)

    answers = at_once(*(publish(number) for number in range(len(needs))))
    assert [answer.status for answer in answers] == [303] * len(needs)
    revisions = [need_of(postgresql_database, need).revision for need in needs]
    assert sorted(revisions) == list(range(1, 7))
    assert {need_of(postgresql_database, need).state for need in needs} == {NeedState.PUBLISHED}


def test_a_server_restarted_between_two_pages_is_not_noticed(
    make_app: MakeApp, postgresql_database: Database, postgresql_server: object
) -> None:
    from tests.support.postgresql import Server

    assert isinstance(postgresql_server, Server)
    with postgresql_database.writing() as session:
        factories.need(session, "enterprise", title="重启之前")
    visitor = sites.visitor_as(make_app(postgresql_database), "enterprise")
    visitor.get("/needs/")

    postgresql_server.stop()
    postgresql_server.start()
    postgresql_database.engine.dispose()
    assert "重启之前" in visitor.get("/needs/").main


def test_a_server_that_is_gone_is_a_page_and_its_return_is_noticed(
    make_app: MakeApp, postgresql_database: Database, postgresql_server: object
) -> None:
    from tests.support.postgresql import Server

    assert isinstance(postgresql_server, Server)
    visitor = sites.visitor_as(make_app(postgresql_database), "anonymous")
    visitor.get("/needs/")
    postgresql_server.stop()
    try:
        gone = visitor.get("/needs/", expect=500)
        unwell = visitor.get("/health", expect=500)
    finally:
        postgresql_server.start()
        postgresql_database.engine.dispose()

    assert gone.h1 == words.said("An error on our side") and unwell.status == 500
    assert visitor.get("/health").text == "ok\n"


def test_the_server_is_ours_and_unreachable_from_outside(postgresql_server: object) -> None:
    from tests.support.postgresql import Server

    assert isinstance(postgresql_server, Server)
    assert list(Path(postgresql_server.folder).glob(".s.PGSQL.*"))
    log = (postgresql_server.folder / "log").read_text(errors="replace")
    assert "listening on IPv4" not in log
