"""What every template may call."""

from collections.abc import Collection, Hashable
from functools import cache, lru_cache
from typing import Any, NamedTuple

from flask import Flask, current_app, url_for
from markupsafe import Markup, escape

from matchmaker import clock, resources
from matchmaker.matching import Band, Match, highlight_spans
from matchmaker.phrases import LANGUAGES
from matchmaker.web import access, codes, i18n, paging
from matchmaker.web.forms import words


def init_app(app: Flask) -> None:
    """Register globals and filters."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        icon=icon, kept=kept, score=score, words=words, terms=terms, marked=marked, excerpt=excerpt
    )
    app.jinja_env.globals.update(
        asset=asset,
        may=access.may,
        reader=access.reader,
        codes=codes.codes,
        here_with=paging.here_with,
        language=i18n.language,
        languages=LANGUAGES,
        language_tags=i18n.TAGS,
        today=clock.today,
    )


@cache
def asset(name: str) -> str:
    """Return the URL of a built file; a new build is seen by the next start."""
    return url_for("static", filename=resources.asset(name))


@cache
def icon(name: str) -> Markup:
    """Return a decorative icon of the sprite; on a constant it is worked out when the template is compiled."""
    return Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>').format(
        asset("icons.svg"), name
    )


def kept(thing: Hashable, macro: str) -> Markup:
    """Return what ``macro`` of ``_components/kept.html`` makes of ``thing``, rendered once for equal things.

    Only for what looks the same to every reader of one language.
    """
    return _rendered(macro, thing, i18n.language(), codes.generation())


class Judged(NamedTuple):
    """How good a match is and the score it rests on, in hundredths."""

    band: Band
    score: int


def score(match: Match) -> Markup:
    """Return a match's band with its score beneath."""
    return kept(Judged(match.band, round(match.score * 100)), "score")


def terms(match: Match) -> list[str]:
    """Return the words that a match rests on, as its reasons name them."""
    return [reason.term for reason in match.reasons]


@lru_cache(maxsize=8192)
def _rendered(macro: str, thing: Hashable, language: str, generation: int) -> Markup:
    module: Any = current_app.jinja_env.get_template("_components/kept.html").module
    return Markup(getattr(module, macro)(thing))  # noqa: S704 - a template's own, escaped output


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
