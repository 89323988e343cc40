"""The code lists at hand in every request, read at most once a minute in each process."""

import time
from dataclasses import dataclass

from flask import current_app

from matchmaker.reference.queries import CodeLists, code_lists
from matchmaker.web.database import session

#: The lists change only when seeds are loaded; a running site shows that within this many seconds.
FRESH_FOR_S = 60


@dataclass(slots=True)
class _Kept:
    lists: CodeLists
    read_at: float
    generation: int


def codes() -> CodeLists:
    """Return districts, industries and service categories."""
    return _kept().lists


def generation() -> int:
    """Return a number that changes when the lists do, for whatever was made of them."""
    return _kept().generation


def _kept() -> _Kept:
    kept: _Kept | None = current_app.extensions.get("matchmaker_codes")
    if kept is None or time.monotonic() - kept.read_at > FRESH_FOR_S:
        lists = code_lists(session())
        number = 0 if kept is None else kept.generation + (lists != kept.lists)
        kept = _Kept(lists, time.monotonic(), number)
        current_app.extensions["matchmaker_codes"] = kept
    return kept
