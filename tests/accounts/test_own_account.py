"""Forgotten and changed passwords, sessions, and the language of letters."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import func, select

from matchmaker.accounts import operations as accounts
from matchmaker.accounts.links.models import Link
from matchmaker.accounts.models import SignIn
from matchmaker.letters.models import Letter
from matchmaker.web.limits import limiter
from tests.conftest import ClientFor, MakeApp
from tests.support import cast, mail, words
from tests.support.databases import Database
from tests.support.sites import visitor_as
from tests.support.visitor import Visitor

EMAIL = cast.ROLES["enterprise"].email
NEW = "four quiet looms hum"


def ask(visitor: Visitor, email: str = EMAIL) -> None:
    page = visitor.get("/password/forgotten")
    assert visitor.submit(page, "/password/forgotten", email=email).location == "/password/forgotten/sent"


def is_signed_in(visitor: Visitor) -> bool:
    return visitor.open("/account").status == 200


def test_a_forgotten_password_is_set_anew_and_every_session_ends(
    client_for: ClientFor, visitor: Visitor, database: Database
) -> None:
    signed_in = client_for("enterprise")
    ask(visitor)
    link = mail.link_in(mail.letters_to(database, EMAIL)[0])
    page = visitor.get(link)
    assert visitor.submit(page, link, password="short", expect=422).error("password")
    visitor.submit(page, link, password=NEW)

    assert not is_signed_in(signed_in) and not is_signed_in(visitor)
    visitor.sign_in(EMAIL, expect=422)
    visitor.sign_in(EMAIL, NEW)
    assert words.said("Your password was changed") == mail.letters_to(database, EMAIL)[0].subject
    visitor.get(link, expect=404)


def test_a_link_is_good_for_an_hour_and_not_after_the_password_changed(
    client_for: ClientFor, visitor: Visitor, database: Database, at: Callable[[str], None]
) -> None:
    at("2026-03-01T08:00")
    ask(visitor)
    ask(visitor)
    newer, older = map(mail.link_in, mail.letters_to(database, EMAIL))
    at("2026-03-01T08:59")
    visitor.get(older)
    visitor.submit(visitor.get(newer), newer, password=NEW)
    visitor.get(older, expect=404)

    ask(visitor)
    link = mail.link_in(mail.letters_to(database, EMAIL)[0])
    at("2026-03-01T09:59")
    visitor.get(link, expect=404)
    visitor.post(link, {"password": NEW}, expect=404)


def test_an_unknown_address_gets_the_same_answer_for_the_same_work(visitor: Visitor, database: Database) -> None:
    def links() -> int:
        with database.reading() as session:
            return session.scalar(select(func.count()).select_from(Link)) or 0

    ask(visitor)
    assert links() == 1
    ask(visitor, "nobody@example.test")
    assert links() == 2
    assert mail.letters_to(database, "nobody@example.test") == []


def test_who_is_shut_out_gets_no_letter(visitor: Visitor, database: Database) -> None:
    with database.writing() as session:
        accounts.disable(session, cast.person_of(session, "enterprise"))
    ask(visitor)

    assert mail.letters_to(database, EMAIL) == []


def test_a_letter_never_links_to_a_forged_host(visitor: Visitor, database: Database) -> None:
    visitor.open(
        "/password/forgotten",
        method="POST",
        data={"csrf_token": visitor.token(), "email": EMAIL},
        headers={"Host": "evil.example"},
        base_url="http://evil.example",
    )

    assert "evil.example" not in "".join(letter.body for letter in mail.letters_to(database, EMAIL))


def test_letters_link_to_the_public_address(make_app: MakeApp, database: Database) -> None:
    visitor = Visitor(make_app(database, settings={"public_url": "https://match.example.test/"}))
    ask(visitor)

    assert "https://match.example.test/password/reset/" in mail.letters_to(database, EMAIL)[0].body


def test_the_database_holds_no_token_of_a_link(visitor: Visitor, database: Database) -> None:
    ask(visitor)
    token = mail.link_in(mail.letters_to(database, EMAIL)[0]).rpartition("/")[2]

    assert token not in str(database.dump()["link"]) + str(database.dump()["audit_row"])


def test_a_changed_password_ends_the_other_sessions_and_keeps_this_one(
    client_for: ClientFor, database: Database
) -> None:
    here, there = client_for("enterprise"), client_for("enterprise")
    page = here.get("/account")
    assert here.submit(page, "/account/password", old="wrong", password=NEW, expect=422).error("old")
    for easy in (EMAIL, "aaaaaaaaaaaaaaa"):
        refused = here.submit(page, "/account/password", old=cast.PASSWORD, password=easy, expect=422)
        assert refused.error("password")
    here.submit(page, "/account/password", old=cast.PASSWORD, password=NEW)

    assert is_signed_in(here) and not is_signed_in(there)


def test_sessions_are_listed_with_their_browser_and_ended_one_by_one(make_app: MakeApp, database: Database) -> None:
    app = make_app(database)
    agents = {
        "Firefox · Windows": "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "WeChat · Android": "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 MicroMessenger/8.0",
        "Edge · macOS": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/126.0 Safari/537.36 Edg/126.0",
    }
    browsers = {}
    for name, agent in agents.items():
        browser = Visitor(app)
        browser.client.environ_base["HTTP_USER_AGENT"] = agent
        browser.sign_in(EMAIL)
        browsers[name] = browser
    here = browsers["Firefox · Windows"]
    page = here.get("/account")
    assert all(name in page.main for name in agents)

    with database.reading() as session:
        wechat = session.scalars(select(SignIn.token_hash).where(SignIn.browser == "WeChat · Android")).one()
    here.post("/account/sessions/end", {"session": wechat})
    assert [is_signed_in(browser) for browser in browsers.values()] == [True, False, True]
    here.post("/account/sessions/end")
    assert [is_signed_in(browser) for browser in browsers.values()] == [True, False, False]


def test_nobody_ends_somebody_elses_session(client_for: ClientFor, database: Database) -> None:
    victim = client_for("complex")
    with database.reading() as session:
        person = cast.person_of(session, "complex")
        theirs = session.scalars(select(SignIn.token_hash).where(SignIn.person_id == person.id)).one()
    client_for("enterprise").post("/account/sessions/end", {"session": theirs})

    assert is_signed_in(victim)


def test_letters_follow_the_chosen_language(client_for: ClientFor, visitor: Visitor, database: Database) -> None:
    client_for("enterprise").post("/language/en", {"next": "/"})
    ask(visitor)

    assert mail.letters_to(database, EMAIL)[0].subject == "Set your password anew"


@pytest.fixture
def limited(make_app: MakeApp, database: Database) -> Iterator[Visitor]:
    app = make_app(database, RATELIMIT_ENABLED=True)
    limiter.reset()
    yield visitor_as(app, cast.ANONYMOUS)
    limiter.reset()
    limiter.enabled = False


def test_nobody_is_flooded_with_letters(limited: Visitor, database: Database) -> None:
    for _ in range(5):
        ask(limited)
    limited.post("/password/forgotten", {"email": EMAIL.upper()}, expect=429)

    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Letter)) == 5
