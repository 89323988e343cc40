"""Languages: Chinese first, English second; what the reader chose wins over what the browser asks for."""

from datetime import date, datetime
from functools import cache
from typing import Any

from flask import Flask, g, request, session
from markupsafe import Markup, escape

from matchmaker import clock, money
from matchmaker.messages import Message
from matchmaker.phrases import DEFAULT, LANGUAGES, catalogue, in_language

#: The attribute that tells browsers and screen readers what they read.
TAGS = {"zh": "zh-CN", "en": "en"}


def init_app(app: Flask) -> None:
    """Translate templates and messages."""
    app.jinja_env.globals.update(_=_in_template, gettext=_in_template, ngettext=_plural_in_template)
    app.jinja_env.filters.update(
        say=say, day=day, instant=instant, wan=wan, yuan=yuan, number=number, local=local_name, lines=lines
    )


def language() -> str:
    """Return the language of this page: "zh" or "en"."""
    # A page asks a hundred times: one look at what stands behind the proxy instead of two through it.
    here = g._get_current_object()
    found: str | None = here.get("language")
    if found is None:
        chosen = session.get("language")
        found = str(chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES, DEFAULT))
        here.language = found
    return found


def _gettext(text: str) -> str:
    return catalogue(language()).gettext(text)


def _ngettext(one: str, many: str, number_of: int) -> str:
    return catalogue(language()).ngettext(one, many, number_of)


def _in_template(text: str, /, **values: Any) -> Markup:
    """Translate; the sentence is ours and may hold markup, what is put into it is escaped."""
    found = _sentence(text, language())
    return found % values if values else found


@cache
def _sentence(text: str, language: str) -> Markup:
    return Markup(catalogue(language).gettext(text))  # noqa: S704 - the catalogue is part of the program


def _plural_in_template(one: str, many: str, num: int, /, **values: Any) -> Markup:
    return Markup(_ngettext(one, many, num)) % {"num": num, **values}  # noqa: S704 - the catalogue is part of the program


def say(message: Message | str) -> str:
    """Return ``message`` in the reader's language, and what it holds in turn."""
    return in_language(message, language())


def day(value: date | datetime | None) -> str:
    """Return the civil day in ISO form, which both languages read the same way."""
    if value is None:
        return ""
    return (clock.civil_day(value) if isinstance(value, datetime) else value).isoformat()


def instant(value: datetime) -> str:
    """Return the civil day and minute."""
    return value.astimezone(clock.CIVIL_ZONE).strftime("%Y-%m-%d %H:%M")


def number(value: int) -> str:
    """Return a count with thousands separators."""
    return f"{value:,}"


def wan(fen: int) -> str:
    """Return an amount in 万元, or in yuan for English readers."""
    if language() == "zh":
        return f"{money.grouped(fen, fen_per_unit=money.FEN_PER_WAN)} 万元"
    return f"¥{money.grouped(fen, fen_per_unit=money.FEN_PER_YUAN)}"


def yuan(fen: int) -> str:
    """Return an amount in 元."""
    amount = money.grouped(fen, fen_per_unit=money.FEN_PER_YUAN)
    return f"{amount} 元" if language() == "zh" else f"¥{amount}"


def local_name(thing: Any) -> str:
    """Return the name in the reader's language; Chinese where there is no English one."""
    if thing is None:
        return ""
    return str(thing.name if language() == "zh" or not thing.name_en else thing.name_en)


def lines(text: str) -> Markup:
    """Return what a person typed with its line ends kept."""
    return Markup("<br>").join(escape(text).split("\n"))
