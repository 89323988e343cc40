"""A database file of its own for each test, and a copy of the seeds to break."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from matchmaker.catalogue.needs.models import Need
from matchmaker.catalogue.offerings.models import Offering
from matchmaker.db import Base, create_engine, transaction
from matchmaker.registry.models import Entry
from matchmaker.resources import SEEDS
from matchmaker.seeding import check, demo, reference
from matchmaker.seeding.commands import seed
from matchmaker.settings import settings

#: Importing these makes their tables known to ``Base``.
TABLES = (Need, Offering, Entry)

Seed = Callable[..., Result]


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the database would be; no file yet."""
    monkeypatch.setenv("MATCHMAKER_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.delenv("MATCHMAKER_DATABASE_URL", raising=False)
    settings.cache_clear()
    yield tmp_path / "instance" / "matchmaker.db"
    settings.cache_clear()


def make_tables(file: Path) -> Engine:
    """Make a database with its tables, all empty."""
    file.parent.mkdir(exist_ok=True)
    engine = create_engine(f"sqlite:///{file}")
    with Session(engine) as session, transaction(session):
        Base.metadata.create_all(session.connection())
    return engine


@pytest.fixture
def session(database: Path) -> Iterator[Session]:
    """The database with its tables, all empty."""
    engine = make_tables(database)
    with Session(engine, expire_on_commit=False) as session:
        yield session
    engine.dispose()


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database into which everything was loaded once, to copy from."""
    file = tmp_path_factory.mktemp("seeded") / "matchmaker.db"
    engine = make_tables(file)
    seeds = check.read(SEEDS)
    with Session(engine, expire_on_commit=False) as session, transaction(session):
        reference.load(session, seeds.reference)
        demo.load(session, seeds.demo)
    engine.dispose()
    return file


@pytest.fixture
def demo_session(database: Path, demo_file: Path) -> Iterator[Session]:
    """The database with everything in it."""
    database.parent.mkdir()
    shutil.copy(demo_file, database)
    engine = create_engine(f"sqlite:///{database}")
    with Session(engine, expire_on_commit=False) as session:
        yield session
    engine.dispose()


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """A copy of the seed files that a test may change."""
    return shutil.copytree(SEEDS, tmp_path / "seeds")


@pytest.fixture
def run_seed(database: Path) -> Seed:
    """Run ``matchmaker seed`` as a shell would."""

    def run(*arguments: str | Path, expect: int = 0) -> Result:
        result = CliRunner().invoke(seed, [str(argument) for argument in arguments])
        assert result.exit_code == expect, result.output
        return result

    return run
