"""What every test may ask for: a database of its own, the application on it, somebody signed in, a still clock."""

import gc
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import settings as hypothesis
from werkzeug.routing import Rule

from matchmaker import clock
from matchmaker.accounts import passwords
from matchmaker.files import store
from matchmaker.settings import settings
from tests.support import databases, postgresql, sites
from tests.support.databases import Database
from tests.support.hashing import QUICK
from tests.support.visitor import Visitor

# How long an example takes says more about the machine than about the code.
hypothesis.register_profile("suite", deadline=None, max_examples=60)
hypothesis.load_profile("suite")

_HERE = Path(__file__).parent
#: The files that take longest; they come first, so that no worker is left with one of them while the others are done.
LONGEST = [
    _HERE / "browser" / "test_every_page.py",
    _HERE / "access" / "test_matrix.py",
    _HERE / "faults" / "test_kills.py",
    _HERE / "conventions" / "test_routes.py",
    _HERE / "access" / "test_confidentiality.py",
    _HERE / "faults" / "test_spending.py",
]

MakeApp = Callable[..., Flask]
ClientFor = Callable[..., Visitor]


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--full-faults``: tests/faults at full length, hours instead of a minute."""
    parser.addoption("--full-faults", action="store_true", help="run the faults at full length")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first, and leave all others in their order."""
    places = {file: place for place, file in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


def pytest_collection_finish() -> None:
    """Look for cycles as seldom as the serving site does, and never among what was made by importing."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


@pytest.fixture
def full_faults(request: pytest.FixtureRequest) -> bool:
    """Whether the faults are to be run at full length."""
    return bool(request.config.getoption("--full-faults"))


@pytest.fixture(scope="session")
def real_decoy() -> str:
    """What the site verifies where there is nobody, before the tests hash with less effort."""
    return passwords._DECOY


@pytest.fixture(scope="session", autouse=True)
def _quick_hashing(real_decoy: str) -> Iterator[None]:
    """Hash passwords with the least effort; the real effort has a test of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", QUICK)
        patch.setattr(passwords, "_DECOY", QUICK.hash("nobody's"))
        yield


@pytest.fixture(scope="session", autouse=True)
def _addresses_compiled_once() -> Iterator[None]:
    """Share what builds a rule's addresses among this process's applications; to compile it is most of making one."""
    compiled: dict[tuple[str, str, bool], Any] = {}
    compile_builder = Rule._compile_builder

    def builder(rule: Rule, append_unknown: bool = True) -> Any:
        # What is compiled takes the rule itself, with its converters, as an argument.
        place = (rule.rule, repr(rule.defaults), append_unknown)
        if place not in compiled:
            compiled[place] = compile_builder(rule, append_unknown)
        return compiled[place]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", builder)
        yield


@pytest.fixture(autouse=True)
def _settings_of_its_own() -> None:
    """Let a command that a test runs read the settings anew: another test may have read its own."""
    settings.cache_clear()


@pytest.fixture(autouse=True)
def _own_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep files that a test sends beside its database, where ``make_app`` looks for them too."""
    monkeypatch.setattr(store, "default_folder", lambda: tmp_path / "instance" / "files")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the schema and the cast, to copy from."""
    file = tmp_path_factory.mktemp("template") / "matchmaker.db"
    databases.prepare_sqlite(file)
    return file


@pytest.fixture
def database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """A SQLite database with the cast in it."""
    with databases.sqlite_copy(sqlite_template, tmp_path / "matchmaker.db") as lent:
        yield lent


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.Server]:
    """A PostgreSQL server for this run; where there is none to start, its tests fail and say what to install."""
    try:
        server = postgresql.Server()
    except postgresql.NotInstalled as missing:
        pytest.fail(str(missing), pytrace=False)
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: postgresql.Server) -> str:
    """The name of a database with the schema and the cast, to copy from."""
    postgresql_server.create_database("prepared")
    databases.prepare(postgresql_server.url("prepared"))
    return "prepared"


@pytest.fixture
def postgresql_database(postgresql_server: postgresql.Server, postgresql_template: str) -> Iterator[Database]:
    """A PostgreSQL database with the cast in it."""
    with databases.postgresql_copy(postgresql_server, postgresql_template) as lent:
        yield lent


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def either_database(request: pytest.FixtureRequest) -> Database:
    """One after the other: a SQLite and a PostgreSQL database with the cast in it."""
    lent: Database = request.getfixturevalue("database" if request.param == "sqlite" else "postgresql_database")
    return lent


@pytest.fixture
def make_app(tmp_path: Path) -> Iterator[MakeApp]:
    """Make applications: ``make_app(database)``; several on one database act as several processes."""
    with ExitStack() as stack:

        def make(database: Database, **options: Any) -> Flask:
            return stack.enter_context(sites.site(database, tmp_path / "instance", **options))

        yield make


@pytest.fixture
def app(make_app: MakeApp, database: Database) -> Flask:
    """The application on ``database``."""
    return make_app(database)


@pytest.fixture
def client_for(app: Flask) -> ClientFor:
    """Sign somebody in: ``client_for("enterprise")``, ``client_for("admin", language="en")``."""

    def sign_in(role: str, **options: Any) -> Visitor:
        return sites.visitor_as(app, role, **options)

    return sign_in


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """Somebody who is not signed in."""
    return Visitor(app)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Stop the clock: ``at("2026-03-01T08:00")`` is eight o'clock in Shanghai."""

    def stop(instant: str) -> None:
        moment = datetime.fromisoformat(instant)
        local = moment if moment.tzinfo else moment.replace(tzinfo=clock.CIVIL_ZONE)
        monkeypatch.setattr(clock, "now", lambda: local.astimezone(UTC))

    return stop
