"""Accounts to move money between, and the ledger's own verification after every test that moved any."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy.orm import Session

from matchmaker.ledger import operations, sealing, verification
from matchmaker.ledger.models import Account, Guard
from tests.support.databases import Database

OpenAccounts = Callable[..., list[Account]]


def accounts(session: Session, *codes: str) -> list[Account]:
    """Open accounts; those called "world…" may owe any amount."""
    return [
        operations.open_account(session, code, guard=Guard.NONE if code.startswith("world") else Guard.CREDIT)
        for code in codes
    ]


def check(database: Database) -> verification.Report:
    """Seal, verify, and return the report of a ledger that must be sound."""
    with database.writing() as session:
        sealing.seal(session)
    with database.reading() as session:
        report = verification.verify(session)
    assert report.is_sound, [str(finding) for finding in report.findings]
    assert report.sealed == report.transfers
    return report


@pytest.fixture
def book(either_database: Database) -> Iterator[Database]:
    """A database whose ledger is verified when the test is over, SQLite and PostgreSQL in turn."""
    yield either_database
    check(either_database)
