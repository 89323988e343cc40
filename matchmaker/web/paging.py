"""Links that keep a list's filters."""

from typing import Any
from urllib.parse import urlencode

from flask import request, url_for

#: Number of the page in a URL.
PARAMETER = "page"


def page_number() -> int:
    """Return the page asked for, 1 when the URL says nothing sensible."""
    return max(1, request.args.get(PARAMETER, default=1, type=int))


def here_with(**changes: Any) -> str:
    """Return this page's URL with some query values changed; ``None`` or "" removes one, and the page starts over."""
    values = {name: value for name, value in request.args.items() if name != PARAMETER}
    values.update(changes)
    kept: dict[str, Any] = {name: value for name, value in values.items() if value not in (None, "")}
    # Not by ``url_for``: what anybody writes into an address must not be taken for its options, or for the path's.
    path = url_for(str(request.endpoint), **(request.view_args or {}))
    return f"{path}?{urlencode(kept, doseq=True)}" if kept else path
