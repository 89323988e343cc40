"""Sentences in a given language: what pages, letters and commands share of translating."""

from functools import cache
from pathlib import Path

from babel.support import NullTranslations, Translations

from matchmaker.messages import Message

LANGUAGES = {"zh": "中文", "en": "English"}
DEFAULT = "zh"

#: Compiled catalogues, made by ``matchmaker translations compile``; English is what the program is written in.
CATALOGUES = Path(__file__).parent / "translations"


# Babel itself rather than Flask-Babel, which looks the request, the locale and the catalogue up for every sentence.
@cache
def catalogue(language: str) -> NullTranslations:
    """Return the sentences of a language."""
    return Translations.load(CATALOGUES, [language])


def in_language(message: Message | str, language: str) -> str:
    """Return ``message`` in ``language``, and what it holds in turn."""
    if isinstance(message, str):
        return message
    text = catalogue(language).gettext(message.text)
    if not message.values:
        return text
    return text % {
        name: in_language(value, language) if isinstance(value, Message) else value
        for name, value in message.values.items()
    }
