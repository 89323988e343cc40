"""Signing in with Flask-Login: the cookie holds a random token, the database who it stands for."""

from flask import Flask, request, session
from flask_login import LoginManager

from matchmaker.accounts import queries
from matchmaker.accounts.passwords import hash_token
from matchmaker.accounts.rules import ANONYMOUS, Reader
from matchmaker.web import database

login_manager = LoginManager()
#: Where Flask-Login keeps what the loader is called with.
_TOKEN = "_user_id"  # noqa: S105 - the name of a slot, no secret

#: What a browser calls itself → its family; the first that is found counts, since all claim to be others besides.
_BROWSERS = {
    "MicroMessenger": "WeChat",
    "Edg": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
_SYSTEMS = {
    "HarmonyOS": "HarmonyOS",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


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


def family() -> str:
    """Return the browser's family and system in a few words: "Firefox · Windows"; "" for what is not known."""
    agent = request.user_agent.string
    return " · ".join(
        found
        for names in (_BROWSERS, _SYSTEMS)
        if (found := next((name for mark, name in names.items() if mark in agent), ""))
    )


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
