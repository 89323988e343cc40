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


def codes() -> CodeLists:
    """Return districts, industries and service categories."""
    kept: _Kept | None = current_app.extensions.get("matchmaker_codes")
    if kept is None or time.monotonic() - kept.read_at > FRESH_FOR_S:
        kept = _Kept(code_lists(session()), time.monotonic())
        current_app.extensions["matchmaker_codes"] = kept
    return kept.lists
