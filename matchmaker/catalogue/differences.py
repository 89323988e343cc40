"""What changed between two texts, word by word and readable. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import rjieba
from rapidfuzz.distance import Indel

#: An unchanged run of so few characters between two changes is told as part of the change.
ISLAND = 1


class Fate(StrEnum):
    """What became of a piece of text."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words, and whether they stand in the old text, the new one, or both."""

    fate: Fate
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """Words that gave way to others; ``old`` equals ``new`` where nothing changed."""

    old: str
    new: str


def pieces(old: str, new: str) -> list[Piece]:
    """Return the pieces in reading order; those kept and removed make ``old``, those kept and added make ``new``."""
    told: list[Piece] = []
    for change in _joined(_changes(_words(old), _words(new))):
        if change.old == change.new:
            told.append(Piece(Fate.KEPT, change.old))
            continue
        told += [Piece(fate, text) for fate, text in ((Fate.REMOVED, change.old), (Fate.ADDED, change.new)) if text]
    return told


def _words(text: str) -> list[str]:
    """Cut ``text`` without losing a character: joined, the words make the text again."""
    words: list[str] = []
    for line in text.splitlines(keepends=True):
        cut = list(rjieba.cut(line))
        words += cut if "".join(cut) == line else list(line)
    return words


def _changes(old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    for step in Indel.opcodes(old, new):
        yield Change(
            "".join(old[step.src_start : step.src_end]),
            "".join(new[step.dest_start : step.dest_end]),
        )


def _joined(changes: Iterable[Change]) -> list[Change]:
    """Join neighbours of one kind, and changes with the little islands between them, so that they read as phrases."""
    joined: list[Change] = []
    for change in changes:
        joined.append(change)
        while len(joined) > 1 and _belong_together(joined):
            last = joined.pop()
            joined[-1] = Change(joined[-1].old + last.old, joined[-1].new + last.new)
        if len(joined) > 2 and _is_changed(joined[-1]) and _is_changed(joined[-3]) and _is_island(joined[-2]):
            tail = joined[-3:]
            joined[-3:] = [Change("".join(one.old for one in tail), "".join(one.new for one in tail))]
    return joined


def _belong_together(joined: Sequence[Change]) -> bool:
    return _is_changed(joined[-1]) == _is_changed(joined[-2])


def _is_changed(change: Change) -> bool:
    return change.old != change.new


def _is_island(change: Change) -> bool:
    return len(change.old.strip()) <= ISLAND and "\n" not in change.old
