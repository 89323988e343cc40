"""The life of an offering: published, withdrawn, closed."""

from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.catalogue.offerings.models import STATE_LABELS, Offering, OfferingState
from matchmaker.catalogue.offerings.rules import ALLOWED, OfferingText
from matchmaker.catalogue.operations import renumber
from matchmaker.db import transitions


def publish(session: Session, offering: Offering, text: OfferingText) -> None:
    """Show the offering, which says ``text``, to everybody. Raises ``Invalid`` or ``Conflict``."""
    text.check_publishable(on=clock.today())
    _move(session, offering, OfferingState.PUBLISHED)
    offering.published_at = clock.now()
    renumber(session, offering)
    session.flush()


def withdraw(session: Session, offering: Offering) -> None:
    """Take a published offering back to a draft. Raises ``Conflict`` when it is not published."""
    _move(session, offering, OfferingState.DRAFT)
    offering.published_at = None
    renumber(session, offering)
    session.flush()


def close(session: Session, offering: Offering) -> None:
    """End a published offering for good; its page stays. Raises ``Conflict`` when it is not published."""
    _move(session, offering, OfferingState.CLOSED)
    offering.closed_at = clock.now()
    renumber(session, offering)
    session.flush()


def _move(session: Session, offering: Offering, to: OfferingState) -> None:
    transitions.move(session, offering, to=to, allowed=ALLOWED, labels=STATE_LABELS)
