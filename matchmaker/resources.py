"""Where the files lie that are not Python: templates, static files, seeds."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"
SEEDS = ROOT / "seeds"

BUILD = STATIC / "build"


class NotBuiltError(RuntimeError):
    """The front end has not been built, or not since the file was added to it."""


def asset(name: str) -> str:
    """Return the path below ``static/`` of a built file: ``app.js`` → ``build/app-1A2B3C4D.js``.

    The name holds a hash of the content, so browsers may keep the file for ever.
    Raises ``NotBuiltError`` when the build has no such file.
    """
    manifest = BUILD / "manifest.json"
    try:
        written_ns = manifest.stat().st_mtime_ns
    except FileNotFoundError:
        raise NotBuiltError("The front end is not built yet: `./run setup` builds it.") from None
    built = _read_manifest(manifest, written_ns)
    if name not in built:
        raise NotBuiltError(f"The front end has no {name!r}: `./run setup` builds it anew.")
    return f"build/{built[name]}"


@lru_cache(maxsize=4)
def _read_manifest(manifest: Path, written_ns: int) -> dict[str, str]:
    """Return the built files by name. ``written_ns`` makes a newer build a new question."""
    built: dict[str, str] = json.loads(manifest.read_text(encoding="utf-8"))
    return built
