"""What somebody may have meant: the same sounds in other characters, or nearly the same letters, as names have them."""

from collections.abc import Callable, Iterator, Sequence

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from .spelling import said
from .table import Mask, Table

#: Whether a piece of the query is found somewhere beside the names, so that there is nothing to correct in it.
Known = Callable[[str], bool]

#: More than this of a query is a text, which has no one spelling.
_LONGEST = 24
#: How many names get a close look, and the share of the query's characters that they must hold.
_CANDIDATES, _SHARED = 200, 0.5
#: How alike a word of letters and a part of a name must be, out of 1 and out of 100.
_WORD_ALIKE, _NAME_ALIKE = 0.7, 74
#: In so many characters one slip is believed, in twice as many two.
_SLIP_EVERY = 6
_HAN_FROM = "\u3400"


def correction(table: Table, query: str, *, allowed: Mask, proper: Mask, known: Known) -> str:
    """Return the query as the allowed names spell what is not ``known`` of it, "" when nothing better is known.

    ``proper`` marks the allowed names that are somebody's own, in which a slip is believed though it sounds different.
    Nothing but parts of allowed names and the query's own words is ever returned.
    """
    parts = said(query)[:_LONGEST].split()
    whole = "".join(parts)
    if len(parts) > 1 and whole.isascii() and not whole.isalpha():
        # The gaps of a model number are anybody's guess.
        meant = _part(table, whole, allowed, proper, known)
        return "" if meant == whole else meant
    corrected = [_part(table, part, allowed, proper, known) for part in parts]
    return " ".join(corrected) if corrected != parts else ""


def _part(table: Table, part: str, allowed: Mask, proper: Mask, known: Known) -> str:
    if len(part) < 2 or len(table.holding(part, allowed=allowed)) or known(part):
        return part
    if part.isdigit():
        # Any number is as near as any other.
        return part
    if part.isascii():
        return _letters(table, part, allowed)
    strange = _strange_pairs(table, part, allowed, known)
    if not strange:
        return part
    return _homophone(table, part, allowed, strange) or _near_name(table, part, proper) or part


def _strange_pairs(table: Table, part: str, allowed: Mask, known: Known) -> list[int]:
    """Return where two characters of ``part`` stand side by side as they do nowhere else."""
    pairs = [(start, part[start : start + 2]) for start in range(len(part) - 1)]
    return [start for start, pair in pairs if not len(table.holding(pair, allowed=allowed)) and not known(pair)]


def _letters(table: Table, part: str, allowed: Mask) -> str:
    """Return what letters were meant to spell: Chinese typed without an input method, or a word with a slip in it."""
    if part.isalpha() and len(part) > 3:
        for text, _names in table.alike(part, allowed=allowed):
            if text[0] >= _HAN_FROM:
                return text
    best, most = part, _WORD_ALIKE
    for name in table.sharing(part, allowed=allowed, most=_CANDIDATES, least=_SHARED).tolist():
        for words in _runs([word for word in table.words(name) if word.isascii()]):
            alike = OSA.normalized_similarity(part, "".join(words), score_cutoff=most)
            if alike > most:
                best, most = " ".join(words), alike
    return best


def _runs(words: list[str]) -> Iterator[list[str]]:
    """Yield every run of up to three words."""
    for start in range(len(words)):
        for end in range(start + 1, min(start + 3, len(words)) + 1):
            yield words[start:end]


def _homophone(table: Table, part: str, allowed: Mask, strange: Sequence[int]) -> str:
    """Return ``part`` with its longest strange stretch that sounds like a part of a name written as it is there."""
    for length in range(len(part), 1, -1):
        for start in range(len(part) - length + 1):
            if any(start <= place < start + length - 1 for place in strange):
                for text, _names in table.alike(part[start : start + length], allowed=allowed)[:1]:
                    return part[:start] + text + part[start + length :]
    return ""


def _near_name(table: Table, part: str, proper: Mask) -> str:
    """Return the part of a name that differs least from ``part``."""
    best, most = "", float(_NAME_ALIKE)
    if len(part) < 3:
        return best
    for name in table.sharing(part, allowed=proper, most=_CANDIDATES, least=_SHARED).tolist():
        form = table.normal_form(name)
        near = fuzz.partial_ratio_alignment(part, form, score_cutoff=most)
        if near is not None and near.score > most and len(form) >= len(part):
            piece = form[near.dest_start : near.dest_end]
            if OSA.distance(part, piece) <= max(1, len(part) // _SLIP_EVERY):
                best, most = piece, near.score
    return best
