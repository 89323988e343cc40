"""Coming in by the form, going out for good, and what strangers learn from trying."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from matchmaker.accounts import operations, passwords
from matchmaker.accounts.models import Membership, SignIn
from matchmaker.web.limits import limiter
from tests.conftest import ClientFor, MakeApp
from tests.support import cast, words
from tests.support.databases import Database
from tests.support.pages import Page
from tests.support.visitor import Visitor

EMAIL = cast.ROLES["enterprise"].email


def is_signed_in(visitor: Visitor) -> bool:
    return "/sign-out" in visitor.get("/needs/").actions


@pytest.mark.parametrize("role", cast.ROLES)
def test_everybody_comes_in_by_the_form_and_is_greeted(visitor: Visitor, role: str) -> None:
    welcome = visitor.sign_in(cast.ROLES[role].email)

    home = visitor.get(welcome.location)
    assert home.flashes == [words.said("Welcome, %(name)s.", name=cast.ROLES[role].person)]
    assert cast.ROLES[role].person in home.words and is_signed_in(visitor)


def test_blanks_and_capitals_in_the_address_do_not_matter(visitor: Visitor) -> None:
    visitor.sign_in(f"  {EMAIL.upper()} ")

    assert is_signed_in(visitor)


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (EMAIL, "wrong horse battery"),
        (EMAIL, ""),
        (EMAIL, cast.PASSWORD + " "),
        ("nobody@example.test", cast.PASSWORD),
        ("", ""),
        ("' OR 1=1 --", cast.PASSWORD),
        ("x" * 5000, "y" * 5000),
        ("陈@例子.测试", "密码"),
        ("\x00", "\x00"),
    ],
)
def test_whoever_does_not_belong_gets_one_and_the_same_answer(
    make_app: MakeApp, either_database: Database, email: str, password: str
) -> None:
    # A page that shows a NUL again is not well-formed, but nobody types one.
    visitor = Visitor(make_app(either_database), checks="\x00" not in email)

    page = visitor.sign_in(email, password, expect=422)

    assert page.error("email") == words.said("Address and password do not belong together.")
    assert not is_signed_in(visitor)


def masked(page: Page, email: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]+"', "", page.text).replace(email, "")


def test_the_answer_does_not_tell_whether_the_address_is_known(visitor: Visitor) -> None:
    known = visitor.sign_in(EMAIL, "wrong horse battery", expect=422)
    unknown = visitor.sign_in("nobody@example.test", "wrong horse battery", expect=422)

    assert masked(known, EMAIL) == masked(unknown, "nobody@example.test")


def test_an_unknown_address_costs_as_much_hashing(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []

    class Counting:
        def verify(self, hashed: str, password: str) -> bool:
            verified.append(hashed)
            return real.verify(hashed, password)

    real = passwords._hasher
    monkeypatch.setattr(passwords, "_hasher", Counting())
    visitor.sign_in(EMAIL, "wrong horse battery", expect=422)
    visitor.sign_in("nobody@example.test", "wrong horse battery", expect=422)

    assert len(verified) == 2


def test_the_address_typed_is_kept_and_the_password_is_not(visitor: Visitor) -> None:
    page = visitor.sign_in(EMAIL, "wrong horse battery", expect=422, next="/needs/new")

    assert page.typed("/sign-in")["email"] == EMAIL
    assert page.typed("/sign-in")["next"] == "/needs/new"
    assert "wrong horse" not in page.text


def test_a_person_who_was_shut_out_gets_the_same_answer(visitor: Visitor, database: Database) -> None:
    with database.writing() as session:
        operations.disable(session, cast.person_of(session, "enterprise"))

    page = visitor.sign_in(EMAIL, expect=422)
    assert page.error("email") == words.said("Address and password do not belong together.")


def test_a_page_that_needs_a_person_leads_to_the_form_and_back(visitor: Visitor) -> None:
    refused = visitor.get("/needs/new?x=1", expect=303)
    assert refused.location.startswith("/sign-in?next=/needs/new")

    form = visitor.get(refused.location)
    signed_in = visitor.submit(form, "/sign-in", email=EMAIL, password=cast.PASSWORD)
    assert signed_in.location == "/needs/new?x=1"


@pytest.mark.parametrize(
    "target",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "///elsewhere.example/",
        "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "http:elsewhere.example",
        "javascript:alert(1)",
        "elsewhere",
        "/\t/elsewhere.example",
        "/\n/elsewhere.example",
        "",
    ],
)
def test_signing_in_never_leads_to_another_site(visitor: Visitor, target: str) -> None:
    page = visitor.sign_in(EMAIL, next=target)

    location = page.response.headers["Location"]
    assert location.startswith("/") and not location.startswith(("//", "/\\"))
    assert "elsewhere" not in location


def test_the_session_ends_on_signing_out_even_for_a_copied_cookie(visitor: Visitor) -> None:
    visitor.sign_in(EMAIL)
    copied = dict(visitor.client._cookies)
    visitor.post("/sign-out")
    assert not is_signed_in(visitor)

    visitor.client._cookies = copied
    assert not is_signed_in(visitor)
    assert visitor.get("/needs/new", expect=303).location.startswith("/sign-in")


def test_signing_out_ends_no_other_browser(client_for: ClientFor) -> None:
    at_work, at_home = client_for("enterprise"), client_for("enterprise")
    at_work.post("/sign-out")

    assert is_signed_in(at_home) and not is_signed_in(at_work)


def test_being_shut_out_ends_every_session_at_once(client_for: ClientFor, database: Database) -> None:
    browsers = [client_for("enterprise"), client_for("enterprise")]
    with database.reading() as session:
        person_id = cast.person_of(session, "enterprise").id
    client_for("admin").post(f"/people/{person_id}/disable")

    assert [is_signed_in(browser) for browser in browsers] == [False, False]


def test_being_let_in_again_revives_no_old_session(client_for: ClientFor, visitor: Visitor, database: Database) -> None:
    browser, admin = client_for("enterprise"), client_for("admin")
    with database.reading() as session:
        person_id = cast.person_of(session, "enterprise").id
    admin.post(f"/people/{person_id}/disable")
    admin.post(f"/people/{person_id}/enable")

    assert not is_signed_in(browser)
    visitor.sign_in(EMAIL)
    assert is_signed_in(visitor)


def test_whoever_left_an_organisation_no_longer_acts_for_it(client_for: ClientFor, database: Database) -> None:
    browser = client_for("enterprise")
    with database.writing() as session:
        person = cast.person_of(session, "enterprise")
        session.delete(session.scalars(select(Membership).where(Membership.person_id == person.id)).one())

    browser.get("/needs/new", expect=403)


def test_signing_in_makes_a_fresh_session(visitor: Visitor) -> None:
    with visitor.client.session_transaction() as planted:
        planted["_user_id"] = "a token that an attacker knows"
        planted["planted"] = True
    visitor.sign_in(EMAIL)

    with visitor.client.session_transaction() as session:
        assert "planted" not in session and session["_user_id"] != "a token that an attacker knows"


def test_the_database_holds_no_token_and_no_password(client_for: ClientFor, database: Database) -> None:
    browser = client_for("enterprise")
    with browser.client.session_transaction() as session:
        token = session["_user_id"]

    dump = str(database.dump())
    assert token not in dump and cast.PASSWORD not in dump
    with database.reading() as reading:
        assert reading.get(SignIn, passwords.hash_token(token)) is not None


def test_a_forged_cookie_opens_nothing(visitor: Visitor) -> None:
    visitor.client.set_cookie("matchmaker", "eyJfdXNlcl9pZCI6ImFkbWluIn0.x.y")

    visitor.get("/people", expect=303)


def test_whoever_is_signed_in_needs_no_form(client_for: ClientFor) -> None:
    assert client_for("enterprise").get("/sign-in", expect=303).location == "/"


@pytest.fixture
def limited(make_app: MakeApp, database: Database) -> Iterator[Visitor]:
    """Somebody on a site that limits tries, as the real one does."""
    app = make_app(database, RATELIMIT_ENABLED=True)
    limiter.reset()
    yield Visitor(app)
    limiter.reset()
    limiter.enabled = False


def test_one_address_cannot_be_tried_without_end(limited: Visitor) -> None:
    form = limited.get("/sign-in")
    answers = [
        limited.open("/sign-in", method="POST", data={"csrf_token": form.token, "email": EMAIL, "password": "x"}).status
        for _ in range(11)
    ]

    assert answers == [422] * 10 + [429]
    assert limited.open(
        "/sign-in", method="POST", data={"csrf_token": form.token, "email": EMAIL, "password": cast.PASSWORD}
    ).h1 == words.said("Too many tries")


def test_one_computer_cannot_try_many_addresses_without_end(limited: Visitor) -> None:
    form = limited.get("/sign-in")
    answers = [
        limited.open(
            "/sign-in", method="POST", data={"csrf_token": form.token, "email": f"{number}@x.test", "password": "x"}
        ).status
        for number in range(21)
    ]

    assert answers == [422] * 20 + [429]


def test_passwords_are_hashed_with_real_effort_outside_of_tests() -> None:
    from argon2 import PasswordHasher
    from argon2.profiles import RFC_9106_LOW_MEMORY

    # The module's own hasher is argon2-cffi's default, which follows RFC 9106.
    default = PasswordHasher()
    assert default.time_cost >= RFC_9106_LOW_MEMORY.time_cost
    assert default.memory_cost >= RFC_9106_LOW_MEMORY.memory_cost


def test_whoever_does_not_exist_is_looked_up_with_the_same_effort(real_decoy: str) -> None:
    from argon2 import PasswordHasher

    assert not PasswordHasher().check_needs_rehash(real_decoy)


def test_the_cookie_is_kept_from_scripts_and_from_plain_http(make_app: MakeApp, database: Database) -> None:
    app = make_app(database, settings={"secure_cookies": True})
    client = app.test_client()
    page = Page(client.get("/sign-in", base_url="https://localhost"))
    answer = client.post(
        "/sign-in",
        base_url="https://localhost",
        headers={"Referer": "https://localhost/sign-in"},
        data={"csrf_token": page.token, "email": EMAIL, "password": cast.PASSWORD},
    )

    cookie = answer.headers["Set-Cookie"]
    assert answer.status_code == 303
    assert cookie.startswith("__Host-matchmaker=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; ")) and "Domain" not in cookie
