"""The letters that accounts write."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.accounts.models import Membership, Organisation, Person, Role
from matchmaker.letters import operations as letters
from matchmaker.messages import Message, _l


@dataclass(frozen=True, slots=True)
class Text:
    """What a letter says."""

    subject: Message
    body: Message


def tell(session: Session, people: Iterable[Person], text: Text) -> None:
    """Write to each of ``people`` in their language."""
    for person in people:
        letters.post(session, to=person.email, subject=text.subject, body=text.body, language=person.language)


def write(session: Session, email: str, text: Text, *, language: str) -> None:
    """Write to an address that may be nobody's yet."""
    letters.post(session, to=email, subject=text.subject, body=text.body, language=language)


def tell_managers(session: Session, organisation: Organisation, text: Text) -> None:
    """Write to the managers of ``organisation``."""
    tell(session, with_role(session, organisation.id, frozenset({Role.MANAGER})), text)


def with_role(session: Session, organisation_id: int, roles: frozenset[Role]) -> list[Person]:
    """Return the active members who have one of ``roles``, in a fixed order."""
    members = session.execute(
        select(Person, Membership.roles)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.organisation_id == organisation_id, Person.is_active)
        .order_by(Person.id)
    )
    return [person for person, held in members if held & roles]


def approved(organisation: Organisation, url: str) -> Text:
    """The bureau said yes."""
    return Text(
        _l("%(name)s is approved", name=organisation.name),
        _l(
            "The bureau has approved the registration of %(name)s. You can now publish and invite colleagues:\n\n"
            "%(url)s\n",
            name=organisation.name,
            url=url,
        ),
    )


def rejected(organisation: Organisation, reason: str, url: str) -> Text:
    """The bureau said no, and why."""
    return Text(
        _l("The registration of %(name)s needs a correction", name=organisation.name),
        _l(
            "The bureau could not approve the registration of %(name)s:\n\n%(reason)s\n\n"
            "Correct it here and hand it in again:\n\n%(url)s\n",
            name=organisation.name,
            reason=reason,
            url=url,
        ),
    )


def confirm(name: str, url: str) -> Text:
    """Follow the link to register."""
    return Text(
        _l("Confirm the registration of %(name)s", name=name),
        _l(
            "With this address somebody, probably you, registers %(name)s. Open the link within seven days to "
            "confirm:\n\n%(url)s\n\nIf you have an account with this address already, sign in with it when asked. "
            "If it was not you, do nothing; what was typed will be deleted.\n",
            name=name,
            url=url,
        ),
    )


def invited(organisation: Organisation, inviter: str, url: str) -> Text:
    """A colleague invites."""
    return Text(
        _l("%(inviter)s invites you to act for %(name)s", inviter=inviter, name=organisation.name),
        _l(
            "%(inviter)s invites you to act for %(name)s. The link works once, within seven days:\n\n%(url)s\n\n"
            "If you do not know about this, do nothing.\n",
            inviter=inviter,
            name=organisation.name,
            url=url,
        ),
    )


def asked(organisation: Organisation, *, name: str, email: str, url: str) -> Text:
    """Somebody would like to be invited."""
    return Text(
        _l("Somebody asks to act for %(name)s", name=organisation.name),
        _l(
            "%(person)s (%(email)s) asks to act for %(name)s. If you know them, invite them here:\n\n%(url)s\n\n"
            "If you do not know them, do nothing.\n",
            person=name,
            email=email,
            name=organisation.name,
            url=url,
        ),
    )


def reset(url: str) -> Text:
    """Set the password anew."""
    return Text(
        _l("Set your password anew"),
        _l(
            "Somebody, probably you, asks to set your password anew. The link works once, within an hour:\n\n"
            "%(url)s\n\nIf it was not you, do nothing; your password stays as it is.\n",
            url=url,
        ),
    )


def password_changed(url: str) -> Text:
    """The password was changed; whoever did not do it hears of it."""
    return Text(
        _l("Your password was changed"),
        _l("Your password was changed just now. If it was not you, set it anew at once:\n\n%(url)s\n", url=url),
    )


def roles_changed(organisation: Organisation, roles: Message | str) -> Text:
    """Somebody may do more or less than before."""
    return Text(
        _l("Your roles at %(name)s have changed", name=organisation.name),
        _l("Your roles at %(name)s are now: %(roles)s.\n", name=organisation.name, roles=roles),
    )
