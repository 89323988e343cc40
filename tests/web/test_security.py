"""What every answer carries so that browsers keep others out."""

import pytest

from matchmaker import resources
from matchmaker.web import security
from tests.conftest import ClientFor, MakeApp
from tests.support import factories
from tests.support.databases import Database
from tests.support.visitor import Visitor

PATHS = ["/", "/needs/", "/sign-in", "/nowhere", "/needs/new", "/health", "/static/favicon.svg"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_headers(visitor: Visitor, path: str) -> None:
    headers = visitor.open(path).response.headers

    assert headers["Content-Security-Policy"] == security.POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers, "it is for HTTPS"


def test_the_policy_allows_our_own_files_and_nothing_inline() -> None:
    rules = dict(rule.strip().split(" ", 1) for rule in security.POLICY.split(";"))

    assert rules["default-src"] == "'none'" and rules["frame-ancestors"] == "'none'" and rules["base-uri"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["form-action"] == "'self'"
    assert "unsafe" not in security.POLICY and "http" not in security.POLICY


def test_over_https_browsers_are_told_to_stay_there(visitor: Visitor) -> None:
    answer = visitor.open("/", base_url="https://localhost")

    assert "max-age=" in answer.response.headers["Strict-Transport-Security"]


def test_pages_are_kept_in_no_cache_and_built_files_for_ever(visitor: Visitor) -> None:
    built = visitor.get(f"/static/{resources.asset('app.css')}").response.headers

    assert visitor.get("/").response.headers["Cache-Control"] == "no-store"
    assert "immutable" in built["Cache-Control"]


def test_a_fragment_is_never_mistaken_for_its_page(visitor: Visitor) -> None:
    page, fragment = visitor.get("/needs/"), visitor.fragment("/needs/")

    assert "HX-Request" in page.response.headers["Vary"] and "HX-Request" in fragment.response.headers["Vary"]
    assert "<h1" in page.text and "<h1" not in fragment.text
    assert 'id="results"' in page.text and 'id="results"' in fragment.text


def test_htmx_gets_a_whole_page_when_its_history_is_lost(visitor: Visitor) -> None:
    page = visitor.open("/needs/", headers={"HX-History-Restore-Request": "true"}, expect=200)

    assert page.h1


def test_a_foreign_host_name_is_refused_where_hosts_are_named(make_app: MakeApp, database: Database) -> None:
    visitor = Visitor(make_app(database, settings={"trusted_hosts": ("match.example",)}), checks=False)

    assert visitor.open("/", base_url="http://match.example").status == 200
    assert visitor.open("/", base_url="http://evil.example").status == 400


def test_no_page_repeats_the_host_it_was_asked_under(visitor: Visitor) -> None:
    page = visitor.open("/needs/new", base_url="http://evil.example", expect=303)

    assert "evil.example" not in page.response.headers["Location"] + page.text


@pytest.mark.parametrize("path", ["/static/../pyproject.toml", "/static/%2e%2e/pyproject.toml"])
def test_static_files_end_at_their_folder(visitor: Visitor, path: str) -> None:
    visitor.get(path, expect=404)


TEXTS = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "'; DROP TABLE need; --"]


@pytest.mark.parametrize("text", TEXTS)
def test_what_people_type_is_shown_as_they_typed_it(client_for: ClientFor, database: Database, text: str) -> None:
    with database.writing() as session:
        need_id = factories.need(
            session, "enterprise", title=f"染色 {text}", problem=text, target=text, keywords=["染色", text[:30]]
        ).id
        offering_id = factories.offering(session, "complex", title=f"染色 {text}", description=f"染色 {text}").id
    enterprise = client_for("enterprise")

    for path in (
        f"/needs/{need_id}",
        f"/offerings/{offering_id}",
        "/needs/",
        "/offerings/",
        f"/needs/{need_id}/matches",
    ):
        page = enterprise.get(path)
        assert " ".join(text.split()) in page.words, path
        assert not page.all("img", src="x")
    assert enterprise.get(f"/needs/{need_id}/edit").typed(f"/needs/{need_id}")["problem"] == text
    assert enterprise.get("/search/", query_string={"q": text}).all("input", id="site-search")[0].get("value") == text


def test_a_host_that_names_its_source_offers_it_on_every_page(make_app: MakeApp, database: Database) -> None:
    named = make_app(database, settings={"source_url": "https://code.example.test/ours"})

    for path in ("/", "/sign-in"):
        (link,) = Visitor(named, checks=False).get(path).all("a", rel="external")
        assert link.get("href") == "https://code.example.test/ours"
    assert not Visitor(make_app(database)).get("/").all("a", rel="external")
