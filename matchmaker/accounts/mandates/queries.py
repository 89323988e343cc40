"""Reads of mandates."""

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from matchmaker.accounts.mandates.models import Mandate
from matchmaker.accounts.models import (
    PROVIDER_KINDS,
    Membership,
    Organisation,
    OrganisationKind,
    OrganisationState,
    Person,
)
from matchmaker.accounts.rules import Reader
from matchmaker.reference.models import CITY_CODE


def mandates_of(reader: Reader) -> Select[Mandate]:
    """The mandates that the reader's enterprise has granted, those that hold first."""
    return (
        select(Mandate)
        .where(Mandate.organisation_id == reader.organisation_id)
        .options(joinedload(Mandate.holder), joinedload(Mandate.person))
        .order_by(Mandate.ended_at.desc().nulls_first(), Mandate.id.desc())
    )


def mandate_by_id(reader: Reader, mandate_id: int) -> Select[Mandate]:
    """One mandate of the reader's enterprise."""
    return mandates_of(reader).where(Mandate.id == mandate_id)


def represented(reader: Reader) -> Select[Organisation]:
    """The enterprises for which the reader may post, by name."""
    return select(Organisation).where(Organisation.id.in_(reader.mandates)).order_by(Organisation.name, Organisation.id)


def possible_providers() -> Select[Organisation]:
    """The complexes and institutes that somebody acts for, by name."""
    return (
        select(Organisation)
        .where(
            Organisation.kind.in_(PROVIDER_KINDS),
            Organisation.state == OrganisationState.APPROVED,
            select(func.count(Membership.person_id))
            .where(Membership.organisation_id == Organisation.id)
            .scalar_subquery()
            > 0,
        )
        .order_by(Organisation.name, Organisation.id)
    )


def possible_officers(reader: Reader) -> Select[Membership]:
    """The people of the bureaus that look after the reader's enterprise."""
    return (
        select(Membership)
        .join(Membership.organisation)
        .join(Membership.person)
        .where(
            Organisation.kind == OrganisationKind.BUREAU,
            or_(Organisation.district_code == reader.district_code, Organisation.district_code == CITY_CODE),
            Person.is_active.is_(True),
        )
        .options(joinedload(Membership.organisation), joinedload(Membership.person))
        .order_by(Organisation.district_code.desc(), Person.name, Person.id)
    )
