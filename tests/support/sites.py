"""The application as tests run it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache

from matchmaker.settings import Settings
from matchmaker.web.app import create_app
from matchmaker.web.database import engine
from tests.support import cast
from tests.support.databases import Database
from tests.support.visitor import Visitor

SECRET = "a key for tests, known to everybody"


class CompiledOnce(BytecodeCache):
    """Templates' code, shared by the applications of this process; to compile it costs more than to run most tests."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the code of the very same text."""
        bucket.code = self._known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        self._known[bucket.key, bucket.checksum] = bucket.code


_templates = CompiledOnce()


@contextmanager
def site(
    database: Database, instance: Path, *, settings: dict[str, Any] | None = None, **config: Any
) -> Iterator[Flask]:
    """Lend an application on ``database``, as a process of its own would make it; tries are not limited."""
    values: dict[str, Any] = {
        "instance": instance,
        "database_url": database.url,
        "secret_key": SECRET,
        "secure_cookies": False,
    }
    app = create_app(Settings(**values | (settings or {})), TESTING=True, **{"RATELIMIT_ENABLED": False} | config)
    app.jinja_env.bytecode_cache = _templates
    yield app
    let_go(app)


def let_go(app: Flask) -> None:
    """Close the application's connections."""
    with app.app_context():
        engine().dispose()


def visitor_as(app: Flask, role: str, *, language: str = "zh", checks: bool = True) -> Visitor:
    """Return somebody who came in by the sign-in form as ``role``, or nobody in particular."""
    visitor = Visitor(app, language=language, checks=checks)
    if role != cast.ANONYMOUS:
        visitor.sign_in(cast.ROLES[role].email)
    return visitor
