"""Which texts say the same twice: likeness of texts, titles, models and owners, and the pairs worth a second look.

Nothing is decided here. A pair is offered to people with what speaks for it, and they decide.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from rapidfuzz import fuzz

from .documents import Document
from .index import Index
from .text import fold

#: From this likeness on a pair is offered. Chosen on planted copies, see docs/matching.md.
LIKE = 0.5
#: How many of the nearest texts of each are compared closely.
NEAREST = 8

_MODEL = re.compile(r"[a-z]*-?\d[\w./-]*|[a-z]+-?\d[\w./-]*", re.ASCII)
_BLANKS = re.compile(r"[\W_]+")


class Sign(StrEnum):
    """What speaks for two texts being one, or against it."""

    TEXT = "text"
    TITLE = "title"
    OWNER = "owner"
    MODEL = "model"
    OTHER_MODEL = "other_model"
    OTHER_NUMBERS = "other_numbers"


class Item(NamedTuple):
    """A document, the name of whose it is, and the model of what it speaks of."""

    document: Document
    owner: str = ""
    model: str = ""


class Twins(NamedTuple):
    """Two documents that may be one; ``first`` is the lower id. ``text`` and ``title`` lie between 0 and 1."""

    first: str
    second: str
    likeness: float
    text: float
    title: float
    signs: tuple[Sign, ...]


def find(items: Mapping[str, Item], index: Index, *, among: Collection[str] | None = None) -> list[Twins]:
    """Return the pairs of ``items`` that may be one, the likeliest first; with ``among``, those that hold one of these.

    ``index`` holds the documents of ``items`` under their ids, and may hold more. The order of items leaves no trace.
    """
    if not len(index):
        return []
    nearest = index.ranked_by(None)
    where = nearest.among(items)
    found: dict[tuple[str, str], Twins] = {}
    for name in sorted(items if among is None else items.keys() & set(among)):
        for match in nearest.search(items[name].document, NEAREST, where=where, exclude=(name,)):
            pair = (min(name, match.id), max(name, match.id))
            # From either side the same cosine but for rounding; the larger counts, whichever is asked first.
            twins = compare(items, *pair, text=match.score)
            if twins.likeness >= LIKE and (pair not in found or twins.likeness > found[pair].likeness):
                found[pair] = twins
    return sorted(found.values(), key=lambda twins: (-twins.likeness, twins.first, twins.second))


def compare(items: Mapping[str, Item], first: str, second: str, *, text: float) -> Twins:
    """Judge one pair whose texts have the cosine ``text``."""
    one, other = items[first], items[second]
    title = fuzz.ratio(_bare(one.document.title), _bare(other.document.title)) / 100
    signs = tuple(_signs(one, other, text=text, title=title))
    likeness = 0.7 * text + 0.3 * title + sum(_WEIGHTS.get(sign, 0.0) for sign in signs)
    return Twins(first, second, round(min(max(likeness, 0.0), 1.0), 4), text, title, signs)


_WEIGHTS = {Sign.OWNER: 0.06, Sign.MODEL: 0.08, Sign.OTHER_MODEL: -0.6, Sign.OTHER_NUMBERS: -0.2}


def _signs(one: Item, other: Item, *, text: float, title: float) -> Iterator[Sign]:
    if text >= 0.5:
        yield Sign.TEXT
    if title >= 0.7:
        yield Sign.TITLE
    if one.owner and fuzz.ratio(_bare(one.owner), _bare(other.owner)) >= 90:
        yield Sign.OWNER
    mine, theirs = _numbers(one.model), _numbers(other.model)
    if mine and theirs:
        yield Sign.MODEL if mine == theirs else Sign.OTHER_MODEL
        return
    mine, theirs = _numbers(one.document.title), _numbers(other.document.title)
    if mine and theirs and not mine & theirs:
        yield Sign.OTHER_NUMBERS


def _numbers(text: str) -> frozenset[str]:
    return frozenset(_MODEL.findall(fold(text)))


def _bare(text: str) -> str:
    return _BLANKS.sub("", fold(text))
