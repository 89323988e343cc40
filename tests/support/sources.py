"""The project's own files: whatever is or would be committed."""

import subprocess
from functools import cache
from pathlib import Path

from matchmaker.resources import ROOT

_TEXTS = (
    ".cfg", ".css", ".csv", ".html", ".js", ".json", ".jsonl", ".md", ".mjs", ".po", ".py", ".sh", ".svg", ".toml",
    ".txt", ".yaml", ".yml", "",
)  # fmt: skip


@cache
def files() -> tuple[Path, ...]:
    """Return every file that is tracked, or that would be with ``git add``, relative to the project."""
    listed = subprocess.run(
        # The folder may belong to somebody else, as in a container; that is no reason not to read its index.
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    names = listed.stdout.decode().rstrip("\0").split("\0")
    return tuple(sorted(Path(name) for name in names if (ROOT / name).is_file()))


def texts() -> list[Path]:
    """Return the files that hold text."""
    return [file for file in files() if file.suffix in _TEXTS]


def python(*folders: str) -> list[Path]:
    """Return the Python files below the folders."""
    return [file for file in files() if file.suffix == ".py" and file.parts[0] in folders]


def read(file: Path) -> str:
    """Return a file's text."""
    return (ROOT / file).read_text(encoding="utf-8")
