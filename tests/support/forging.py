"""Rows altered as the database's owner could, and a look whether everything still agrees."""

from typing import Any

import pytest
import sqlalchemy
from sqlalchemy import text
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.vouchers.reconciliation import checking, operations
from matchmaker.vouchers.reconciliation.models import Reconciliation
from tests.support import claims, money
from tests.support.databases import Database


def reconcile(database: Database) -> Reconciliation:
    """Look, and write down what was found."""
    with Session(database.engine, expire_on_commit=False) as session:
        looked = checking.look(session)
    with database.writing() as session:
        return operations.keep(session, looked)


def places(found: Reconciliation) -> set[str]:
    """Return in which books something did not agree."""
    return {str(one["place"]) for one in found.findings}


def as_owner(database: Database, *statements: str, **values: Any) -> None:
    """Change rows as the database's owner could, past every trigger."""
    # An engine of one's own: without the program's pragmas, foreign keys are off.
    engine = sqlalchemy.create_engine(database.url)
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        else:
            for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                connection.execute(text(f'DROP TRIGGER "{name}"'))
        for statement in statements:
            done = connection.execute(text(statement), values)
            assert done.rowcount, f"nothing was changed by {statement}"
    engine.dispose()


def work(database: Database) -> None:
    """Pay one claim, approve one, hold an amount for a third; reconcile and seal."""
    with database.writing() as session:
        claims.paid(session)
        scheme = money.scheme(session, key="second", publicity_days=0)
        claims.approved(session, claims.use(session, scheme))
        money.use(session, money.voucher(session, scheme), money.contract(session))
    # What was written a while ago can be sealed.
    with pytest.MonkeyPatch.context() as patch:
        later = clock.now() + 2 * operations.trail.SETTLED_AFTER
        patch.setattr(clock, "now", lambda: later)
        assert reconcile(database).is_sound
