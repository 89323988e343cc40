"""The product's English sentences and their translations, and whether a text is one that was left in English."""

import re
from dataclasses import dataclass
from functools import cache

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from matchmaker.resources import ROOT

CATALOGUE = ROOT / "matchmaker" / "translations" / "zh" / "LC_MESSAGES" / "messages.po"

PLACE = re.compile(r"%\((\w+)\)[sd]")


@dataclass(frozen=True)
class English:
    """What must not be seen on a Chinese page: whole sentences, and sentences with places to fill."""

    sentences: frozenset[str]
    patterns: re.Pattern[str]

    def holds(self, text: str) -> bool:
        """Whether ``text`` is one of the product's English sentences."""
        return text in self.sentences or bool(self.patterns.fullmatch(text))


@cache
def read_catalogue() -> Catalog:
    """Return the Chinese catalogue. Raises ``FileNotFoundError``."""
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="zh", abort_invalid=True)


@cache
def english() -> English:
    """Return the sentences that have a translation which differs from them."""
    catalogue = read_catalogue() if CATALOGUE.exists() else Catalog()
    texts = {text for message in catalogue if message.id for text in _differing(message)}
    filled = sorted(text for text in texts if PLACE.search(text))
    # A sentence of which only places and marks are left would match everything.
    patterns = [_pattern(text) for text in filled if re.search(r"[A-Za-z]{2}", PLACE.sub("", text))]
    return English(frozenset(texts.difference(filled)), re.compile("|".join(patterns) or r"(?!)", re.DOTALL | re.ASCII))


def _differing(message: Message) -> list[str]:
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    said = {message.string} if isinstance(message.string, str) else set(message.string)
    return [" ".join(text.split()) for text in ids if text not in said and re.search(r"[A-Za-z]", text)]


def _pattern(text: str) -> str:
    parts = PLACE.split(text)
    return ".+?".join(re.escape(part) for part in parts[::2])


def said(msgid: str, **values: object) -> str:
    """Return what a Chinese page says for an English sentence. Raises ``KeyError`` when the product has no such one."""
    message = read_catalogue().get(msgid)
    if message is None:
        raise KeyError(msgid)
    text = message.string if isinstance(message.string, str) else message.string[0]
    return (text or msgid) % values if values else text or msgid


def places(text: str) -> list[str]:
    """Return the names of the places in a sentence, sorted."""
    return sorted(PLACE.findall(text))
