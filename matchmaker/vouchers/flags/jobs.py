"""The night's look through all claims."""

from datetime import date

from sqlalchemy.orm import Session

from matchmaker.jobs import daily
from matchmaker.vouchers.flags import operations
from matchmaker.vouchers.flags.operations import Nightly


def look(session: Session, *, on: date) -> Nightly:
    """Look through all claims; a long look keeps no writer waiting."""
    del on
    return operations.look(session)


@daily("flag-redemptions", prepare=look)
def flag(session: Session, *, on: date, prepared: Nightly) -> str:
    """Raise what is new, and let go what no longer holds."""
    del on
    raised, lapsed = operations.keep(session, prepared)
    return f"{len(prepared.looked_at)} claims looked through, {raised} flags raised, {lapsed} no longer hold"
