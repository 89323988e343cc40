"""Where terms stand in a text, however the text spells them."""

import re
from collections.abc import Collection

from .text import UNSPACED, fold, positions


def highlight_spans(text: str, terms: Collection[str]) -> list[tuple[int, int, str]]:
    """Return ``(start, end, term)`` for each place of a term in ``text``, from left to right.

    Spans never overlap; at each place the longest term wins. Spelled words match as wholes only: "ms" is
    not found in "systems".
    """
    spelling = {folded: term for term in sorted(terms, reverse=True) if (folded := fold(term).strip())}
    if not spelling:
        return []
    at = positions(text)
    spans: list[tuple[int, int, str]] = []
    for found in _pattern(spelling).finditer(fold(text)):
        start, end = at[found.start()], at[found.end() - 1] + 1
        # One character such as ㎏ may fold into several, each with a match of its own.
        if not spans or start >= spans[-1][1]:
            spans.append((start, end, spelling[found[0]]))
    return spans


def _pattern(terms: Collection[str]) -> re.Pattern[str]:
    longest_first = sorted(terms, key=lambda term: (-len(term), term))
    return re.compile("|".join(map(_whole, longest_first)))


def _whole(term: str) -> str:
    letter = f"[^\\W_{UNSPACED}]"
    before = f"(?<!{letter})" if re.match(letter, term) else ""
    after = f"(?!{letter})" if re.search(f"{letter}$", term) else ""
    return f"{before}{re.escape(term)}{after}"
