"""What the test client refuses: a check that cannot fail is worse than none."""

import pytest
from werkzeug.test import TestResponse, run_wsgi_app
from werkzeug.wrappers import Request, Response

from tests.support import words
from tests.support.pages import Page, faults_of

GOOD = """<!doctype html><html lang="zh-CN"><head><title>需求 · 撮合</title></head><body>
<main><h1>需求</h1>%s</main></body></html>"""


def page(markup: str, **headers: str) -> Page:
    given = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": "default-src 'none'", **headers}
    environ = Request.from_values("/").environ
    answer = run_wsgi_app(Response(markup.encode(), headers=given), environ)
    return Page(TestResponse(*answer, request=Request(environ)))


def faults(body: str) -> list[str]:
    return faults_of(page(GOOD % body))


def test_a_good_page_has_no_fault() -> None:
    assert faults('<form method="get"><label for="q">词</label><input id="q" name="q"></form><p>没有</p>') == []


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<p><b></p>", "end tag"),
        ("<h1>Another</h1>", "2 first headings"),
        ('<p id="a"></p><p id="a"></p>', "stands twice"),
        ('<input name="q">', "has no label"),
        ('<label for="q"></label><input id="q" name="q">', "has no label"),
        ('<textarea name="q"></textarea>', "has no label"),
        ('<p aria-describedby="none">x</p>', "leads nowhere"),
        ("<button><svg></svg></button>", "says nothing"),
        ('<a href="/"></a>', "says nothing"),
        ('<form method="post" action="/x"></form>', "carries no token"),
        ('<p style="color: red">x</p>', "inline style"),
        ('<p onclick="x()">x</p>', "inline onclick"),
        ("<script>x()</script>", "inline <script>"),
        ('<a href="javascript:x()">x</a>', "leads away"),
        ('<img src="https://elsewhere.example/x.png" alt="图">', "leads away"),
        ("<p>Skip to content</p>", "untranslated"),
        ('<p title="Skip to content">好</p>', "untranslated"),
        ("<p>Page 3 of 17</p>", "untranslated"),
    ],
)
def test_a_fault_is_found(body: str, fault: str) -> None:
    assert any(fault in one for one in faults(body)), faults(body)


def test_a_page_without_language_or_title_is_refused() -> None:
    assert any("lang" in fault for fault in faults_of(page("<!doctype html><html><head></head><body><h1>x</h1>")))
    assert "no title" in faults_of(page("<!doctype html><html lang='en'><head></head><body><h1>x</h1>"))


def test_a_page_without_a_policy_for_its_content_is_refused() -> None:
    bare = page(GOOD % "")
    del bare.response.headers["Content-Security-Policy"]

    assert faults_of(bare) == ["no Content-Security-Policy"]


def test_english_words_on_an_english_page_are_no_fault() -> None:
    assert faults_of(page((GOOD % "<p>Skip to content</p>").replace("zh-CN", "en"))) == []


def test_the_catalogue_is_what_english_is_told_by() -> None:
    assert words.english().holds("Skip to content")
    assert not words.english().holds("SEM-3000")
