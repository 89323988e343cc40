"""The site with everything in it, filled once for all tests that put it back as they found it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.access.world import World
from tests.support import databases, sites


@pytest.fixture(scope="session")
def filled_world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Everything that the access table names."""
    folder = tmp_path_factory.mktemp("world")
    with (
        databases.sqlite_copy(sqlite_template, folder / "matchmaker.db") as database,
        sites.site(database, folder / "instance") as app,
    ):
        world = World(app, database)
        world.fill()
        yield world


@pytest.fixture
def world(filled_world: World) -> Iterator[World]:
    """The same, as it was at first, whatever a test did to it."""
    yield filled_world
    if filled_world.has_changed():
        filled_world.restore()
