"""Everything that changes people, organisations and sign-ins."""

import secrets
from contextlib import suppress

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts import passwords, queries, rules
from matchmaker.accounts.models import (
    ChangeStream,
    EnterpriseSize,
    Membership,
    Organisation,
    OrganisationKind,
    Person,
    Role,
    SignIn,
)


def next_revision(session: Session, stream: str) -> int:
    """Number a change in ``stream``. The row stays locked until the commit, so numbers appear in order."""
    moved = _moved_on(session, stream)
    if moved is None:
        with suppress(IntegrityError), session.begin_nested():
            # Whoever begins the stream at the same moment waits here, and then finds it begun.
            session.add(ChangeStream(name=stream, epoch=secrets.token_hex(8), revision=0))
        moved = _moved_on(session, stream)
    assert moved is not None  # noqa: S101 - the stream has begun by now; narrows for the type checker
    return moved


def _moved_on(session: Session, stream: str) -> int | None:
    moved: int | None = session.execute(
        update(ChangeStream)
        .where(ChangeStream.name == stream)
        .values(revision=ChangeStream.revision + 1)
        .returning(ChangeStream.revision)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    return moved


def put_organisation(
    session: Session,
    *,
    key: str,
    kind: OrganisationKind,
    name: str,
    district_code: str,
    name_en: str = "",
    credit_code: str | None = None,
    industry_code: str | None = None,
    size: EnterpriseSize | None = None,
    about: str = "",
    is_demo: bool = False,
) -> Organisation:
    """Add the organisation that the seeds call ``key``, or correct it. Raises ``Invalid`` on ``credit_code``."""
    organisation = session.scalars(queries.organisation_by_key(key)).one_or_none()
    if organisation is None:
        organisation = Organisation(key=key, created_at=clock.now())
        session.add(organisation)
    organisation.kind = kind
    organisation.name = name
    organisation.name_en = name_en
    organisation.credit_code = rules.check_credit_code(credit_code) if credit_code else None
    organisation.district_code = district_code
    organisation.industry_code = industry_code
    organisation.size = size
    organisation.about = about
    organisation.is_demo = is_demo
    if organisation in session.new or session.is_modified(organisation):
        organisation.revision = next_revision(session, "organisation")
    session.flush()
    return organisation


def put_person(
    session: Session,
    *,
    email: str,
    name: str,
    password: str,
    organisation: Organisation | None,
    is_admin: bool = False,
    roles: frozenset[Role] = frozenset(),
) -> Person:
    """Add the person with this address, or leave the existing one alone but for their membership with ``roles``."""
    person = session.scalars(select(Person).where(Person.email == email)).one_or_none()
    if person is None:
        rules.check_password(password)
        person = Person(
            email=email,
            name=name,
            password_hash=passwords.hash_password(password),
            is_admin=is_admin,
            created_at=clock.now(),
        )
        session.add(person)
        session.flush()
    if organisation is not None and session.get(Membership, (person.id, organisation.id)) is None:
        session.add(
            Membership(person_id=person.id, organisation_id=organisation.id, roles=roles, created_at=clock.now())
        )
    session.flush()
    return person


def sign_in(session: Session, person: Person, *, browser: str = "", organisation_id: int | None = None) -> str:
    """Open a session for ``person`` and return its token.

    They act for ``organisation_id``, which must be theirs; by default for their first. ``browser`` says in a few words
    where.
    """
    token = passwords.new_token()
    theirs = select(Membership.organisation_id).where(Membership.person_id == person.id)
    organisations = sorted(session.scalars(theirs))
    session.add(
        SignIn(
            token_hash=passwords.hash_token(token),
            person_id=person.id,
            organisation_id=organisation_id if organisation_id in organisations else next(iter(organisations), None),
            browser=browser[:64],
            created_at=clock.now(),
        )
    )
    session.flush()
    return token


def sign_out(session: Session, token: str) -> None:
    """End the session; the token opens nothing any more, wherever it was copied to."""
    _end(session, SignIn.token_hash == passwords.hash_token(token))


def disable(session: Session, person: Person) -> None:
    """Shut ``person`` out and end every session of theirs."""
    person.is_active = False
    end_sessions(session, person)
    session.flush()


def end_sessions(session: Session, person: Person, *, besides: str | None = None) -> None:
    """End every session of ``person`` but the one with the token ``besides``."""
    kept = passwords.hash_token(besides) if besides else ""
    _end(session, and_(SignIn.person_id == person.id, SignIn.token_hash != kept))


def end_session(session: Session, person: Person, token_hash: str) -> None:
    """End the session of ``person`` that is kept under this hash; nobody else's."""
    _end(session, and_(SignIn.person_id == person.id, SignIn.token_hash == token_hash))


def enable(session: Session, person: Person) -> None:
    """Let ``person`` sign in again."""
    person.is_active = True
    session.flush()


def _end(session: Session, which: ColumnElement[bool]) -> None:
    session.execute(update(SignIn).where(which, SignIn.ended_at.is_(None)).values(ended_at=clock.now()))
