"""Reads of who acts for an organisation."""

from sqlalchemy import Select, exists, false, or_, select, true
from sqlalchemy.orm import Session, contains_eager, joinedload

from matchmaker.accounts.links.models import Link
from matchmaker.accounts.links.queries import open_invitations
from matchmaker.accounts.models import Membership, Organisation, OrganisationKind, OrganisationState, Person, Role
from matchmaker.accounts.registration.queries import known_to
from matchmaker.accounts.rules import Reader


def organisation_by_id(reader: Reader, organisation_id: int) -> Select[Organisation]:
    """One organisation that the reader may know of; any for an admin."""
    anyones = true() if reader.is_admin else false()
    return select(Organisation).where(Organisation.id == organisation_id, or_(anyones, known_to(reader)))


def _with_people(reader: Reader, organisation_id: int) -> Select[int]:
    """The same, when the reader may know who its people are: colleagues, and those who could give them roles."""
    own = Organisation.id == reader.organisation_id if reader.organisation_id is not None else false()
    bureaus = Organisation.kind == OrganisationKind.BUREAU if Role.ADMIN in reader.roles else false()
    anyones = true() if reader.is_admin else false()
    return select(Organisation.id).where(Organisation.id == organisation_id, or_(own, bureaus, anyones))


def approved_organisation(reader: Reader, organisation_id: int) -> Select[Organisation]:
    """One organisation that everybody may know of, to ask for an invitation to it."""
    return select(Organisation).where(
        Organisation.id == organisation_id,
        Organisation.kind != OrganisationKind.BUREAU,
        Organisation.state == OrganisationState.APPROVED,
    )


def members(organisation_id: int) -> Select[Membership]:
    """Who acts for the organisation, longest first."""
    return (
        select(Membership)
        .join(Membership.person)
        .where(Membership.organisation_id == organisation_id)
        .options(contains_eager(Membership.person))
        .order_by(Membership.created_at, Membership.person_id)
    )


def membership(reader: Reader, organisation_id: int, person_id: int) -> Select[Membership]:
    """One membership within what the reader may know of."""
    scope = _with_people(reader, organisation_id)
    return (
        select(Membership)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.person_id == person_id,
            Membership.organisation_id.in_(scope),
        )
        .options(joinedload(Membership.person), joinedload(Membership.organisation))
    )


def invitation(reader: Reader, organisation_id: int, link_id: int) -> Select[Link]:
    """One open invitation to an organisation that the reader may know of."""
    scope = _with_people(reader, organisation_id)
    return (
        open_invitations(organisation_id)
        .where(Link.id == link_id, Link.organisation_id.in_(scope))
        .options(joinedload(Link.organisation))
    )


def active_roles(session: Session, organisation_id: int) -> dict[int, frozenset[Role]]:
    """Return the roles of everybody who can sign in and act for the organisation."""
    rows = session.execute(
        select(Membership.person_id, Membership.roles)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.organisation_id == organisation_id, Person.is_active)
    )
    return dict(list(rows))


def is_member(session: Session, organisation_id: int, email: str) -> bool:
    """Whether somebody with this address acts for the organisation already."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    Membership.organisation_id == organisation_id,
                    Membership.person_id == Person.id,
                    Person.email == email,
                )
            )
        )
    )


def bureaus(reader: Reader) -> Select[Organisation]:
    """The bureaus whose people the reader administers, the city's first."""
    statement = select(Organisation).where(Organisation.kind == OrganisationKind.BUREAU)
    if not reader.is_admin and not reader.is_city_bureau:
        statement = statement.where(Organisation.district_code == reader.district_code)
    return statement.order_by(Organisation.district_code, Organisation.id)


def bureau_reviewers(session: Session, district_code: str) -> list[Person]:
    """Return the reviewers of a district's bureau who can sign in."""
    rows = session.execute(
        select(Person, Membership.roles)
        .join(Membership, Membership.person_id == Person.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Organisation.kind == OrganisationKind.BUREAU, Organisation.district_code == district_code, Person.is_active
        )
        .order_by(Person.id)
    )
    return [person for person, roles in rows if Role.REVIEWER in roles]
