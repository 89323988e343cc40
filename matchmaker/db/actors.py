"""Who is acting: known to the edge that opened the session, read when something is written."""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypedDict

from sqlalchemy.orm import Session

#: Where a session keeps the function that tells who acts through it.
_KEY = "matchmaker_actor"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person acting for an organisation by a page, or a command or job by itself."""

    act: str
    person_id: int | None = None
    organisation_id: int | None = None


#: What runs in this process when nobody is behind it, such as "command seed".
running: ContextVar[str] = ContextVar("running", default="program")


def answer_for(session: Session, actor: Callable[[], Actor]) -> None:
    """Let ``actor`` be asked whenever ``session`` writes."""
    session.info[_KEY] = actor


def actor_of(session: Session) -> Actor:
    """Return who acts through ``session``."""
    ask: Callable[[], Actor] | None = session.info.get(_KEY)
    return ask() if ask else Actor(running.get())


class Attribution(TypedDict):
    """The columns that say who wrote a row."""

    person_id: int | None
    organisation_id: int | None


def attribution(session: Session) -> Attribution:
    """Return the columns that say who writes through ``session``."""
    actor = actor_of(session)
    return Attribution(person_id=actor.person_id, organisation_id=actor.organisation_id)
