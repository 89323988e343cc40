"""What demo data does is done by its people, on days of the past, through the operations that people use."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.models import Organisation
from matchmaker.db.actors import Actor, answer_for

_NOBODY = Actor("command seed")


class Acting:
    """Acts for one person after the other; a loader is made of it."""

    def __init__(self, session: Session, organisations: Mapping[str, Organisation]) -> None:
        self._session = session
        self._organisations = organisations
        self._actor = _NOBODY
        answer_for(session, lambda: self._actor)

    def rest(self) -> None:
        """Act for nobody any more."""
        self._actor = _NOBODY

    @contextmanager
    def _acting(self, person_id: int | None, organisation_id: int | None, at: datetime) -> Iterator[None]:
        """Act for a person in an organisation's name at an instant, now at the latest."""
        self._actor = Actor("command seed", person_id=person_id, organisation_id=organisation_id)
        with clock.stopped(min(at, clock.now())):
            yield
