"""What is due once a day for offerings: old ones are asked after, unanswered ones sink."""

from datetime import date, datetime, time

from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.catalogue.offerings import operations
from matchmaker.jobs import daily


def _end_of(on: date) -> datetime:
    return datetime.combine(on, time.max, tzinfo=clock.CIVIL_ZONE).replace(microsecond=0)


@daily("ask-about-stale-offerings")
def ask(session: Session, *, on: date) -> str:
    """Ask providers by letter about offerings that nobody has touched for long."""
    return f"asked after {operations.ask_about_stale(session, now=_end_of(on))} offerings"


@daily("sink-unconfirmed-offerings")
def sink(session: Session, *, on: date) -> str:
    """Put offerings below the others whose provider was asked and did not answer."""
    return f"sank {operations.sink_unanswered(session, now=_end_of(on))} offerings"
