"""The life of an offering: published, paused, confirmed, asked after, sunk, withdrawn, closed."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.operations import next_revision
from matchmaker.catalogue.offerings import queries
from matchmaker.catalogue.offerings.models import STATE_LABELS, Offering, OfferingState
from matchmaker.catalogue.offerings.rules import ALLOWED, FRESHNESS, OfferingText
from matchmaker.catalogue.operations import renumber
from matchmaker.db import transitions
from matchmaker.errors import Conflict
from matchmaker.letters.operations import post
from matchmaker.messages import _l

#: How many titles a letter names before it says how many more there are.
_NAMED = 20

_PAUSED = _l("This is paused already.")
_NOT_PAUSED = _l("This is not paused.")
_NOT_PUBLISHED = _l("Only a published offering can be paused or confirmed.")


def publish(session: Session, offering: Offering, text: OfferingText) -> None:
    """Show the offering, which says ``text``, to everybody. Raises ``Invalid`` or ``Conflict``."""
    text.check_publishable(on=clock.today())
    _move(session, offering, OfferingState.PUBLISHED)
    offering.published_at = clock.now()
    offering.believe(offering.published_at)
    renumber(session, offering)
    session.flush()


def withdraw(session: Session, offering: Offering) -> None:
    """Take a published offering back to a draft. Raises ``Conflict`` when it is not published."""
    _move(session, offering, OfferingState.DRAFT)
    offering.published_at = offering.paused_at = None
    renumber(session, offering)
    session.flush()


def close(session: Session, offering: Offering) -> None:
    """End a published offering for good; its page stays. Raises ``Conflict`` when it is not published."""
    _move(session, offering, OfferingState.CLOSED)
    offering.closed_at, offering.paused_at = clock.now(), None
    renumber(session, offering)
    session.flush()


def _move(session: Session, offering: Offering, to: OfferingState) -> None:
    transitions.move(session, offering, to=to, allowed=ALLOWED, labels=STATE_LABELS)


def pause(session: Session, offering: Offering) -> None:
    """Let nobody order it for a while; it stays listed. Raises ``Conflict`` unless it is published and not paused."""
    _lock(session, offering)
    if offering.paused_at is not None:
        raise Conflict(_PAUSED)
    offering.paused_at = clock.now()
    renumber(session, offering)
    session.flush()


def resume(session: Session, offering: Offering) -> None:
    """Let it be ordered again. Raises ``Conflict`` unless it is paused."""
    _lock(session, offering)
    if offering.paused_at is None:
        raise Conflict(_NOT_PAUSED)
    offering.paused_at = None
    offering.believe(clock.now())
    renumber(session, offering)
    session.flush()


def confirm(session: Session, offering: Offering) -> None:
    """Keep that it is still right. Raises ``Conflict`` unless it is published."""
    _lock(session, offering)
    offering.believe(clock.now())
    renumber(session, offering)
    session.flush()


def confirm_all(session: Session, organisation_id: int) -> int:
    """Confirm everything that the organisation is being asked about. Return how many that were."""
    asked = session.scalars(queries.asked_after(organisation_id).with_for_update(of=Offering)).all()
    for offering in asked:
        offering.believe(clock.now())
        renumber(session, offering)
    session.flush()
    return len(asked)


def ask_about_stale(session: Session, *, now: datetime) -> int:
    """Ask each provider, in one letter, about what it has not touched for long. Return how many that were."""
    letters: dict[str, list[str]] = {}
    asked = session.execute(queries.stale(before=FRESHNESS.asks_before(now))).all()
    if not asked:
        return 0
    recipients = queries.emails_of_members(session, {row.organisation_id for row in asked})
    for row in asked:
        for email in recipients.get(row.organisation_id, ()):
            letters.setdefault(email, []).append(row.title)
    session.execute(
        update(Offering)
        .where(queries.is_stale(before=FRESHNESS.asks_before(now)))
        .values(asked_at=now)
        .execution_options(synchronize_session=False)
    )
    for email, titles in letters.items():
        _write(session, email, titles)
    return len(asked)


def sink_unanswered(session: Session, *, now: datetime) -> int:
    """Put below the others what was asked after and not confirmed in time. Return how many that were."""
    late = queries.is_unanswered(before=FRESHNESS.sinks_before(now))
    if not queries.exists(session, late):
        return 0
    sunk = session.execute(
        update(Offering)
        .where(late)
        .values(is_sunk=True, revision=next_revision(session, "offering"))
        .execution_options(synchronize_session=False)
    )
    return int(sunk.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result is a CursorResult


def _lock(session: Session, offering: Offering) -> None:
    session.refresh(offering, attribute_names=["state", "version", "paused_at", "asked_at"], with_for_update=True)
    if offering.state is not OfferingState.PUBLISHED:
        raise Conflict(_NOT_PUBLISHED)


def _write(session: Session, email: str, titles: Iterable[str]) -> None:
    named = list(titles)
    listed = "\n".join(f"- {title}" for title in named[:_NAMED])
    if len(named) > _NAMED:
        listed += f"\n… +{len(named) - _NAMED}"
    post(
        session,
        to=email,
        subject=_l("Are these offerings still right? (%(number)s)", number=len(named)),
        body=_l(
            "Nobody has touched these offerings for %(months)s months:\n\n%(listed)s\n\n"
            "Sign in: your first page asks about them, and one click each says that they are still right. "
            "What is not confirmed within %(days)s days is listed below the others, marked as not confirmed. "
            "Nothing is removed.",
            months=FRESHNESS.stale_after.days // 30,
            listed=listed,
            days=FRESHNESS.sinks_after.days,
        ),
    )
