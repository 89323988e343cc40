"""What every template may call."""

from collections.abc import Collection
from functools import cache

from flask import Flask, url_for
from markupsafe import Markup, escape

from matchmaker import clock, resources
from matchmaker.matching import highlight_spans
from matchmaker.web import access, codes, i18n, paging


def init_app(app: Flask) -> None:
    """Register globals and filters."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(marked=marked, excerpt=excerpt)
    app.jinja_env.globals.update(
        asset=asset,
        icon=icon,
        may=access.may,
        reader=access.reader,
        codes=codes.codes,
        here_with=paging.here_with,
        language=i18n.language,
        languages=i18n.LANGUAGES,
        language_tags=i18n.TAGS,
        today=clock.today,
    )


@cache
def asset(name: str) -> str:
    """Return the URL of a built file; a new build is seen by the next start."""
    return url_for("static", filename=resources.asset(name))


@cache
def icon(name: str) -> Markup:
    """Return a decorative icon of the sprite."""
    return Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>').format(
        asset("icons.svg"), name
    )


def marked(text: str, terms: Collection[str]) -> Markup:
    """Return ``text`` as HTML with every occurrence of ``terms`` in ``<mark>`` and its line ends kept."""
    pieces: list[Markup] = []
    at = 0
    for start, end, _term in highlight_spans(text, terms):
        pieces += [escape(text[at:start]), Markup("<mark>"), escape(text[start:end]), Markup("</mark>")]
        at = end
    pieces.append(escape(text[at:]))
    return Markup("").join(pieces).replace("\n", Markup("<br>"))


def excerpt(text: str, terms: Collection[str], length: int = 110) -> Markup:
    """Return the part of ``text`` around its first matched term, marked, in one line."""
    flat = " ".join(text.split())
    spans = highlight_spans(flat, terms)
    start = max(0, spans[0][0] - length // 4) if spans else 0
    part = flat[start : start + length]
    before = "…" if start else ""
    after = "…" if start + length < len(flat) else ""
    return Markup("{}{}{}").format(before, marked(part, terms), after)
