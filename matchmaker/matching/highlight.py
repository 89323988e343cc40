"""Where terms stand in a text, however the text spells them."""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache

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
    found = sorted(
        (start, -end, term)
        for term in sorted(terms)
        for variant in _variants(term)
        for start, end in _places(folded, variant)
    )
    if not found:
        return []
    at = positions(text)
    spans: list[tuple[int, int, str]] = []
    for folded_start, negative_end, term in found:
        start, end = at[folded_start], at[-negative_end - 1] + 1
        # One character such as ㎏ may fold into several, each with a match of its own.
        if not spans or start >= spans[-1][1]:
            spans.append((start, end, term))
    return spans


@lru_cache(maxsize=4096)
def _variants(term: str) -> tuple[str, ...]:
    """Return the folded spellings under which ``term`` may stand, none for one of blanks alone."""
    key = singular(fold(term).strip())
    if not key:
        return ()
    if not (key.isascii() and key.isalpha()) or len(key) < 3:
        return (key,)
    return (key, f"{key[:-1]}ies" if key.endswith("y") else f"{key}s")


# A pattern for each page's words would cost ten times the search itself to compile; ``str.find`` needs none.
def _places(folded: str, key: str) -> Iterator[tuple[int, int]]:
    start = folded.find(key)
    while start >= 0:
        end = start + len(key)
        if not (_continues(folded, start - 1, start) or _continues(folded, end - 1, end)):
            yield start, end
        start = folded.find(key, start + 1)


def _continues(folded: str, left: int, right: int) -> bool:
    """Whether the characters at ``left`` and ``right`` belong to one spelled word."""
    if left < 0 or right >= len(folded):
        return False
    return bool(_LETTER.match(folded[left])) and bool(_LETTER.match(folded[right]))
