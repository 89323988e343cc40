"""Granting and ending of mandates."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.mandates.models import Mandate
from matchmaker.accounts.models import PROVIDER_KINDS, Organisation, OrganisationKind, Person
from matchmaker.db.actors import actor_of
from matchmaker.errors import Invalid
from matchmaker.messages import _l


def grant(session: Session, enterprise: Organisation, holder: Organisation, person: Person | None = None) -> Mandate:
    """Let ``holder`` post needs for ``enterprise``; of a bureau only ``person``. One that holds already is returned.

    Raises ``Invalid`` on ``holder`` when it is neither a provider nor an officer of a bureau.
    """
    if holder.kind is OrganisationKind.BUREAU:
        if person is None:
            raise Invalid(field="holder", message=_l("Of a bureau, name the officer."))
    elif holder.kind not in PROVIDER_KINDS or person is not None:
        raise Invalid(field="holder", message=_l("Choose a complex, an institute or an officer of your bureau."))
    # The enterprise's row stands for its list of mandates: two clicks at once grant one.
    session.refresh(enterprise, attribute_names=["state"], with_for_update=True)
    person_id = person.id if person else None
    held = session.scalars(
        select(Mandate).where(
            Mandate.organisation_id == enterprise.id,
            Mandate.holder_id == holder.id,
            Mandate.person_id == person_id if person_id else Mandate.person_id.is_(None),
            Mandate.ended_at.is_(None),
        )
    ).first()
    if held is not None:
        return held
    mandate = Mandate(
        organisation_id=enterprise.id,
        holder_id=holder.id,
        person_id=person_id,
        granted_at=clock.now(),
        granted_by_id=actor_of(session).person_id,
    )
    session.add(mandate)
    session.flush()
    return mandate


def end(session: Session, mandate: Mandate) -> None:
    """End the mandate; what was posted stays, and its holder reads and edits it no longer. Twice is no error."""
    session.refresh(mandate, attribute_names=["ended_at"], with_for_update=True)
    if mandate.ended_at is None:
        mandate.ended_at = clock.now()
        mandate.ended_by_id = actor_of(session).person_id
        session.flush()
