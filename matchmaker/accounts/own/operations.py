"""What people change of themselves."""

from sqlalchemy.orm import Session

from matchmaker.accounts import operations as accounts
from matchmaker.accounts import passwords
from matchmaker.accounts.links import operations as links
from matchmaker.accounts.links.models import Link, LinkPurpose
from matchmaker.accounts.members import letters
from matchmaker.accounts.models import Membership, Person, SignIn
from matchmaker.accounts.own import rules
from matchmaker.errors import Invalid
from matchmaker.messages import _l
from matchmaker.phrases import LANGUAGES


def choose_language(session: Session, person_id: int | None, language: str) -> None:
    """Write to the person in ``language`` from now on."""
    person = session.get_one(Person, person_id)
    if language in LANGUAGES and person.language != language:
        person.language = language
        session.flush()


def switch(session: Session, *, token: str, person_id: int | None, organisation_id: int) -> bool:
    """Let this one session act for another organisation of the person's. False: it is not theirs."""
    if session.get(Membership, (person_id, organisation_id)) is None:
        return False
    session.get_one(SignIn, passwords.hash_token(token)).organisation_id = organisation_id
    session.flush()
    return True


def change_password(
    session: Session, person: Person, *, old: str, new: str, token: str | None, forgotten_url: str
) -> None:
    """Set a new password, end every other session, and write to the person. Raises ``Invalid``."""
    if not passwords.is_password(old, person.password_hash):
        raise Invalid(field="old", message=_l("That is not your present password."))
    _set(session, person, new)
    accounts.end_sessions(session, person, besides=token)
    letters.tell(session, [person], letters.password_changed(forgotten_url))


def ask_reset(session: Session, email: str, person: Person | None) -> tuple[Link, str]:
    """Make the link that sets a password anew; one is made for nobody too, so that both take the same time."""
    return links.make(session, LinkPurpose.RESET, email=email, person=person)


def reset_password(session: Session, link: Link, *, new: str, forgotten_url: str) -> Person:
    """Set the person's password anew and end every session of theirs. Raises ``Invalid`` or ``Conflict``."""
    person = session.get_one(Person, link.person_id)
    _check(person, new)
    links.use(session, link)
    _set(session, person, new)
    accounts.end_sessions(session, person)
    letters.tell(session, [person], letters.password_changed(forgotten_url))
    return person


def _check(person: Person, new: str) -> None:
    rules.check_new_password(new, email=person.email, name=person.name)


def _set(session: Session, person: Person, new: str) -> None:
    _check(person, new)
    person.password_hash = passwords.hash_password(new)
    links.withdraw_resets(session, person)
    session.flush()
