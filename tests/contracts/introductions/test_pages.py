"""Pages of introductions: asking from a match, answering, messages and files, lists, and those who are invited."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from matchmaker.catalogue.needs.models import Need, NeedState
from matchmaker.contracts.introductions import inviting
from matchmaker.contracts.introductions.models import (
    Introduction,
    IntroductionMessage,
    IntroductionState,
    ParticipantRole,
    Side,
)
from matchmaker.db.base import Base
from tests.conftest import ClientFor
from tests.support import cast, factories, words
from tests.support.databases import Database
from tests.support.pages import Page


def count(database: Database, table: type[Base]) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def only(database: Database) -> Introduction:
    with database.reading() as session:
        return session.scalars(select(Introduction)).one()


@pytest.fixture
def pair(database: Database) -> tuple[int, int]:
    """A need and an offering that match."""
    with database.writing() as session:
        return factories.need(session, "enterprise").id, factories.offering(session, "complex").id


def links(page: Page, start: str) -> list[str]:
    return [link for link in page.links if link.startswith(start)]


def test_an_enterprise_asks_from_a_match_with_the_form_filled_in(
    client_for: ClientFor, database: Database, pair: tuple[int, int]
) -> None:
    need, offering = pair
    enterprise = client_for("enterprise")
    for path in (f"/needs/{need}/matches", f"/needs/{need}/matches/{offering}"):
        assert f"/introductions/new?need={need}&offering={offering}" in enterprise.get(path).links
    assert links(enterprise.get(f"/needs/{need}"), "/introductions/new") == [f"/introductions/new?need={need}"]
    assert links(enterprise.get(f"/offerings/{offering}"), "/introductions/new")

    form = enterprise.get(f"/introductions/new?need={need}&offering={offering}")
    typed = form.typed("/introductions/")
    assert typed["title"] == factories.need_text().title
    assert factories.offering_text().title in typed["text"]
    assert words.said("Strong match") in form.main or words.said("Possible match") in form.main
    done = enterprise.submit(form, "/introductions/")

    one = only(database)
    assert done.location == f"/introductions/{one.id}"
    assert (one.need_id, one.offering_id, one.opened_by_side, one.state) == (
        need,
        offering,
        Side.ENTERPRISE,
        IntroductionState.WAITING,
    )
    assert one.match_score and one.match_score > 0.1 and one.match_band and one.match_terms
    assert words.said("Why it matches") in enterprise.get(done.location).text


def test_a_complex_offers_itself_from_a_need_or_the_matches_of_an_offering(
    client_for: ClientFor, database: Database, pair: tuple[int, int]
) -> None:
    need, offering = pair
    complex_ = client_for("complex")
    for path in (f"/offerings/{offering}/matches", f"/offerings/{offering}/matches/{need}"):
        found = links(complex_.get(path), "/introductions/new")
        assert found and all(f"need={need}" in link and f"offering={offering}" in link for link in found)
    form = complex_.get(links(complex_.get(f"/needs/{need}"), "/introductions/new")[0])
    complex_.submit(form, "/introductions/", offering_id=str(offering))

    one = only(database)
    assert (one.opened_by_side, one.need_id, one.offering_id) == (Side.PROVIDER, need, offering)
    answer = client_for("enterprise").get(f"/introductions/{one.id}")
    assert f"/introductions/{one.id}/accept" in [form.get("action") for form in answer.all("form")]


def test_an_enterprise_asks_a_complex_without_an_offering_and_for_an_offering_without_a_need(
    client_for: ClientFor, database: Database, pair: tuple[int, int]
) -> None:
    need, offering = pair
    enterprise = client_for("enterprise")
    with database.reading() as session:
        institute = cast.organisation_of(session, "institute").id
    form = enterprise.get(f"/introductions/new?need={need}")
    enterprise.submit(form, "/introductions/", expect=422)
    enterprise.submit(form, "/introductions/", provider_id=str(institute))
    enterprise.submit(enterprise.get(f"/introductions/new?offering={offering}"), "/introductions/")

    with database.reading() as session:
        rows = session.scalars(select(Introduction).order_by(Introduction.id)).all()
    assert [(row.need_id, row.offering_id, row.provider_id == institute) for row in rows] == [
        (need, None, True),
        (None, offering, False),
    ]


def test_what_is_refused_keeps_every_word(client_for: ClientFor, database: Database, pair: tuple[int, int]) -> None:
    enterprise = client_for("enterprise")
    form = enterprise.get(f"/introductions/new?need={pair[0]}&offering={pair[1]}")
    for changes in ({"title": ""}, {"text": ""}, {"title": "长" * 121}, {"text": "长" * 5001}):
        page = enterprise.submit(form, "/introductions/", expect=422, **changes)
        again = page.typed("/introductions/")
        assert all(again[name] == value for name, value in changes.items())
        assert again["need"] == str(pair[0]) and again["form_id"] == form.typed("/introductions/")["form_id"]
    assert count(database, Introduction) == 0


def test_one_form_opens_one_and_so_do_two_forms_about_the_same(
    client_for: ClientFor, database: Database, pair: tuple[int, int]
) -> None:
    enterprise = client_for("enterprise")
    path = f"/introductions/new?need={pair[0]}&offering={pair[1]}"
    form, other = enterprise.get(path), enterprise.get(path)
    answers = [enterprise.submit(form, "/introductions/").location for _ in range(2)]
    answers.append(enterprise.submit(form, "/introductions/", text="换一句。").location)
    answers.append(enterprise.submit(other, "/introductions/").location)

    assert len(set(answers)) == 1
    assert count(database, Introduction) == 1 and count(database, IntroductionMessage) == 1


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("other-enterprise", "need={need}"),
        ("enterprise", "need=987654"),
        ("enterprise", "need=99999999999999999999"),
        ("enterprise", "need=x"),
        ("complex", "offering={offering}"),
        ("institute", "need={need}&offering={offering}"),
    ],
)
def test_nobody_asks_about_what_is_not_theirs(
    client_for: ClientFor, pair: tuple[int, int], role: str, path: str
) -> None:
    client_for(role).get(f"/introductions/new?{path.format(need=pair[0], offering=pair[1])}", expect=404)


def test_whoever_awaits_the_bureau_neither_asks_nor_offers(
    client_for: ClientFor, database: Database, pair: tuple[int, int]
) -> None:
    with database.writing() as session:
        person = factories.person(session, organisation=None)
        made = factories.registration(session, person)
    newcomer = client_for(cast.ANONYMOUS)
    newcomer.sign_in(person.email)
    page = newcomer.get(f"/offerings/{pair[1]}")

    assert made.id and not links(page, "/introductions/new")
    newcomer.get(f"/introductions/new?offering={pair[1]}", expect=403)


def test_accepting_puts_the_need_into_discussion_and_declining_says_why(
    client_for: ClientFor, database: Database
) -> None:
    with database.writing() as session:
        first = factories.introduction(session)
        second = factories.introduction(session)
    complex_ = client_for("complex")
    complex_.post(f"/introductions/{first.id}/accept")
    complex_.post(f"/introductions/{first.id}/accept")
    page = complex_.get(f"/introductions/{second.id}/end")
    complex_.submit(page, f"/introductions/{second.id}/end", reason="other", expect=422)
    complex_.submit(page, f"/introductions/{second.id}/end", reason="other", words="设备要到明年才空。")

    with database.reading() as session:
        assert session.get_one(Need, first.need_id).state is NeedState.IN_DISCUSSION
        assert session.get_one(Need, second.need_id).state is NeedState.PUBLISHED
    assert "设备要到明年才空。" in client_for("enterprise").get(f"/introductions/{second.id}").main
    complex_.post(f"/introductions/{second.id}/accept", expect=409)


def test_a_signed_introduction_offers_to_say_who_solved_the_need(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        one = factories.introduction(session, life="signed")
    enterprise = client_for("enterprise")
    path = f"/needs/{one.need_id}/solve?solver={one.provider_id}"
    assert path in enterprise.get(f"/introductions/{one.id}").links

    form = enterprise.get(path).typed(f"/needs/{one.need_id}/solve")
    assert (form["reason"], form["solver_id"]) == ("with_provider", str(one.provider_id))


def test_each_side_sees_its_own_narrowed_as_it_asks(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        for life in factories.INTRODUCTION_LIVES:
            factories.introduction(session, life=life)
        factories.introduction(session, "far-enterprise", "institute")
        factories.introduction(session, "other-enterprise", "complex", by=Side.PROVIDER)

    def seen(role: str, query: str = "") -> int:
        return len(client_for(role, checks=False).get(f"/introductions/{query}").all("article"))

    numbers = {"enterprise": 5, "complex": 6, "institute": 1, "other-enterprise": 1, "bureau-district": 6}
    numbers |= {"bureau-elsewhere": 1, "bureau-city": 7, "unattached": 0}
    assert {role: seen(role) for role in numbers} == numbers
    assert seen("complex", "?state=failed") == 2 and seen("complex", "?reason=price") == 2
    assert seen("complex", "?ours=1") == 1 and seen("other-enterprise", "?ours=1") == 1
    assert seen("complex", "?opened=provider") == 1 and seen("complex", "?state=nonsense") == 0
    for name, values in client_for("complex").get("/introductions/").facets().items():
        for value, number in values.items():
            assert seen("complex", f"?{name}={value}") == number, f"{name}={value}"


def test_long_lists_have_pages_in_either_order(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        for _ in range(23):
            factories.introduction(session)
    complex_ = client_for("complex")

    for sort in ("newest", "waiting"):
        ids = [
            card.get("id")
            for number in (1, 2)
            for card in complex_.get(f"/introductions/?sort={sort}&page={number}").all("article")
        ]
        assert len(set(ids)) == 23
    assert len(complex_.fragment("/introductions/?page=2").all("article")) == 3


def test_the_dossiers_of_both_sides_tell_of_it(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        factories.introduction(session, life="failed", title="谈过一次的事")
        sides = {name: cast.organisation_of(session, name).id for name in ("enterprise", "complex")}

    for name, number in sides.items():
        assert client_for(name).get(f"/organisations/{number}/dossier").main.count("谈过一次的事") == 3


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("role", ["enterprise", "complex", "bureau-district", "unattached"])
def test_every_page_is_whole_in_both_languages(
    client_for: ClientFor, database: Database, role: str, language: str, at: Callable[[str], None]
) -> None:
    at("2026-03-02T08:00")
    with database.writing() as session:
        ids = [factories.introduction(session, life=life).id for life in factories.INTRODUCTION_LIVES]
        invited = inviting.invite(
            session, session.get_one(Introduction, ids[1]), role=ParticipantRole.BROKER, email="unattached@example.test"
        )
    at("2026-03-20T08:00")
    visitor = client_for(role, language=language)
    for path in ("/", "/introductions/", "/introductions/?invited=1"):
        visitor.get(path)
    for number in ids:
        is_known = role != "unattached" or number == invited.introduction_id
        visitor.get(f"/introductions/{number}", expect=200 if is_known else 404)
