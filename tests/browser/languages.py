"""The site's sentences in the language of a visit, read from the catalogue that the site itself uses."""

import re
from functools import cache

from babel.messages.catalog import Catalog

from tests.support.words import read_catalogue

#: What browsers ask for, by the site's name of the language.
LOCALES = {"zh": "zh-CN", "en": "en-GB"}

_PLACE = re.compile(r"%\((\w+)\)[sd]")


@cache
def _catalogue() -> Catalog:
    return read_catalogue()


def translated(msgid: str, language: str, plural: str = "") -> str:
    """Return the sentence with its places open; like gettext, the English one where there is no translation."""
    if language == "en":
        return plural or msgid
    message = _catalogue().get(msgid)
    string = (message.string if message is not None else "") or ""
    return (string if isinstance(string, str) else string[-1]) or msgid


def t(msgid: str, language: str, **values: object) -> str:
    """Return what the site says for ``msgid`` in ``language``."""
    sentence = translated(msgid, language)
    return sentence % values if values else sentence.replace("%%", "%")


def like(language: str, *msgids: str) -> re.Pattern[str]:
    """Return a pattern that any of ``msgids`` fits in ``language``, whatever fills their places."""
    sentences = {translated(msgid, language) for msgid in msgids}
    return re.compile("|".join(_open(sentence) for sentence in sorted(sentences)))


def counted(one: str, many: str, language: str) -> re.Pattern[str]:
    """Return a pattern for a sentence that counts; its first group is the number."""
    sentences = {translated(one, language), translated(one, language, many)}
    whole = "|".join(_open(sentence) for sentence in sorted(sentences))
    return re.compile(rf"^\s*(?:{whole})\s*$")


def _open(sentence: str) -> str:
    parts = _PLACE.split(sentence)
    return "(.+?)".join(re.escape(part) for part in parts[::2])
