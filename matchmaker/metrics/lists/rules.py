"""Rows of lists: what a reader is shown of them, how two periods differ, their hash; the moves of lives. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.rules import MAX_TITLE, check_text, clean
from matchmaker.errors import Conflict, Invalid
from matchmaker.messages import Message, _l
from matchmaker.metrics.lists.models import FreezeState, ListKind, TechnologyState
from matchmaker.metrics.periods import Period

#: What people write: evidence, reasons, what a technology is about.
MAX_WORDS = 2_000

#: The moves of a key technology. What was confirmed is not rewritten: it is taken off and chosen anew.
TECHNOLOGY_MOVES = {
    TechnologyState.DRAFT: frozenset({TechnologyState.CONFIRMED, TechnologyState.WITHDRAWN}),
    TechnologyState.CONFIRMED: frozenset({TechnologyState.WITHDRAWN}),
    TechnologyState.WITHDRAWN: frozenset[TechnologyState](),
}
#: The moves of a frozen list. What two people froze stays.
FREEZE_MOVES = {
    FreezeState.PROPOSED: frozenset({FreezeState.CONFIRMED, FreezeState.REFUSED}),
    FreezeState.CONFIRMED: frozenset[FreezeState](),
    FreezeState.REFUSED: frozenset[FreezeState](),
}

#: Cells of a need that only those see who may read it in full.
_IN_FULL = frozenset({"enterprise", "is_demo", "budget_fen", "needed_by", "introduction", "solver"})
#: Cells that only the bureaus see that look after the need's district.
_OF_BUREAU = frozenset({"evidence", "has_file", "tag_id"})


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list. ``cells`` are plain JSON: codes, texts, numbers, days in ISO form."""

    key: str
    need_id: int | None
    cells: Mapping[str, Any]


def shown(row: Row, list_: ListKind, reader: Reader, levels: Mapping[int, bool]) -> Row | None:
    """Return what ``reader`` may see of a row, ``None`` when nothing.

    ``levels`` holds the needs of which the reader may know, and whether they read them in full.
    """
    if list_ is ListKind.SERVED:
        return row
    if list_ is ListKind.TECHNOLOGIES:
        needs = [_member(need, levels[need["id"]]) for need in row.cells["needs"] if need["id"] in levels]
        hidden = len(row.cells["needs"]) - len(needs)
        return Row(row.key, None, {**row.cells, "needs": needs, "hidden": hidden})
    if row.need_id is None or row.need_id not in levels:
        return None
    cells = row.cells
    if not levels[row.need_id]:
        cells = {name: value for name, value in cells.items() if name not in _IN_FULL}
    if not reader.is_bureau_of(str(cells["district"])):
        cells = {name: value for name, value in cells.items() if name not in _OF_BUREAU}
    return Row(row.key, row.need_id, cells)


def _member(need: Mapping[str, Any], in_full: bool) -> dict[str, Any]:
    return {name: value for name, value in need.items() if in_full or name not in _IN_FULL}


def needs_of(rows: Iterable[Row]) -> set[int]:
    """Return the ids of all needs that rows speak of."""
    found = set()
    for row in rows:
        found |= {row.need_id} if row.need_id is not None else set()
        found |= {need["id"] for need in row.cells.get("needs", ())}
    return found


class Change(StrEnum):
    """How a row differs from the period before."""

    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"


CHANGE_LABELS = {Change.NEW: _l("Newly listed"), Change.CHANGED: _l("Row changed"), Change.GONE: _l("Gone")}


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is new, gone, or changed in ``columns``; ``was`` is the row of the period before."""

    change: Change
    row: Row
    was: Row | None = None
    columns: tuple[str, ...] = field(default=())


def compare(before: Iterable[Row], now: Iterable[Row], columns: Sequence[str]) -> list[Difference]:
    """Return what differs in ``columns``: new rows, then changed ones, in their order, then those gone."""
    left = {row.key: row for row in before}
    new, changed = [], []
    for row in now:
        was = left.pop(row.key, None)
        if was is None:
            new.append(Difference(Change.NEW, row))
            continue
        names = tuple(name for name in columns if row.cells.get(name) != was.cells.get(name))
        if names:
            changed.append(Difference(Change.CHANGED, row, was, names))
    return [*new, *changed, *(Difference(Change.GONE, row) for row in left.values())]


class Seal:
    """The SHA-256 over all lists, which are added in the order of their names: whatever changes changes it."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def add(self, list_: ListKind, position: int, row: Row) -> None:
        """Add a row at its place."""
        line = [list_.value, position, row.key, row.need_id, row.cells]
        said = json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        self._digest.update(said.encode() + b"\n")

    def hexdigest(self) -> str:
        """Return it in hexadecimal."""
        return self._digest.hexdigest()


def seal(rows: Mapping[ListKind, Iterable[Row]]) -> str:
    """Return the seal over rows that are given list by list."""
    made = Seal()
    for list_ in sorted(rows):
        for position, row in enumerate(rows[list_], start=1):
            made.add(list_, position, row)
    return made.hexdigest()


def check_freezable(period: Period, *, on: date) -> None:
    """Raise ``Conflict`` unless the period is over."""
    if period.last_day >= on:
        raise Conflict(_l("This period is not over yet; a list is frozen when nothing can be added to its days."))


def check_words(words: str, *, field: str, missing: Message) -> str:
    """Return words that must be there. Raises ``Invalid`` on ``field``."""
    said = clean(words)
    if not said:
        raise Invalid(field=field, message=missing)
    check_text(field, said, most=MAX_WORDS)
    return said


@dataclass(frozen=True, slots=True)
class TechnologyText:
    """What people say of a key technology."""

    title: str
    summary: str
    target: str = ""

    def checked(self) -> "TechnologyText":
        """Return the text as it is kept. Raises ``Invalid`` on the field that is missing or too long."""
        title = clean(self.title)
        if not title:
            raise Invalid(field="title", message=_l("Name the technology in a few words."))
        check_text("title", title, most=MAX_TITLE)
        summary = check_words(self.summary, field="summary", missing=_l("Say in a few sentences what is to be solved."))
        target = clean(self.target)
        check_text("target", target, most=MAX_WORDS)
        return TechnologyText(title, summary, target)
