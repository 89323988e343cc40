"""The indexes of a process: a base opened from files, and whatever changed since, read from the database."""

import logging
import shutil
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts import queries as accounts
from matchmaker.accounts.models import Organisation
from matchmaker.accounts.queries import Position
from matchmaker.catalogue.needs.models import Need
from matchmaker.catalogue.offerings.models import Offering
from matchmaker.catalogue.queries import changed_since
from matchmaker.catalogue.suggestions import documents
from matchmaker.catalogue.suggestions.cards import CardShelf
from matchmaker.matching import Document, Index, IndexDamaged

Row = TypeVar("Row")

_log = logging.getLogger("matchmaker.index")


@dataclass(frozen=True, slots=True)
class Source(Generic[Row]):
    """Where the documents of one index come from. ``stream`` names it in the database and on disk."""

    stream: str
    changed_since: Callable[[int], Select[Row]]
    documents: Callable[..., list[Document]]
    ids: Callable[[Any], list[str]]


NEEDS = Source(
    "need",
    lambda revision: changed_since(Need, revision),
    documents.need_documents,
    documents.need_document_ids,
)
OFFERINGS = Source(
    "offering",
    lambda revision: changed_since(Offering, revision),
    documents.offering_documents,
    lambda row: [str(row.id)],
)
ORGANISATIONS: Source[Organisation] = Source(
    "organisation",
    accounts.organisations_changed_since,
    documents.organisation_documents,
    lambda row: [str(row.id)],
)


@dataclass(frozen=True, slots=True)
class _Held:
    """An index and the place in the stream up to which it holds everything."""

    index: Index
    position: Position


class LiveIndex(Generic[Row]):
    """One source's index in this process, never older than the last commit. Safe for threads."""

    def __init__(self, source: Source[Row], folder: Path) -> None:
        self._source = source
        self._folder = folder / source.stream
        self._lock = threading.Lock()
        self._held: _Held | None = None

    def current(self, session: Session) -> Index:
        """Return an index that holds every change committed before this call; one statement when nothing changed."""
        return self.at(session, accounts.stream_positions(session))

    def at(self, session: Session, positions: Mapping[str, Position]) -> Index:
        """Return an index that holds every change up to the stream positions just read."""
        position = positions.get(self._source.stream, Position())
        held = self._held
        if held is not None and held.position.covers(position):
            return held.index
        with self._lock:
            return self._catch_up(session, position)

    def rebuild(self, session: Session, *, anew: bool = False) -> bool:
        """Save a new base when the files lag behind the database, or in any case. Return whether there was need to."""
        position = accounts.stream_positions(session).get(self._source.stream, Position())
        target = self._folder / f"{position.epoch}-{position.revision:012}"
        if not anew and _opens(target):
            return False
        self._build(session).save(target)
        for older in self._folder.iterdir():
            if older != target and older.is_dir():
                # Whoever has it open keeps reading: the files live on until the last process lets go of them.
                shutil.rmtree(older, ignore_errors=True)
        return True

    def _catch_up(self, session: Session, position: Position) -> Index:
        held = self._held
        if held is None or held.position.epoch != position.epoch:
            held = self._open(session, position)
        if not held.position.covers(position):
            rows = session.scalars(self._source.changed_since(held.position.revision)).all()
            gone = [name for row in rows for name in self._source.ids(row)]
            put = [document for row in rows for document in self._source.documents(row, on=clock.today())]
            held = _Held(held.index.with_changes(put=put, removed=gone), position)
        self._held = held
        return held.index

    def _open(self, session: Session, position: Position) -> _Held:
        for base in sorted(self._folder.glob(f"{position.epoch}-*"), reverse=True) if position.epoch else ():
            kept = Position(position.epoch, int(base.name.rpartition("-")[2]))
            if kept.revision > position.revision:
                continue
            try:
                return _Held(Index.open(base), kept)
            except IndexDamaged as damage:
                _log.warning("The %s index in %s is not usable (%s).", self._source.stream, base.name, damage)
        _log.warning("No %s index on disk: it is built in memory. Run `matchmaker index`.", self._source.stream)
        return _Held(self._build(session), position)

    def _build(self, session: Session) -> Index:
        # Rows of revision 0 were never shown to anybody; everything else is numbered from 1.
        rows = session.scalars(self._source.changed_since(0).execution_options(yield_per=1000))
        return Index.build(document for row in rows for document in self._source.documents(row, on=clock.today()))


def _opens(folder: Path) -> bool:
    try:
        Index.open(folder)
    except IndexDamaged:
        return False
    return True


class Indexes:
    """All indexes of a process."""

    def __init__(self, folder: Path) -> None:
        self.needs = LiveIndex(NEEDS, folder)
        self.offerings = LiveIndex(OFFERINGS, folder)
        self.organisations = LiveIndex(ORGANISATIONS, folder)
        self.cards = CardShelf()

    def all(self) -> list[tuple[str, LiveIndex[Any]]]:
        """Return the indexes with their names."""
        return [("needs", self.needs), ("offerings", self.offerings), ("organisations", self.organisations)]
