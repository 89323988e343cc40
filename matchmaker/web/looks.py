"""Looks at what is confidential: kept in the trail before the answer leaves, or there is no answer.

A GET writes nothing but this. The page is made first, in a session that can only read; then one short transaction adds
the rows. Without them the reader is told that the service is busy.

What is only of use, and nobody's to answer for, is kept after the answer has left, or not at all.
"""

import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from flask import Flask, Response, current_app, g, request
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from matchmaker.audit import operations as audit
from matchmaker.db import Base, transaction
from matchmaker.errors import DomainError
from matchmaker.web import errors
from matchmaker.web.database import engine, session

_Write = Callable[[Session], None]

_log = logging.getLogger("matchmaker")


def init_app(app: Flask) -> None:
    """Keep each answer's looks; must come after whatever adds headers to answers, which then adds them to a refusal."""
    app.after_request(_keep)


def note(thing: Base, **detail: Any) -> None:
    """Let the trail tell that the reader of this page looks at ``thing``; ``detail`` must hold nothing confidential."""
    g.setdefault("looks", []).append((thing, detail))


def afterwards(write: _Write) -> None:
    """Let ``write`` keep something once this page has left, in a transaction of its own that nobody waits for.

    It may be left out: when the database is busy or cannot be written, and for a page that a browser fetches before
    anybody asked for it. ``write`` must need nothing of the request.
    """
    g.setdefault("afterwards", []).append(write)


def _keep(response: Response) -> Response:
    answer = _noted(response)
    writes = g.pop("afterwards", [])
    if writes and answer.status_code == 200 and request.method == "GET" and not _is_fetched_ahead():
        answer.call_on_close(partial(_write, engine(), writes))
    return answer


def _is_fetched_ahead() -> bool:
    return "prefetch" in request.headers.get("Sec-Purpose", "")


def _write(engine: Engine, writes: Sequence[_Write]) -> None:
    try:
        with Session(engine) as own, transaction(own):
            for write in writes:
                write(own)
    except (DomainError, SQLAlchemyError) as error:
        _log.info("What a page let be kept afterwards was left out: %s", type(error).__name__)


def _noted(response: Response) -> Response:
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
