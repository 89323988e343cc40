"""Turns pip's settings, as ``pip config list`` prints them, into exports that uv understands.

What the environment already says for uv stays. pip joins files from general to particular, and its
environment variables come last; so the later section wins here too.
"""

import ast
import os
import shlex
import sys
from collections.abc import Iterable, Iterator

UV_NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "client-cert": "SSL_CLIENT_CERT",
    "proxy": "ALL_PROXY",
}
SECTIONS = ["global", "install", ":env:"]


def settings(lines: Iterable[str]) -> dict[str, str]:
    """Return pip's values under uv's names, the most particular of each."""
    ranked: dict[str, tuple[int, str]] = {}
    for line in lines:
        name, _, value = line.strip().partition("=")
        section, _, key = name.rpartition(".")
        if section in SECTIONS and key in UV_NAMES:
            found = (SECTIONS.index(section), str(ast.literal_eval(value)))
            ranked[UV_NAMES[key]] = max(ranked.get(UV_NAMES[key], (-1, "")), found)
    return {name: value for name, (_, value) in ranked.items()}


def exports(found: dict[str, str], present: Iterable[str]) -> Iterator[str]:
    """Yield one shell line for each value that the environment does not hold yet."""
    if "UV_INDEX" in found:
        # As pip does: the locked version may come from any index, and its hash says that it is the right one.
        found = {**found, "UV_INDEX_STRATEGY": "unsafe-best-match"}
    for name, value in found.items():
        if name not in present:
            separator = "," if name == "UV_FIND_LINKS" else " "
            yield f"export {name}={shlex.quote(separator.join(value.split()))}\n"


if __name__ == "__main__":
    sys.stdout.writelines(exports(settings(sys.stdin), os.environ))
