"""The names of all organisations as a process holds them, to find those that are nearly the new one's."""

import threading

from rapidfuzz import fuzz, process
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.accounts.models import Organisation, OrganisationKind
from matchmaker.accounts.queries import Position, stream_positions
from matchmaker.accounts.registration import rules
from matchmaker.accounts.registration.rules import Twin

#: How many likely names are read before those are left out that the reader may not see.
_CANDIDATES = 40


class Names:
    """Distinctive parts by organisation, brought up to date by the stream of organisations' changes.

    The first look reads every name; later ones read what changed since. Safe for threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._at = Position()
        self._places: frozenset[str] = frozenset()
        self._names: dict[int, str] = {}

    def like(self, session: Session, name: str, *, places: frozenset[str], besides: int | None = None) -> list[Twin]:
        """Return the organisations that may be the one called ``name``, likeliest first."""
        known = self._current(session, places)
        new = rules.distinctive(name, places)
        found = process.extract(new, known, scorer=fuzz.ratio, score_cutoff=rules.LIKENESS, limit=_CANDIDATES)
        return [Twin(key, round(score), rules.why_alike(new, part)) for part, score, key in found if key != besides]

    def _current(self, session: Session, places: frozenset[str]) -> dict[int, str]:
        now = stream_positions(session).get("organisation", Position())
        with self._lock:
            if now != self._at or places != self._places:
                is_new = now.epoch != self._at.epoch or places != self._places or now.revision < self._at.revision
                since = -1 if is_new else self._at.revision
                read = select(Organisation.id, Organisation.name).where(
                    Organisation.kind != OrganisationKind.BUREAU, Organisation.revision > since
                )
                changed = {key: rules.distinctive(name, places) for key, name in session.execute(read)}
                # A new dictionary: whoever is still looking through the old one is not disturbed.
                self._names = changed if is_new else self._names | changed
                self._at, self._places = now, places
            return self._names
