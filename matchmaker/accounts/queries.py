"""Reads of people, organisations and sign-ins."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, String, bindparam, cast, func, literal, or_, select
from sqlalchemy.orm import Session, selectinload

from matchmaker.accounts.mandates.models import Mandate
from matchmaker.accounts.models import (
    ChangeStream,
    Membership,
    Organisation,
    OrganisationKind,
    OrganisationState,
    Person,
    SignIn,
)
from matchmaker.accounts.rules import Reader

_person, _organisation = Person.__table__.c, Organisation.__table__.c
_every = Membership.__table__.alias()
_sign_in, _membership, _mandate = SignIn.__table__.c, Membership.__table__.c, Mandate.__table__.c
_WHO = (
    _person.id,
    _person.name,
    _person.email,
    _person.is_admin,
    _organisation.id,
    _organisation.name,
    _organisation.kind,
    _organisation.district_code,
    _organisation.state,
    _membership.roles,
    # As text, so that who asks is known in one statement.
    select(func.aggregate_strings(cast(_mandate.organisation_id, String), ","))
    .where(
        _mandate.holder_id == _organisation.id,
        or_(_mandate.person_id.is_(None), _mandate.person_id == _person.id),
        _mandate.ended_at.is_(None),
    )
    .scalar_subquery(),
    # In how many organisations they can act: who has one needs no way to another.
    select(func.count()).select_from(_every).where(_every.c.person_id == _person.id).scalar_subquery(),
)
# Every request asks this: the statement is made once, and of tables, which cost half of what mapped classes do.
_READER = (
    select(*_WHO)
    .select_from(Person.__table__)
    .join(SignIn.__table__, _sign_in.person_id == _person.id)
    # The membership is part of the join: whoever left an organisation no longer acts for it.
    .outerjoin(
        Membership.__table__,
        (_membership.person_id == _person.id) & (_membership.organisation_id == _sign_in.organisation_id),
    )
    .outerjoin(Organisation.__table__, _organisation.id == _membership.organisation_id)
    .where(_sign_in.token_hash == bindparam("token_hash"), _sign_in.ended_at.is_(None), _person.is_active.is_(True))
)
_ACTING = (
    select(*_WHO)
    .select_from(Person.__table__)
    .join(Membership.__table__, _membership.person_id == _person.id)
    .join(Organisation.__table__, _organisation.id == _membership.organisation_id)
    .where(
        _person.id == bindparam("person_id"),
        _organisation.id == bindparam("organisation_id"),
        _person.is_active.is_(True),
    )
)

_stream = ChangeStream.__table__.c
_POSITIONS = select(_stream.name, _stream.epoch, _stream.revision)


def reader_by_token_hash(session: Session, token_hash: str) -> Reader | None:
    """Return who is signed in with the token, ``None`` when it ended or the person was disabled. One statement."""
    return _reader(session.execute(_READER, {"token_hash": token_hash}).one_or_none())


def reader_acting(session: Session, *, person_id: int, organisation_id: int) -> Reader | None:
    """Return what somebody may now who asked for something earlier; ``None`` when they act there no longer."""
    return _reader(session.execute(_ACTING, {"person_id": person_id, "organisation_id": organisation_id}).one_or_none())


def _reader(row: Any) -> Reader | None:
    if row is None:
        return None
    (
        person_id,
        name,
        email,
        is_admin,
        organisation_id,
        organisation_name,
        kind,
        district_code,
        state,
        roles,
        mandates,
        organisation_count,
    ) = row
    return Reader(
        person_id=person_id,
        name=name,
        email=email,
        is_admin=is_admin,
        organisation_id=organisation_id,
        organisation_name=organisation_name or "",
        organisation_kind=kind,
        district_code=district_code,
        organisation_state=state or OrganisationState.APPROVED,
        roles=roles or frozenset(),
        mandates=frozenset(map(int, mandates.split(","))) if mandates else frozenset(),
        organisation_count=organisation_count,
    )


def person_by_email(email: str) -> Select[Person]:
    """Return the active person with this address."""
    # PostgreSQL refuses NUL even in a comparison.
    address = email.replace("\0", "").strip().lower()
    return select(Person).where(Person.email == address, Person.is_active).options(selectinload(Person.memberships))


def emails_of_people(session: Session, emails: Collection[str]) -> set[str]:
    """Return those of ``emails`` that belong to an active person."""
    return set(session.scalars(select(Person.email).where(Person.email.in_(emails), Person.is_active)))


def people() -> Select[Person]:
    """Everybody, newest first, with what they act for."""
    return (
        select(Person)
        .options(selectinload(Person.memberships).joinedload(Membership.organisation))
        .order_by(Person.created_at.desc(), Person.id.desc())
    )


def person_by_id(reader: Reader, person_id: int) -> Select[Person]:
    """One person, for an admin only."""
    return people().where(Person.id == person_id, literal(reader.is_admin))


def organisation_by_key(key: str) -> Select[Organisation]:
    """The organisation that the seeds call ``key``."""
    return select(Organisation).where(Organisation.key == key)


def organisation_counts(session: Session) -> dict[OrganisationKind, int]:
    """How many organisations there are of each kind."""
    rows = session.execute(select(Organisation.kind, func.count()).group_by(Organisation.kind))
    return dict(list(rows))


@dataclass(frozen=True, slots=True)
class Position:
    """How far a stream of changes has come; ``epoch`` tells one database's stream from another's."""

    epoch: str = ""
    revision: int = 0

    def covers(self, wanted: "Position") -> bool:
        """Whether everything up to ``wanted`` lies before this position of the same stream."""
        return self.epoch == wanted.epoch and self.revision >= wanted.revision


def stream_positions(session: Session) -> dict[str, Position]:
    """Return the position of every stream that has begun, by name, in one statement."""
    return {name: Position(epoch, revision) for name, epoch, revision in session.execute(_POSITIONS)}


def organisations_changed_since(revision: int) -> Select[Organisation]:
    """Organisations added or corrected after ``revision``, for the search index."""
    return select(Organisation).where(Organisation.revision > revision).order_by(Organisation.revision, Organisation.id)
