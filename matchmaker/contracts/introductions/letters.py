"""The letters about introductions. Mail travels in the open: it tells numbers, and the site tells the rest."""

from collections.abc import Iterable
from typing import Protocol

from sqlalchemy.orm import Session

from matchmaker import phrases
from matchmaker.accounts.members.letters import Text, tell, write
from matchmaker.accounts.queries import person_by_email
from matchmaker.contracts.introductions import queries
from matchmaker.contracts.introductions.models import Introduction, Side
from matchmaker.db.actors import actor_of
from matchmaker.messages import Message, _l


class TwoSided(Protocol):
    """What an enterprise and a provider do together."""

    def organisation_of(self, side: Side) -> int:
        """Return whose side it is."""


def tell_others(session: Session, organisation_id: int, text: Text) -> None:
    """Write to everybody who acts for an organisation, but not to whoever caused it."""
    own = actor_of(session).person_id
    rows = session.execute(queries.members([organisation_id]))
    tell(session, [person for _organisation_id, person in rows if person.id != own], text)


def tell_side(session: Session, thing: TwoSided, side: Side, text: Text) -> None:
    """Write to everybody who acts for one side of a thing, but not to whoever caused it."""
    tell_others(session, thing.organisation_of(side), text)


def tell_address(session: Session, email: str, text: Text) -> None:
    """Write to an address, in its owner's language where it is somebody's."""
    person = session.scalars(person_by_email(email)).one_or_none()
    write(session, email, text, language=person.language if person else phrases.DEFAULT)


def _text(introduction: Introduction, subject: Message, body: Message) -> Text:
    return Text(
        subject,
        _l(
            "%(what)s\n\nSign in; it stands on your first page and here:\n\n/introductions/%(id)s",
            what=body,
            id=introduction.id,
        ),
    )


def opened(introduction: Introduction) -> Text:
    """The other side asks."""
    number = introduction.number
    if introduction.opened_by_side is Side.ENTERPRISE:
        body = _l("An enterprise asks for an introduction (%(number)s). Please accept or decline it.", number=number)
    else:
        body = _l(
            "A complex or institute offers itself for one of your needs (%(number)s). Please accept or decline it.",
            number=number,
        )
    return _text(introduction, _l("Somebody asks for an introduction: %(number)s", number=number), body)


def accepted(introduction: Introduction) -> Text:
    """The other side is willing to talk."""
    number = introduction.number
    return _text(
        introduction,
        _l("Introduction %(number)s was accepted", number=number),
        _l("The other side accepted your introduction %(number)s. You can write to each other now.", number=number),
    )


def ended(introduction: Introduction) -> Text:
    """Nothing came of it."""
    number = introduction.number
    return _text(
        introduction,
        _l("Introduction %(number)s has ended", number=number),
        _l("The other side ended the introduction %(number)s and says why on its page.", number=number),
    )


def need_has_ended(introduction: Introduction) -> Text:
    """There is nothing left to answer."""
    number = introduction.number
    return _text(
        introduction,
        _l("Introduction %(number)s has ended", number=number),
        _l("The need of the introduction %(number)s was solved or closed; no answer is due any more.", number=number),
    )


def written(introduction: Introduction) -> Text:
    """There is something new to read."""
    number = introduction.number
    return _text(
        introduction,
        _l("A new message in introduction %(number)s", number=number),
        _l("The other side wrote to you in the introduction %(number)s and waits for your reply.", number=number),
    )


def invited(introduction: Introduction) -> Text:
    """Somebody outside is asked to come in."""
    number = introduction.number
    return _text(
        introduction,
        _l("You are invited to an introduction: %(number)s", number=number),
        _l(
            "You are invited to accompany the introduction %(number)s between an enterprise and a provider. It opens "
            "to whoever signs in with this address. If you have no account yet, register first, or ask your "
            "organisation to invite you.",
            number=number,
        ),
    )


def reminder(introductions: Iterable[Introduction]) -> Text:
    """Replies are due."""
    lines = "\n".join(f"/introductions/{one.id}  {one.number}" for one in introductions)
    return Text(
        _l("Somebody waits for your reply"),
        _l(
            "In these introductions the other side waits for your reply:\n\n%(lines)s\n\nSign in to answer.",
            lines=lines,
        ),
    )
