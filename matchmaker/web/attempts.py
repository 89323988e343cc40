"""That somebody came too late stands in the trail as well."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import request

from matchmaker.audit import operations as audit
from matchmaker.db import Base, transaction
from matchmaker.errors import Conflict
from matchmaker.web.database import session


@contextmanager
def noted(act: str, thing: Base) -> Iterator[None]:
    """Note in the trail, in a transaction of its own, that what was tried on ``thing`` met a ``Conflict``."""
    try:
        yield
    except Conflict:
        with transaction(session()):
            audit.note(session(), act, thing, detail={"asked": request.endpoint})
        raise
