"""Whole addresses of this site, for letters: never made of a Host header that anybody may write."""

from typing import Any
from urllib.parse import urlsplit

from flask import current_app, request, url_for

_OWN_MACHINE = ("127.0.0.1", "localhost", "::1")


def external(endpoint: str, **values: Any) -> str:
    """Return the address of ``endpoint`` below the site's public one.

    That is ``MATCHMAKER_PUBLIC_URL``; else the host asked for, where it is one that the settings trust or one's own
    machine; else one's own machine, so that a forged Host header never gets into a letter.
    """
    path = url_for(endpoint, **values)
    public: str = current_app.config.get("PUBLIC_URL") or ""
    if public:
        return public.rstrip("/") + path
    asked = urlsplit(request.host_url)
    if current_app.config.get("TRUSTED_HOSTS") or asked.hostname in _OWN_MACHINE:
        return f"{asked.scheme}://{asked.netloc}{path}"
    return f"http://127.0.0.1:5000{path}"


def safe_next(target: str | None) -> str:
    """Return where to go on: only ever a path of this site, the home page for anything else."""
    parts = urlsplit(target or "")
    is_path = not parts.scheme and not parts.netloc and parts.path.startswith("/") and "\\" not in parts.path
    return target if target and is_path and not target.startswith("//") else url_for("home.index")
