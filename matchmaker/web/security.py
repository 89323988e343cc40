"""Response headers that keep a page from being framed, sniffed or fed foreign scripts, and the token of its forms."""

from functools import lru_cache

from flask import Flask, Response, current_app, make_response, request, session
from flask_wtf.csrf import generate_csrf
from itsdangerous import URLSafeTimedSerializer

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)

_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def init_app(app: Flask) -> None:
    """Send the headers with every response."""
    app.after_request(_add_headers)
    # Flask-WTF gives templates its own by both ways; the last one registered is the one they see.
    app.jinja_env.globals.update(csrf_token=form_token)
    app.context_processor(lambda: {"csrf_token": form_token})


#: For a page that shows files of ours in frames, each of which can do nothing.
FRAMING = f"{POLICY}; frame-src 'self'"


def framing(page: str) -> Response:
    """Return a page that may show our own files in frames."""
    response = make_response(page)
    response.headers["Content-Security-Policy"] = FRAMING
    return response


def form_token() -> str:
    """Return the anti-forgery token of this browser's session for a form; the session's own is made on first use."""
    token = session.get("csrf_token")
    return _signed(str(current_app.secret_key), token) if token else str(generate_csrf())


# Flask-WTF packs and signs it anew for every page. Tokens live as long as their session, so the signature may be kept.
@lru_cache(maxsize=4096)
def _signed(key: str, token: str) -> str:
    return str(URLSafeTimedSerializer(key, salt="wtf-csrf-token").dumps(token))


def _add_headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint == "static":
        if request.path.startswith("/static/build/"):
            # Built files carry their content's hash in their name.
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        # What one person saw must not be shown to the next from a cache.
        response.headers.setdefault("Cache-Control", "no-store")
    return response
