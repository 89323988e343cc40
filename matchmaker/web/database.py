"""The session of a request: opened when first asked for, closed when the request ends."""

from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, request
from flask_login import current_user
from sqlalchemy import Engine, make_url
from sqlalchemy.orm import Session

from matchmaker.db import actors, create_engine
from matchmaker.db.actors import Actor
from matchmaker.files import store

_ENGINE = "matchmaker_engine"
_FILES = "matchmaker_files"


def init_app(app: Flask, url: str, *, files: Path) -> None:
    """Give the application its engine and its folder of files, and close each request's session."""
    app.extensions[_FILES] = files
    # Ours instead of Flask-SQLAlchemy-Lite, which starts a thread at the end of every request to close asynchronous
    # sessions that nobody opened: a tenth of a page's CPU.
    app.extensions[_ENGINE] = create_engine(url, **_pool(url))
    app.teardown_appcontext(_close)


def _pool(url: str) -> dict[str, int]:
    # As many connections at most as SQLAlchemy would open by itself, but all are kept: of the usual five, the sixth
    # thread would open one for each request and close it again.
    return {} if make_url(url).get_backend_name() == "sqlite" else {"pool_size": 15, "max_overflow": 0}


def engine() -> Engine:
    """Return the application's engine."""
    found: Engine = current_app.extensions[_ENGINE]
    return found


def session() -> Session:
    """Return the session of the request at hand."""
    if "session" not in g:
        g.session = Session(engine(), expire_on_commit=False, info={store.FOLDER: current_app.extensions[_FILES]})
        actors.answer_for(g.session, _actor)
    found: Session = g.session
    return found


def _actor() -> Actor:
    who = current_user
    return Actor(str(request.endpoint), person_id=who.person_id, organisation_id=who.organisation_id)


def _close(_error: BaseException | None) -> None:
    opened: Any = g.pop("session", None)
    if opened is not None:
        opened.close()
