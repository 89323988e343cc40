"""Folding: one spelling for full and half width, traditional and simplified, capital and small letters."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Any

# Ideographs and kana are written without spaces; everything else that is a letter or digit forms words.
UNSPACED = "\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_INVISIBLE = frozenset({0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0xFE0E, 0xFE0F})


@cache
def _to_simplified() -> Any:
    import opencc  # noqa: PLC0415  (loads dictionaries; only the first unseen character pays for it)

    return opencc.OpenCC("t2s")


class _Folding(dict[int, str]):
    """A table for ``str.translate`` that learns each character when it is first met."""

    def __init__(self) -> None:
        super().__init__()
        self.uneven: set[str] = set()

    def __missing__(self, code: int) -> str:
        folded = _fold_character(code)
        if len(folded) != 1:
            self.uneven.add(chr(code))
        self[code] = folded
        return folded


def _fold_character(code: int) -> str:
    if code < 0x80:
        return chr(code).lower() if code >= 0x20 else " "
    if code in _INVISIBLE:
        return ""
    character = chr(code)
    # Lone surrogates cannot be encoded, so they must not reach the cutter.
    if unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn"}:
        return " "
    folded = unicodedata.normalize("NFKC", character).lower()
    return str(_to_simplified().convert(folded)) if re.search(f"[{UNSPACED}]", folded) else folded


_FOLDING = _Folding()


def fold(text: str) -> str:
    """Return ``text`` in its one spelling.

    Each character is folded by itself, so that positions can be carried back (``positions``).
    """
    return text.translate(_FOLDING)


def positions(text: str, folded: str | None = None) -> Sequence[int]:
    """Return, for each character of ``fold(text)``, where in ``text`` it came from, and ``len(text)`` at last.

    Whoever has folded the text already gives ``folded``.
    """
    length = len(fold(text) if folded is None else folded)
    # By now the table has met every character of the text.
    uneven = _FOLDING.uneven
    if not any(map(text.__contains__, uneven)) if len(uneven) < len(text) else uneven.isdisjoint(text):
        return range(length + 1)
    pieces = [_FOLDING[ord(character)] for character in text]
    return [*(at for at, piece in enumerate(pieces) for _ in piece), len(text)]
