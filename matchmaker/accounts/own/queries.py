"""Reads of what belongs to one person."""

from datetime import timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager

from matchmaker import clock
from matchmaker.accounts.models import Membership, Organisation, SignIn

#: A cookie is good for two weeks from signing in (web/app.py); older sessions open nothing.
GOOD_FOR = timedelta(days=14)


def open_sessions(person_id: int | None) -> Select[SignIn]:
    """The person's sessions that can still be used, newest first."""
    return (
        select(SignIn)
        .where(SignIn.person_id == person_id, SignIn.ended_at.is_(None), SignIn.created_at > clock.now() - GOOD_FOR)
        .order_by(SignIn.created_at.desc(), SignIn.token_hash)
    )


def memberships(session: Session, person_id: int | None) -> list[Membership]:
    """Return what the person can act for, by name."""
    return list(
        session.scalars(
            select(Membership)
            .join(Membership.organisation)
            .where(Membership.person_id == person_id)
            .options(contains_eager(Membership.organisation))
            .order_by(Organisation.name, Organisation.id)
        )
    )
