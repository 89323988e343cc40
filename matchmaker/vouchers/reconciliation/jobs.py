"""The night's reconciliation."""

from datetime import date

from sqlalchemy.orm import Session

from matchmaker.jobs import daily
from matchmaker.vouchers.reconciliation import checking, operations
from matchmaker.vouchers.reconciliation.checking import Looked


@daily("reconcile-vouchers", reading=checking.look)
def reconcile(session: Session, *, on: date, read: Looked) -> str:
    """Write down what did not agree, which stops clearing, and seal what is new."""
    del on
    kept = operations.keep(session, read)
    return f"{kept.counted.get('transfers', 0)} transfers looked through, {kept.mismatches} places do not agree"
