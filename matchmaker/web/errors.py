"""Errors as pages: the only place that makes them."""

import errno
import logging

from flask import Flask, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, SecurityError

from matchmaker.audit import operations as audit
from matchmaker.db import transaction
from matchmaker.errors import Busy, DomainError
from matchmaker.messages import Message, _l
from matchmaker.web.database import session

_log = logging.getLogger("matchmaker")

#: What a person can do about it, by status.
ADVICE = {
    400: _l("The request could not be understood. Go back and try again."),
    403: _l("You are signed in, but this is not yours to open or to do."),
    404: _l("There is nothing here, or it is not for you to see."),
    405: _l("This address does not take that kind of request."),
    409: _l("It changed since you loaded the page. Load it again."),
    413: _l("That is more than this page can take."),
    422: _l("Something in it cannot be kept as it is."),
    429: _l("Too many tries. Wait a minute, then try again."),
    500: _l("Something broke on our side. It has been noted; nothing of yours was half saved."),
    503: _l("The service is busy. Nothing was changed; please try again in a moment."),
    507: _l("There is no room at the moment, and nothing was kept. Please try again later."),
}

TITLES = {
    400: _l("Not understood"),
    403: _l("Not allowed"),
    404: _l("Not found"),
    405: _l("Not possible here"),
    409: _l("Changed meanwhile"),
    413: _l("Too large"),
    422: _l("Please check"),
    429: _l("Too many tries"),
    500: _l("An error on our side"),
    503: _l("Busy"),
    507: _l("No room left"),
}

#: When whoever met a busy site may send the same again, in seconds.
_SOON_S = "1"

_EXPIRED = _l("The form was open for too long or was sent from elsewhere. Go back, load the page again and send it.")


def init_app(app: Flask) -> None:
    """Answer refusals, HTTP errors and bugs with a page in the reader's language."""
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(OSError, _machine_error)
    app.register_error_handler(Exception, _bug)


def page(status: int, message: Message | None = None) -> ResponseReturnValue:
    """Return the error page for ``status``; ``message`` replaces the general advice."""
    known = status if status in ADVICE else 400 if status < 500 else 500
    shown = render_template("errors/error.html", status=status, title=TITLES[known], advice=message or ADVICE[known])
    return shown, status


def _domain_error(error: DomainError) -> ResponseReturnValue:
    if error.status == 409 and request.method == "POST":
        _note_refusal()
    answer = make_response(page(error.status, error.message))
    if isinstance(error, Busy):
        answer.headers["Retry-After"] = _SOON_S
    return answer


def _note_refusal() -> None:
    """Keep in the trail that somebody tried what another one had just done; the page comes whether it can or not."""
    name, value = next(iter((request.view_args or {}).items()), ("", ""))
    try:
        with transaction(session()):
            audit.note_refusal(
                session(), act=f"{request.endpoint}.refused", table=name.removesuffix("_id"), key=str(value)[:160]
            )
    except (DomainError, SQLAlchemyError):
        _log.warning("%s %s was refused, and the trail could not be written", request.method, request.path)


def _csrf_error(error: CSRFError) -> ResponseReturnValue:
    return page(400, _EXPIRED)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error
    if isinstance(error, SecurityError):
        # Under a host name that is not ours there are no addresses that a page could link to.
        return "This host name is not served here.\n", 400, {"Content-Type": "text/plain; charset=utf-8"}
    return page(error.code)


def _machine_error(error: OSError) -> ResponseReturnValue:
    # Large files are laid aside while the request is read, before any view could refuse them.
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        _log.error("%s %s found no room on the disk", request.method, request.path)
        return page(507)
    return _bug(error)


def _bug(error: Exception) -> ResponseReturnValue:
    _log.exception("%s %s failed", request.method, request.path)
    return page(500)
