"""The night's look through all claims."""

from datetime import date

from sqlalchemy.orm import Session

from matchmaker.jobs import daily
from matchmaker.vouchers.flags import operations
from matchmaker.vouchers.flags.operations import Nightly


@daily("flag-redemptions", reading=operations.look)
def flag(session: Session, *, on: date, read: Nightly) -> str:
    """Raise what is new, and let go what no longer holds."""
    del on
    raised, lapsed = operations.keep(session, read)
    return f"{len(read.looked_at)} claims looked through, {raised} flags raised, {lapsed} no longer hold"
