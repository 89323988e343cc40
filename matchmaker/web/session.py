"""Signing in with Flask-Login: the cookie holds a random token, the database who it stands for."""

from flask import Flask, session
from flask_login import LoginManager

from matchmaker.accounts import queries
from matchmaker.accounts.passwords import hash_token
from matchmaker.accounts.rules import ANONYMOUS, Reader
from matchmaker.web import database

login_manager = LoginManager()
#: Where Flask-Login keeps what the loader is called with.
_TOKEN = "_user_id"  # noqa: S105 - the name of a slot, no secret


def init_app(app: Flask) -> None:
    """Load the reader of each request from its session cookie."""
    login_manager.init_app(app)
    login_manager.anonymous_user = lambda: ANONYMOUS
    login_manager.user_loader(_load)
    # The cookie's own token is what ends a session; Flask-Login's browser fingerprint would only add false alarms.
    login_manager.session_protection = None


def _load(token: str) -> Reader | None:
    return queries.reader_by_token_hash(database.session(), hash_token(token))


def begin(token: str) -> None:
    """Sign the browser in with a fresh session, so that nothing planted before carries over."""
    language = session.get("language")
    session.clear()
    session[_TOKEN] = token
    session["_fresh"] = True
    session.permanent = True
    if language:
        session["language"] = language


def token() -> str | None:
    """Return the token that this browser is signed in with."""
    return session.get(_TOKEN)


def end() -> None:
    """Forget the token in this browser; ending it in the database is ``operations.sign_out``."""
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language


def choose_language(language: str) -> None:
    """Remember the reader's choice."""
    session["language"] = language
