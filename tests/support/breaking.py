"""The program broken on purpose, so that the tests of faults can be seen to fail."""

from typing import Any

import pytest
from sqlalchemy import Engine, event

from matchmaker.ledger.models import Account
from matchmaker.ledger.rules import Sums


def without_guards(patch: pytest.MonkeyPatch) -> None:
    """Let a voucher seem never to run out, the ledger refuse nothing, and SQLite ignore its CHECKs."""
    patch.setattr(Account, "available_fen", property(lambda _account: 10**12))
    patch.setattr(Sums, "checked", lambda sums: sums)
    event.listen(Engine, "connect", _ignore_checks)


def mend() -> None:
    """Let new connections keep the CHECKs again."""
    event.remove(Engine, "connect", _ignore_checks)


def _ignore_checks(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA ignore_check_constraints = ON")
