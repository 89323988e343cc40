"""Everything that changes who acts for an organisation."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts import passwords
from matchmaker.accounts.links import operations as links
from matchmaker.accounts.links.models import Link, LinkPurpose
from matchmaker.accounts.links.queries import open_invitations
from matchmaker.accounts.members import letters, queries, rules
from matchmaker.accounts.models import (
    BUREAU_ROLES,
    ROLE_LABELS,
    Membership,
    Organisation,
    OrganisationState,
    Person,
    Role,
    SignIn,
)
from matchmaker.accounts.own.rules import check_new_password
from matchmaker.accounts.rules import as_email, check_person_name
from matchmaker.errors import Conflict, Invalid
from matchmaker.messages import Message, _l


def add_person(session: Session, *, email: str, name: str, password_hash: str, language: str) -> Person:
    """Add somebody whose address is known to be theirs. Raises ``Conflict`` when it has an account already."""
    if session.scalars(select(Person.id).where(Person.email == email)).first() is not None:
        raise Conflict(_l("There is an account with this address already. Sign in with it, then open the link again."))
    person = Person(
        email=email, name=name, password_hash=password_hash, language=language, created_at=clock.now(), is_admin=False
    )
    session.add(person)
    session.flush()
    return person


def new_person(session: Session, link: Link, *, name: str, password: str, language: str) -> Person:
    """Add the person to whom ``link`` was sent. Raises ``Invalid`` or ``Conflict``."""
    name = check_person_name(name)
    check_new_password(password, email=link.email, name=name)
    return add_person(
        session, email=link.email, name=name, password_hash=passwords.hash_password(password), language=language
    )


def invite(session: Session, organisation: Organisation, *, email: str, roles: frozenset[Role]) -> tuple[Link, str]:
    """Make an invitation; an earlier one to the same address is good for nothing any more. Raises ``Invalid``."""
    email = as_email(email)
    rules.check_roles(roles, organisation.kind)
    if organisation.state is not OrganisationState.APPROVED:
        raise Conflict(_l("The organisation is not approved yet."))
    if queries.is_member(session, organisation.id, email):
        raise Invalid(field="email", message=_l("Somebody with this address acts for the organisation already."))
    for earlier in session.scalars(open_invitations(organisation.id).where(Link.email == email)).all():
        links.withdraw(session, earlier)
    return links.make(session, LinkPurpose.INVITATION, email=email, organisation=organisation, roles=roles)


def accept(session: Session, link: Link, person: Person) -> Membership:
    """Let ``person`` act for the organisation that invites; spends the link. Raises ``Conflict``."""
    links.use(session, link)
    held = session.get(Membership, (person.id, link.organisation_id))
    if held is not None:
        # They came in by another way meanwhile: the invitation adds its roles and takes none.
        held.roles = held.roles | link.roles
        session.flush()
        return held
    membership = Membership(
        person_id=person.id, organisation_id=link.organisation_id, roles=link.roles, created_at=clock.now()
    )
    session.add(membership)
    session.flush()
    return membership


def set_roles(session: Session, membership: Membership, roles: frozenset[Role], *, by: int | None) -> None:
    """Let the member have exactly these roles. Raises ``Invalid``, ``Forbidden`` or ``Conflict``."""
    organisation = _lock(session, membership.organisation_id)
    session.refresh(membership, attribute_names=["roles"])
    rules.check_roles(roles, organisation.kind)
    rules.check_not_raised(own=membership.person_id == by, before=membership.roles, after=roles)
    rules.check_still_headed(
        queries.active_roles(session, organisation.id),
        person_id=membership.person_id,
        after=roles,
        kind=organisation.kind,
    )
    if roles != membership.roles:
        membership.roles = roles
        session.flush()
        letters.tell(session, [membership.person], letters.roles_changed(organisation, roles_in_words(roles)))


def hand_over(session: Session, membership: Membership, *, by: int | None) -> None:
    """Make the member manager in place of ``by``, in one step. Raises ``Conflict``."""
    organisation = _lock(session, membership.organisation_id)
    own = session.get_one(Membership, (by, organisation.id))
    session.refresh(own, attribute_names=["roles"])
    session.refresh(membership, attribute_names=["roles"])
    if Role.MANAGER not in own.roles or not membership.person.is_active:
        raise Conflict(_l("This cannot be handed over any more. Load the page again."))
    membership.roles = membership.roles | {Role.MANAGER}
    own.roles = own.roles - {Role.MANAGER}
    session.flush()
    letters.tell(session, [membership.person], letters.roles_changed(organisation, roles_in_words(membership.roles)))


def remove(session: Session, membership: Membership) -> None:
    """Let the member no longer act for the organisation; their open pages end with it. Raises ``Conflict``."""
    organisation = _lock(session, membership.organisation_id)
    rules.check_still_headed(
        queries.active_roles(session, organisation.id),
        person_id=membership.person_id,
        after=None,
        kind=organisation.kind,
    )
    person_id = membership.person_id
    session.delete(membership)
    session.flush()
    _move_on(session, person_id, organisation.id)


def leave(session: Session, organisation: Organisation, *, person_id: int | None) -> None:
    """Let the person go by themselves. Raises ``Conflict`` when nobody would be left to manage the others."""
    own = session.get(Membership, (person_id, organisation.id))
    if own is None:
        raise Conflict(_l("You do not act for this organisation any more."))
    remove(session, own)


def ask(session: Session, organisation: Organisation, *, name: str, email: str, url: str) -> None:
    """Tell the managers, or where there are none the district's reviewers, that somebody would like to join."""
    name, email = check_person_name(name), as_email(email)
    text = letters.asked(organisation, name=name, email=email, url=url)
    heads = letters.with_role(session, organisation.id, frozenset({Role.MANAGER}))
    letters.tell(session, heads or queries.bureau_reviewers(session, organisation.district_code), text)


def roles_in_words(roles: frozenset[Role]) -> Message:
    """Return the roles as they are read out, in one order."""
    said: Message = _l("no special role")
    named = [ROLE_LABELS[role] for role in (Role.MANAGER, *BUREAU_ROLES) if role in roles]
    for number, label in enumerate(named):
        said = label if number == 0 else _l("%(first)s, %(next)s", first=said, next=label)
    return said


def _lock(session: Session, organisation_id: int) -> Organisation:
    """Two who leave at the same moment would each see the other still there: they line up at the organisation."""
    return session.scalars(select(Organisation).where(Organisation.id == organisation_id).with_for_update()).one()


def _move_on(session: Session, person_id: int, organisation_id: int) -> None:
    """Let the person's open sessions act for another organisation of theirs, if they have one."""
    other = session.scalars(
        select(Membership.organisation_id)
        .where(Membership.person_id == person_id)
        .order_by(Membership.organisation_id)
        .limit(1)
    ).first()
    for sign_in in session.scalars(
        select(SignIn).where(
            SignIn.person_id == person_id, SignIn.organisation_id == organisation_id, SignIn.ended_at.is_(None)
        )
    ):
        sign_in.organisation_id = other
    session.flush()
