"""The night's reconciliation."""

from datetime import date

from sqlalchemy.orm import Session

from matchmaker.jobs import daily
from matchmaker.vouchers.reconciliation import checking, operations
from matchmaker.vouchers.reconciliation.checking import Looked


def look(session: Session, *, on: date) -> Looked:
    """Look through everything; a long look keeps no writer waiting."""
    del on
    return checking.look(session)


@daily("reconcile-vouchers", prepare=look)
def reconcile(session: Session, *, on: date, prepared: Looked) -> str:
    """Write down what did not agree, which stops clearing, and seal what is new."""
    del on
    kept = operations.keep(session, prepared)
    return f"{kept.counted.get('transfers', 0)} transfers looked through, {kept.mismatches} places do not agree"
