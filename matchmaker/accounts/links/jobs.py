"""What is due for mailed links once a day."""

from datetime import date

from sqlalchemy.orm import Session

from matchmaker.accounts.links import operations
from matchmaker.jobs import daily


@daily("forget-registrations")
def forget(session: Session, *, on: date) -> str:
    """Remove what people typed at registrations that they never confirmed."""
    return f"{operations.forget(session)} registrations were never confirmed and are forgotten"
