"""Making and using single-use links."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts import passwords
from matchmaker.accounts.links import rules
from matchmaker.accounts.links.models import Link, LinkPurpose
from matchmaker.accounts.models import Organisation, Person, Role
from matchmaker.errors import Conflict
from matchmaker.messages import _l

_SPENT = _l("This link was used already or is out of date. Ask for a new one.")


def make(
    session: Session,
    purpose: LinkPurpose,
    *,
    email: str,
    person: Person | None = None,
    organisation: Organisation | None = None,
    roles: frozenset[Role] = frozenset(),
    details: dict[str, Any] | None = None,
) -> tuple[Link, str]:
    """Keep a new link for ``email``; return it with the token that only the mail will hold."""
    token = passwords.new_token()
    link = Link(
        token_hash=passwords.hash_token(token),
        purpose=purpose,
        email=email,
        person_id=person.id if person else None,
        organisation_id=organisation.id if organisation else None,
        roles=roles,
        details=details or {},
        created_at=clock.now(),
        expires_at=clock.now() + rules.GOOD_FOR[purpose],
    )
    session.add(link)
    session.flush()
    return link, token


def use(session: Session, link: Link) -> dict[str, Any]:
    """Spend the link and return what it carried. Raises ``Conflict`` for whoever comes second."""
    session.refresh(link, with_for_update=True, attribute_names=["used_at", "expires_at", "details"])
    if link.used_at is not None or link.expires_at <= clock.now():
        raise Conflict(_SPENT)
    carried = dict(link.details)
    link.used_at = clock.now()
    link.details = {}
    session.flush()
    return carried


def withdraw(session: Session, link: Link) -> None:
    """Let the link open nothing any more."""
    use(session, link)


def withdraw_resets(session: Session, person: Person) -> None:
    """End every link that could set the person's password: it has just been set, or they were shut out."""
    session.execute(
        update(Link)
        .where(Link.person_id == person.id, Link.purpose == LinkPurpose.RESET, Link.used_at.is_(None))
        .values(used_at=clock.now())
    )


def forget(session: Session) -> int:
    """Remove what was typed at registrations whose link ran out; return how many there were."""
    stale = session.scalars(
        select(Link).where(
            Link.purpose == LinkPurpose.REGISTRATION, Link.used_at.is_(None), Link.expires_at <= clock.now()
        )
    ).all()
    for link in stale:
        session.delete(link)
    session.flush()
    return len(stale)
