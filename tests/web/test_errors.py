"""Refusals and failures are pages, in the reader's language, that say what to do."""

import logging
from typing import NoReturn

import pytest

from matchmaker import errors as refusals
from matchmaker.catalogue.needs import operations
from matchmaker.home import views as home
from matchmaker.messages import Message
from matchmaker.web import app as application
from matchmaker.web import errors
from tests.conftest import ClientFor, MakeApp
from tests.support import factories, words
from tests.support.databases import Database
from tests.support.pages import Page
from tests.support.visitor import Visitor

LANGUAGES = ("zh", "en")


def said(message: Message, language: str) -> str:
    return words.said(message.text) if language == "zh" else message.text


def check(page: Page, status: int, language: str) -> None:
    assert page.h1 == said(errors.TITLES[status], language)
    assert said(errors.ADVICE[status], language) in page.main
    assert str(status) in page.main
    assert "Traceback" not in page.text and "Werkzeug" not in page.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_there_is_a_404_page(visitor: Visitor, language: str) -> None:
    visitor.language = language

    for path in ("/nowhere", "/needs/999", "/organisations/999", "/needs/abc", "/needs/-1", "/offerings/1.5"):
        check(visitor.get(path, expect=404), 404, language)


@pytest.mark.parametrize("number", [2**31 - 1, 2**31, 2**63, 10**30])
@pytest.mark.parametrize("path", ["/needs/{}", "/offerings/{}", "/organisations/{}", "/needs/1/matches/{}"])
def test_a_number_that_no_row_can_have_is_a_404_too(
    make_app: MakeApp, either_database: Database, path: str, number: int
) -> None:
    with either_database.writing() as session:
        factories.need(session, "enterprise")
    visitor = Visitor(make_app(either_database), checks=False)
    visitor.sign_in("enterprise@example.test")

    visitor.get(path.format(number), expect=404)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_wrong_method_is_a_405_page(visitor: Visitor, language: str) -> None:
    visitor.language = language

    check(visitor.open("/sign-out", expect=405), 405, language)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE"])
@pytest.mark.parametrize("path", ["/", "/needs/", "/needs/1", "/people", "/search/"])
def test_no_address_takes_methods_that_pages_do_not_use(visitor: Visitor, method: str, path: str) -> None:
    visitor.open(path, method=method, expect=405)


@pytest.mark.parametrize("language", LANGUAGES)
def test_too_much_at_once_is_a_413_page(client_for: ClientFor, language: str) -> None:
    enterprise = client_for("enterprise", language=language)

    page = enterprise.post("/needs/", {"problem": "长" * (application.MAX_REQUEST_BYTES // 3)}, expect=413)
    check(page, 413, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bug_is_a_500_page_and_a_line_in_the_log(
    visitor: Visitor, language: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_arguments: object) -> NoReturn:
        raise LookupError("a secret detail")

    monkeypatch.setattr(home.queries, "totals", broken)
    visitor.language = language
    with caplog.at_level(logging.ERROR, "matchmaker"):
        page = visitor.get("/", expect=500)

    check(page, 500, language)
    assert "a secret detail" not in page.text and "a secret detail" in caplog.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_busy_database_is_a_503_page(
    client_for: ClientFor, database: Database, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_arguments: object) -> NoReturn:
        raise refusals.Busy(errors.ADVICE[503])

    with database.writing() as session:
        need_id = factories.need(session, "enterprise", "draft").id
    enterprise = client_for("enterprise", language=language)
    monkeypatch.setattr(operations, "submit", busy)

    page = enterprise.post(f"/needs/{need_id}/submit", expect=503)
    check(page, 503, language)
    assert page.response.headers["Retry-After"] == "1"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("token", [None, "", "forged"])
def test_a_form_without_its_token_is_refused_and_changes_nothing(
    client_for: ClientFor, database: Database, language: str, token: str | None
) -> None:
    with database.writing() as session:
        need_id = factories.need(session, "enterprise", "draft").id
    enterprise = client_for("enterprise", language=language)
    before = database.dump()

    data = {} if token is None else {"csrf_token": token}
    page = enterprise.open(f"/needs/{need_id}/submit", method="POST", data=data, expect=400)

    assert page.h1 == said(errors.TITLES[400], language)
    assert database.dump() == before


def test_a_token_of_somebody_elses_session_is_refused(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        need_id = factories.need(session, "enterprise", "draft").id
    stranger, enterprise = client_for("other-enterprise"), client_for("enterprise")

    enterprise.open(f"/needs/{need_id}/submit", method="POST", data={"csrf_token": stranger.token()}, expect=400)


@pytest.mark.parametrize("status", [code for code in errors.TITLES if code >= 400])
def test_every_known_status_has_its_page(visitor: Visitor, status: int) -> None:
    with visitor.app.test_request_context("/", headers={"Accept-Language": "zh"}):
        body, code = errors.page(status)  # type: ignore[misc]  # a page and its status

    assert code == status
    assert said(errors.TITLES[status], "zh") in str(body)


def test_an_unknown_status_is_told_as_its_kind(visitor: Visitor) -> None:
    with visitor.app.test_request_context("/", headers={"Accept-Language": "en"}):
        assert errors.TITLES[400].text in str(errors.page(418))
        assert errors.TITLES[500].text in str(errors.page(508))
