"""Registering an organisation, correcting it, and the bureau's decision."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts import passwords
from matchmaker.accounts.links import operations as links
from matchmaker.accounts.links.models import Link, LinkPurpose
from matchmaker.accounts.members import letters
from matchmaker.accounts.models import (
    ORGANISATION_STATE_LABELS,
    EnterpriseSize,
    Membership,
    Organisation,
    OrganisationKind,
    OrganisationState,
    Person,
    Role,
)
from matchmaker.accounts.operations import next_revision
from matchmaker.accounts.registration import queries, rules
from matchmaker.accounts.registration.models import EnterpriseType, RegistrationStep, Step, TypeMark
from matchmaker.accounts.registration.rules import Facts
from matchmaker.accounts.rules import check_credit_code, check_password
from matchmaker.errors import Conflict, Invalid
from matchmaker.messages import _l


def check(session: Session, facts: Facts, *, besides: int | None = None) -> Organisation | None:
    """Raise ``Invalid`` on what cannot be registered; return the organisation that has the code already, if any."""
    facts.check()
    check_credit_code(facts.credit_code)
    held = session.scalars(queries.organisation_by_code(facts.credit_code)).one_or_none()
    return held if held is not None and held.id != besides else None


def begin(session: Session, facts: Facts, *, name: str, email: str, password: str, language: str) -> tuple[Link, str]:
    """Keep what was typed until the mail's link is followed; nothing is registered before.

    So nobody can take a firm's code with an address that is not theirs, and the page says the same whether or not
    the address has an account.
    """
    check_password(password)
    details = {
        "facts": asdict(facts),
        "name": name,
        "password_hash": passwords.hash_password(password),
        "language": language,
    }
    return links.make(session, LinkPurpose.REGISTRATION, email=email, details=details)


def facts_of(details: dict[str, Any]) -> Facts:
    """Return what a link carries of the organisation."""
    kept = details["facts"]
    return Facts(
        **kept
        | {"kind": OrganisationKind(kept["kind"]), "types": tuple(EnterpriseType(kind) for kind in kept["types"])}
    )


def register(session: Session, facts: Facts, *, person: Person) -> Organisation:
    """Add the organisation, which waits for its bureau, with ``person`` as its manager.

    Raises ``Conflict`` when somebody registered the code meanwhile.
    """
    if check(session, facts) is not None:
        raise Conflict(_l("This organisation is registered already. Ask its manager to invite you."))
    organisation = Organisation(
        kind=facts.kind, credit_code=facts.credit_code, state=OrganisationState.PENDING, created_at=clock.now()
    )
    _write(session, organisation, facts)
    session.add(
        Membership(
            person_id=person.id,
            organisation_id=organisation.id,
            roles=frozenset({Role.MANAGER}),
            created_at=clock.now(),
        )
    )
    _keep_step(session, organisation, Step.SUBMITTED, by=person.id)
    return organisation


def correct(session: Session, organisation: Organisation, facts: Facts, *, by: int | None) -> None:
    """Replace what it says of itself before it is approved; one that was rejected waits again.

    Raises ``Invalid`` or ``Conflict``.
    """
    session.refresh(organisation, with_for_update=True)
    if organisation.state is OrganisationState.APPROVED:
        raise Conflict(_l("The bureau approved name, code, kind and district; ask it to change them."))
    if check(session, facts, besides=organisation.id):
        raise Invalid(field="credit_code", message=_l("An organisation with this code is registered already."))
    organisation.credit_code, organisation.kind = facts.credit_code, facts.kind
    was_rejected = organisation.state is OrganisationState.REJECTED
    if was_rejected:
        organisation.state = OrganisationState.PENDING
    _write(session, organisation, facts)
    if was_rejected:
        _keep_step(session, organisation, Step.RESUBMITTED, by=by)


def describe(
    session: Session,
    organisation: Organisation,
    *,
    industry_code: str | None,
    size: str | None,
    types: tuple[EnterpriseType, ...],
    about: str,
) -> None:
    """Replace what an approved organisation may change by itself. Raises ``Invalid``."""
    rules.check_details(organisation.kind, industry_code=industry_code, about=about)
    organisation.industry_code = industry_code
    organisation.size = EnterpriseSize(size) if size else None
    organisation.about = about
    organisation.revision = next_revision(session, "organisation")
    session.flush()
    put_types(session, organisation, types)


def approve(session: Session, organisation: Organisation, *, by: int | None, url: str) -> None:
    """Let it take part and tell its managers. Raises ``Conflict`` when it does not wait any more."""
    _decide(session, organisation, OrganisationState.APPROVED)
    _keep_step(session, organisation, Step.APPROVED, by=by)
    letters.tell_managers(session, organisation, letters.approved(organisation, url))


def reject(session: Session, organisation: Organisation, *, reason: str, by: int | None, url: str) -> None:
    """Refuse it for ``reason`` and tell its managers. Raises ``Invalid`` or ``Conflict``."""
    rules.check_reason(reason)
    _decide(session, organisation, OrganisationState.REJECTED)
    _keep_step(session, organisation, Step.REJECTED, by=by, reason=reason)
    letters.tell_managers(session, organisation, letters.rejected(organisation, reason, url))


def _decide(session: Session, organisation: Organisation, to: OrganisationState) -> None:
    session.refresh(organisation, attribute_names=["state"], with_for_update=True)
    if to not in rules.ALLOWED[organisation.state]:
        raise Conflict(
            _l(
                "This is %(now)s and cannot become %(then)s.",
                now=ORGANISATION_STATE_LABELS[organisation.state],
                then=ORGANISATION_STATE_LABELS[to],
            )
        )
    organisation.state = to
    organisation.revision = next_revision(session, "organisation")
    session.flush()


def _write(session: Session, organisation: Organisation, facts: Facts) -> None:
    organisation.name = facts.name
    organisation.district_code = facts.district_code
    organisation.industry_code = facts.industry_code
    organisation.size = EnterpriseSize(facts.size) if facts.size else None
    organisation.about = facts.about
    session.add(organisation)
    organisation.revision = next_revision(session, "organisation")
    session.flush()
    put_types(session, organisation, facts.types)


def put_types(session: Session, organisation: Organisation, types: tuple[EnterpriseType, ...]) -> None:
    """Let the enterprise be of exactly these types; a type that stays keeps its day."""
    held = {
        mark.type: mark for mark in session.scalars(select(TypeMark).where(TypeMark.organisation_id == organisation.id))
    }
    for kind, mark in held.items():
        if kind not in types:
            session.delete(mark)
    for kind in types:
        if kind not in held:
            session.add(TypeMark(organisation_id=organisation.id, type=kind, noted_at=clock.now()))
    session.flush()


def _keep_step(session: Session, organisation: Organisation, step: Step, *, by: int | None, reason: str = "") -> None:
    session.add(
        RegistrationStep(organisation_id=organisation.id, step=step, reason=reason, person_id=by, at=clock.now())
    )
    session.flush()
