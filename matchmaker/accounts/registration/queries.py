"""Reads of registrations and of what enterprises say of themselves."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, false, func, or_, select, true
from sqlalchemy.orm import Session, joinedload

from matchmaker.accounts.models import Organisation, OrganisationKind, OrganisationState
from matchmaker.accounts.registration.models import EnterpriseType, RegistrationStep, TypeMark
from matchmaker.accounts.rules import Reader


def organisation_by_code(credit_code: str) -> Select[Organisation]:
    """The organisation with this code, whatever its state."""
    return select(Organisation).where(Organisation.credit_code == credit_code)


def overseen(reader: Reader) -> ColumnElement[bool]:
    """The organisations of the district that the reader's bureau looks after; of all for the city's."""
    if reader.is_city_bureau:
        return true()
    return Organisation.district_code == reader.district_code if reader.is_bureau else false()


def queue(reader: Reader) -> Select[Organisation]:
    """Organisations that await the reader's bureau, longest waiting first."""
    return (
        select(Organisation)
        .where(Organisation.state == OrganisationState.PENDING, overseen(reader))
        .order_by(Organisation.created_at, Organisation.id)
    )


def waiting(session: Session, reader: Reader) -> int:
    """Return how many organisations await the reader's bureau."""
    counted = queue(reader).with_only_columns(func.count(Organisation.id)).order_by(None)
    return session.scalar(counted) or 0


def known_to(reader: Reader) -> ColumnElement[bool]:
    """The organisations that ``reader`` may know of: those that are approved, their own, their district's."""
    own = Organisation.id == reader.organisation_id if reader.organisation_id is not None else false()
    return or_(Organisation.state == OrganisationState.APPROVED, own, overseen(reader))


def registration_by_id(reader: Reader, organisation_id: int) -> Select[Organisation]:
    """One organisation that registered or could have: any that the reader may know of but a bureau."""
    return select(Organisation).where(
        Organisation.id == organisation_id, Organisation.kind != OrganisationKind.BUREAU, known_to(reader)
    )


def steps_of(session: Session, organisation: Organisation) -> list[RegistrationStep]:
    """Return what happened to the registration, latest first, with who did it."""
    return list(
        session.scalars(
            select(RegistrationStep)
            .where(RegistrationStep.organisation_id == organisation.id)
            .options(joinedload(RegistrationStep.person))
            .order_by(RegistrationStep.at.desc(), RegistrationStep.id.desc())
        )
    )


def types_of(session: Session, organisation: Organisation) -> list[EnterpriseType]:
    """Return what the enterprise says it was recognised as, in the list's order."""
    held = set(session.scalars(select(TypeMark.type).where(TypeMark.organisation_id == organisation.id)))
    return [kind for kind in EnterpriseType if kind in held]


def organisations(session: Session, ids: Collection[int], *, approved: bool) -> dict[int, Organisation]:
    """Return organisations by id; with ``approved`` those alone that everybody may know of."""
    wanted = select(Organisation).where(Organisation.id.in_(ids))
    if approved:
        wanted = wanted.where(Organisation.state == OrganisationState.APPROVED)
    return {row.id: row for row in session.scalars(wanted)} if ids else {}
