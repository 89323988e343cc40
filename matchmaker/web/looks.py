"""Looks at what is confidential: kept in the trail before the answer leaves, or there is no answer.

A GET writes nothing but this. The page is made first, in a session that can only read; then one short transaction adds
the rows. Without them the reader is told that the service is busy.
"""

import logging
from typing import Any

from flask import Flask, Response, current_app, g, request
from sqlalchemy.exc import SQLAlchemyError

from matchmaker.audit import operations as audit
from matchmaker.db import Base, transaction
from matchmaker.errors import DomainError
from matchmaker.web import errors
from matchmaker.web.database import session

_log = logging.getLogger("matchmaker")


def init_app(app: Flask) -> None:
    """Keep each answer's looks; must come after whatever adds headers to answers, which then adds them to a refusal."""
    app.after_request(_keep)


def note(thing: Base, **detail: Any) -> None:
    """Let the trail tell that the reader of this page looks at ``thing``; ``detail`` must hold nothing confidential."""
    g.setdefault("looks", []).append((thing, detail))


def _keep(response: Response) -> Response:
    looks = g.pop("looks", [])
    if not looks or response.status_code != 200:
        return response
    try:
        with transaction(session()):
            for thing, detail in looks:
                audit.note(session(), f"{request.endpoint}.looked", thing, detail=detail)
    except (DomainError, SQLAlchemyError):
        _log.warning("%s %s was not answered, since the trail could not be written", request.method, request.path)
        return current_app.make_response(errors.page(503))
    return response
