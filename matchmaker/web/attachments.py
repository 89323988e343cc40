"""Files in and out: views that take more than a form's bytes, and answers that browsers save instead of opening."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from flask import Flask, Response, abort, current_app, request, send_file
from flask.typing import ResponseReturnValue

from matchmaker.files import operations, rules
from matchmaker.files.models import StoredFile

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

_LIMIT = "matchmaker_request_bytes"

#: Whatever a file holds, it is not part of this site: no script, no form, nothing loaded.
_ALONE = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox"
#: What a page of ours shows in a frame. Browsers open no PDF in a sandbox; as PDF alone it can run nothing here.
_FRAMED = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"

#: What browsers show by themselves, and safely.
SHOWN = frozenset({rules.PDF, rules.PNG, rules.JPEG})


def init_app(app: Flask) -> None:
    """Let views that take files receive them; must come before whatever reads the form."""
    app.before_request(_raise_limit)


def takes_files(max_bytes: int) -> Callable[[View], View]:
    """Let the view receive requests of up to ``max_bytes``."""

    def decorate(view: View) -> View:
        setattr(view, _LIMIT, max_bytes)
        return view

    return decorate


def _raise_limit() -> None:
    view: Any = current_app.view_functions.get(request.endpoint or "")
    limit = getattr(view, _LIMIT, None)
    if limit is not None:
        request.max_content_length = limit


def send_attachment(stored: StoredFile, name: str) -> Response:
    """Answer with a file, to be saved under ``name``; the caller has asked whether the reader may have it."""
    return _sent(stored, name, disposition="attachment", policy=_ALONE)


def send_framed(stored: StoredFile, name: str) -> Response:
    """Answer with a file for a frame of one of our pages; what browsers do not show by themselves is saved instead."""
    if stored.media_type not in SHOWN:
        return send_attachment(stored, name)
    return _sent(stored, name, disposition="inline", policy=_FRAMED)


def made(content: bytes, name: str, media_type: str = rules.XLSX) -> Response:
    """Answer with what was made for this request, a workbook if nothing else is said, to be saved under ``name``."""
    return _as_attachment(Response(content, content_type=media_type), name)


def _as_attachment(response: Response, name: str) -> Response:
    response.headers["Content-Disposition"] = f"attachment; {_file_name(name)}"
    response.headers["Cache-Control"] = "no-store"
    return response


def send_made(path: Path, name: str, media_type: str) -> Response:
    """Answer with a file that was made for somebody earlier, to be saved under ``name``."""
    try:
        response = send_file(path.open("rb"), mimetype=media_type, etag=False)
    except FileNotFoundError:
        abort(404)
    response.content_length = path.stat().st_size
    return _as_attachment(response, name)


def _sent(stored: StoredFile, name: str, *, disposition: str, policy: str) -> Response:
    response = send_file(operations.open_(stored), mimetype=stored.media_type, etag=False)
    response.content_length = stored.size
    response.headers["Content-Disposition"] = f"{disposition}; {_file_name(rules.named(name, stored.media_type))}"
    response.headers["Content-Security-Policy"] = policy
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _file_name(name: str) -> str:
    """Return both forms of RFC 6266: in ASCII for old programs, and as it is."""
    ascii_only = "".join(sign if sign.isascii() and sign not in '"\\%;' else "_" for sign in name)
    return f"filename=\"{ascii_only}\"; filename*=UTF-8''{quote(name, safe='')}"
