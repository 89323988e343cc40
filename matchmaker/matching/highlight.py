"""Where terms stand in a text, however the text spells them."""

import re
from collections.abc import Collection
from functools import lru_cache
from typing import NamedTuple

from .terms import singular
from .text import UNSPACED, fold, positions

_LETTER = re.compile(f"[^\\W_{UNSPACED}]")


def highlight_spans(text: str, terms: Collection[str]) -> list[tuple[int, int, str]]:
    """Return ``(start, end, term)`` for each place of a term in ``text``, from left to right.

    Spans never overlap; at each place the longest term wins. Spelled words match as wholes, in singular
    and plural: "ms" is not found in "systems".
    """
    if not terms:
        return []
    folded = fold(text)
    found = [
        (start, -end, term) for term in terms for variant in _variants(term) for start, end in _places(folded, variant)
    ]
    if not found:
        return []
    found.sort()
    at = positions(text, folded)
    spans: list[tuple[int, int, str]] = []
    for folded_start, negative_end, term in found:
        start, end = at[folded_start], at[-negative_end - 1] + 1
        # One character such as ㎏ may fold into several, each with a match of its own.
        if not spans or start >= spans[-1][1]:
            spans.append((start, end, term))
    return spans


class _Variant(NamedTuple):
    """A folded spelling of a term, and whether it begins and ends with a letter that a word may go on with."""

    key: str
    may_follow: bool
    may_go_on: bool


@lru_cache(maxsize=4096)
def _variants(term: str) -> tuple[_Variant, ...]:
    """Return the folded spellings under which ``term`` may stand, none for one of blanks alone."""
    key = singular(fold(term).strip())
    if not key:
        return ()
    keys = [key]
    if key.isascii() and key.isalpha() and len(key) >= 3:
        keys.append(f"{key[:-1]}ies" if key.endswith("y") else f"{key}s")
    return tuple(_Variant(one, bool(_LETTER.match(one[0])), bool(_LETTER.match(one[-1]))) for one in keys)


# A pattern for each page's words would cost ten times the search itself to compile; ``str.find`` needs none.
def _places(folded: str, variant: _Variant) -> list[tuple[int, int]]:
    """Return where ``variant`` stands and is not a piece of a longer spelled word."""
    key, may_follow, may_go_on = variant
    places = []
    start = folded.find(key)
    while start >= 0:
        end = start + len(key)
        follows = may_follow and start > 0 and _LETTER.match(folded[start - 1])
        goes_on = may_go_on and end < len(folded) and _LETTER.match(folded[end])
        if not follows and not goes_on:
            places.append((start, end))
        start = folded.find(key, start + 1)
    return places
