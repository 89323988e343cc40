"""A database whose ledger is verified when the test is over."""

from collections.abc import Iterator

import pytest

from tests.support import money
from tests.support.databases import Database


@pytest.fixture
def book(either_database: Database) -> Iterator[Database]:
    """SQLite and PostgreSQL in turn, each verified after the test."""
    yield either_database
    money.check(either_database)
