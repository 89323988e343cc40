"""What every template may call."""

from collections.abc import Callable, Collection, Hashable, Iterable, MutableMapping
from datetime import date
from functools import cache, lru_cache
from typing import Any, NamedTuple

import flask.templating
from flask import Flask, current_app, g, url_for
from markupsafe import Markup, escape

from matchmaker import clock, resources
from matchmaker.matching import Band, Match, highlight_spans
from matchmaker.phrases import LANGUAGES
from matchmaker.web import access, codes, i18n, idempotency, paging
from matchmaker.web.forms import Option, words


class Environment(flask.templating.Environment):
    """Flask's, whose templates share one dictionary of globals.

    Jinja chains two mappings instead, to keep globals apart that one template alone is given; here none is, and each
    import between templates compares the chains name by name.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the globals of a template."""
        return super().make_globals(d) if d else self.globals


def init_app(app: Flask) -> None:
    """Register globals and filters."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(icon=icon, kept=kept, select_options=select_options, words=words)
    app.jinja_env.filters.update(score=score, terms=terms, marked=marked, excerpt=excerpt, percent=percent)
    app.jinja_env.filters.update(similarity=similarity, reason_items=reason_items)
    app.jinja_env.globals.update(
        asset=asset,
        static=static,
        shared=shared,
        may=access.may,
        open_to_reader=access.open_to_reader,
        reader=access.reader,
        codes=codes.codes,
        here_with=paging.here_with,
        new_once_key=idempotency.new_key,
        language=i18n.language,
        languages=LANGUAGES,
        language_tags=i18n.TAGS,
        today=clock.today,
    )


@cache
def asset(name: str) -> str:
    """Return the URL of a built file; a new build is seen by the next start."""
    return static(resources.asset(name))


@cache
def static(name: str) -> str:
    """Return the URL of a file that is not built."""
    return url_for("static", filename=name)


@cache
def icon(name: str) -> Markup:
    """Return a decorative icon of the sprite; on a constant it is worked out when the template is compiled."""
    return Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>').format(
        asset("icons.svg"), name
    )


def kept(thing: Hashable, macro: str) -> Markup:
    """Return what ``macro`` of ``_components/kept.html`` makes of ``thing``, rendered once for equal things.

    Only for what looks the same to every reader of one language on one day.
    """
    # A page asks fifty times: what does not change while it is made is looked up once.
    here = g._get_current_object()
    known: tuple[str, int, date] | None = here.get("kept_for")
    if known is None:
        known = here.kept_for = (i18n.language(), codes.generation(), clock.today())
    return _rendered(macro, thing, *known)


def shared(macro: str) -> Markup:
    """Return a part that looks the same on every page.

    No filter of a constant: Jinja would work that out when it compiles, in one language for all.
    """
    return kept("", macro)


def select_options(choices: tuple[Option, ...], chosen: str) -> Markup:
    """Return the options of a select, ``chosen`` marked."""
    # What is no choice must not be kept: anybody may write it into an address.
    known = chosen and any(value == chosen for value, _text in choices)
    return kept((choices, chosen if known else ""), "select_options")


_REASON = '<li><span lang="zh-CN">%s</span> <span class="reason-share">%d%%</span></li>'


class Judged(NamedTuple):
    """How good a match is and the score it rests on, in hundredths."""

    band: Band
    score: int


def score(match: Match) -> Markup:
    """Return a match's band with its score beneath."""
    return kept(Judged(match.band, round(match.score * 100)), "score")


def similarity(match: Match) -> Markup:
    """Return a match's score in words."""
    return kept(round(match.score * 100), "similarity")


def reason_items(match: Match, most: int = 5) -> Markup:
    """Return the words that count most, with their shares, as the items of a list."""
    items = [_REASON % (escape(reason.term), round(reason.share * 100)) for reason in match.reasons[:most]]
    return Markup("".join(items))  # noqa: S704 - each item is escaped


def terms(match: Match) -> list[str]:
    """Return the words that a match rests on, as its reasons name them."""
    return [reason.term for reason in match.reasons]


@lru_cache(maxsize=8192)
def _rendered(macro: str, thing: Hashable, language: str, generation: int, on: date) -> Markup:
    module: Any = current_app.jinja_env.get_template("_components/kept.html").module
    return Markup(getattr(module, macro)(thing))  # noqa: S704 - a template's own, escaped output


def marked(text: str, terms: Collection[str]) -> Markup:
    """Return ``text`` as HTML with every occurrence of ``terms`` in ``<mark>`` and its line ends kept."""
    return _with_marks(text, [(start, end) for start, end, _term in highlight_spans(text, terms)])


def excerpt(text: str, terms: Collection[str], length: int = 110) -> Markup:
    """Return the part of ``text`` around its first matched term, marked, in one line."""
    flat = " ".join(text.split())
    spans = highlight_spans(flat, terms)
    first = max(0, spans[0][0] - length // 4) if spans else 0
    last = min(first + length, len(flat))
    inside = [(start - first, end - first) for start, end, _term in spans if end <= last]
    part = _with_marks(flat[first:last], inside)
    return Markup(f"{'…' if first else ''}{part}{'…' if last < len(flat) else ''}")  # noqa: S704 - escaped already


def _with_marks(text: str, spans: Iterable[tuple[int, int]]) -> Markup:
    # A text without <, >, &, " and ' stays as it is, and so do its pieces.
    safe: Callable[[str], str] = str if len(escape(text)) == len(text) else escape
    pieces = []
    at = 0
    for start, end in spans:
        pieces += [safe(text[at:start]), "<mark>", safe(text[start:end]), "</mark>"]
        at = end
    pieces.append(safe(text[at:]))
    # Joined as plain strings: a Markup would look into each piece once more.
    return Markup("".join(pieces).replace("\n", "<br>"))  # noqa: S704 - every piece of the text is escaped


def percent(share: float) -> Markup:
    """Return a share as a whole number of hundredths."""
    return Markup(f"{round(share * 100)}%")  # noqa: S704 - a number
