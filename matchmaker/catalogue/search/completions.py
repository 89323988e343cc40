"""What the search box offers while somebody types: pages to open and words to search for, all of them theirs to see."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.needs.models import Need
from matchmaker.catalogue.needs.queries import in_scope
from matchmaker.catalogue.search.names import Asked, Part
from matchmaker.names import How, Table
from matchmaker.reference.queries import Code, CodeLists

#: How many are offered, and how many of one sort.
MOST, EACH = 9, 3
#: How many names are looked at: keywords come many times over.
_DEPTH = 60
#: A longer text is no beginning of a name.
MAX_TYPED = 40


class Sort(StrEnum):
    """What a completion leads to."""

    OFFERING = "offering"
    INSTRUMENT = "instrument"
    NEED = "need"
    ORGANISATION = "organisation"
    CATEGORY = "category"
    INDUSTRY = "industry"
    #: Words to search for.
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Completion:
    """One line: what it says, what it leads to, and that thing's id or code."""

    text: str
    sort: Sort
    thing: int | str = ""


def completions(session: Session, asked: Asked, lists: CodeLists, text: str, *, reader: Reader) -> list[Completion]:
    """Return what ``text`` may become, best first; at most one statement, and none unless there are needs among it."""
    typed = text[:MAX_TYPED]
    found = [
        (hit.how, len(name.text), Completion(name.text, Sort.WORDS))
        if name.part is Part.KEYWORD
        else (hit.how, len(name.text), Completion(name.text, Sort(name.group.value), name.thing))
        for name, hit in asked.find(typed, most=_DEPTH)
    ]
    found += [(how, len(one.text), one) for how, one in _coded(lists, typed)]
    found.sort(key=lambda item: item[:2])
    return _without_closed(session, _spread([one for _how, _length, one in found]), reader)


def _spread(found: Sequence[Completion]) -> list[Completion]:
    """Return the first few, none twice, and not only of one sort."""
    chosen: dict[tuple[str, Sort], Completion] = {}
    for one in found:
        of_its_sort = sum(sort is one.sort for _text, sort in chosen)
        if of_its_sort < EACH:
            chosen.setdefault((one.text, one.sort), one)
        if len(chosen) == MOST:
            break
    return list(chosen.values())


def _without_closed(session: Session, found: list[Completion], reader: Reader) -> list[Completion]:
    """Leave out needs outside the reader's scope. The names know who may be told; the database has the last word."""
    needs = [one.thing for one in found if one.sort is Sort.NEED]
    if not needs:
        return found
    open_needs = set(session.scalars(select(Need.id).where(Need.id.in_(needs), in_scope(reader))))
    return [one for one in found if one.sort is not Sort.NEED or one.thing in open_needs]


def _coded(lists: CodeLists, typed: str) -> list[tuple[How, Completion]]:
    codes = tuple(
        [(Sort.CATEGORY, code) for code in lists.leaf_categories()]
        + [(Sort.INDUSTRY, code) for code in lists.industries.values()]
    )
    table = _table(codes)
    hits = table.find(typed, allowed=np.ones(len(table), np.bool_), most=MOST)
    found = ((hit.how, *codes[hit.name // 2]) for hit in hits)
    return [(how, Completion(code.name, sort, code.code)) for how, sort, code in found]


@lru_cache(maxsize=4)
def _table(codes: tuple[tuple[Sort, Code], ...]) -> Table:
    """Return the Chinese and the English name of each code, in turn."""
    return Table([name for _sort, code in codes for name in (code.name, code.name_en or code.name)])
