"""The same view answers a browser with a page and htmx with the fragment that the page includes."""

from typing import Any

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup


def wants_fragment() -> bool:
    """Whether htmx asks, and not for a whole page after its history was lost."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and headers.get("HX-History-Restore-Request") != "true"


def page_or_fragment(page_template: str, fragment: str, /, **values: Any) -> ResponseReturnValue:
    """Render ``fragment`` for htmx and ``page_template``, which includes it, for everybody else."""
    return _answer(render_template(fragment if wants_fragment() else page_template, **values))


def page_or_part(page_template: str, results: Markup, /, **values: Any) -> ResponseReturnValue:
    """Answer htmx with ``results``, and everybody else with the page that shows them."""
    return _answer(results if wants_fragment() else render_template(page_template, results=results, **values))


def _answer(body: str) -> ResponseReturnValue:
    response = make_response(body)
    # The two must never be mistaken for each other, neither by a cache nor by the Back button.
    response.vary.add("HX-Request")
    return response
