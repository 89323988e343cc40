"""A browser without a screen: it keeps cookies, sends forms with their token, and checks every page it is given."""

from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from tests.support import cast
from tests.support.pages import Page, faults_of, token_on

ACCEPTS = {"zh": "zh-CN,zh;q=0.9", "en": "en-GB,en;q=0.9"}


class Visitor:
    """Somebody who looks at the site. ``checks`` is off only where the same pages come by the thousand."""

    def __init__(self, app: Flask, *, language: str = "zh", checks: bool = True) -> None:
        self.app = app
        self.language = language
        self.checks = checks
        self.client: FlaskClient = app.test_client()

    def get(self, path: str, *, expect: int = 200, **options: Any) -> Page:
        """Ask for a page."""
        return self.open(path, expect=expect, **options)

    def fragment(self, path: str, *, expect: int = 200) -> Page:
        """Ask as htmx does."""
        return self.open(path, expect=expect, headers={"HX-Request": "true"})

    def post(self, path: str, data: Mapping[str, Any] | None = None, *, expect: int = 303, **options: Any) -> Page:
        """Send a form to ``path``, with the token that the site's pages carry."""
        return self.open(
            path, method="POST", data={"csrf_token": self.token(), **(data or {})}, expect=expect, **options
        )

    def submit(self, page: Page, action: str, *, expect: int = 303, **changes: Any) -> Page:
        """Send a form of ``page`` as it stands, with some values changed; ``None`` leaves one out."""
        values = {name: value for name, value in (page.typed(action) | changes).items() if value is not None}
        return self.open(action, method="POST", data=values, expect=expect)

    def token(self) -> str:
        """Return the anti-forgery token of this browser's session, read from a page."""
        return token_on(self.client.get("/search/", headers=self._headers({})).get_data(as_text=True))

    def open(self, path: str, *, expect: int | None = None, **options: Any) -> Page:
        """Make a request and check the answer; ``expect`` is the status it must have, ``None`` for any below 500."""
        options["headers"] = self._headers(options.get("headers") or {})
        page = Page(self.client.open(path, **options))
        if expect is None:
            assert page.status < 500, page
        else:
            assert page.status == expect, f"{page}: expected {expect}; {page.location}{_alerts(page)}"
        if self.checks and options.get("method") != "HEAD":
            faults = faults_of(page, fragment="HX-Request" in options["headers"] and page.status < 400)
            assert not faults, f"{page}: {faults}"
        return page

    def sign_in(self, email: str, password: str = cast.PASSWORD, *, expect: int = 303, **values: Any) -> Page:
        """Fill in the sign-in form."""
        form = self.get("/sign-in")
        return self.submit(form, "/sign-in", email=email, password=password, expect=expect, **values)

    def _headers(self, given: Mapping[str, str]) -> dict[str, str]:
        return {"Accept-Language": ACCEPTS[self.language], **given}


def _alerts(page: Page) -> str:
    if not page.is_html:
        return ""
    return " ".join("".join(element.itertext()) for element in page.all("div", role="alert"))
