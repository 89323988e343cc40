"""The indexes of a process: a base opened from files, and whatever changed since, read from the database."""

import logging
import shutil
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from filelock import FileLock
from sqlalchemy import Engine, Select, func, select
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

#: A request builds what is missing only up to so many rows; more are built beside the pages, which say so.
BUILT_AT_ONCE = 5_000
#: From so many changes on top of it, a base is built anew beside the pages.
CHANGES_AT_MOST = 5_000
#: From so many changes on, it is looked whether another process has built a newer base.
CHANGES_UNTIL_LOOKED = 1_000
_LOOK_AGAIN_S = 1.0


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
    """An index, the place in the stream up to which it holds everything, and the revision of its base.

    What stands in for an index that is being built holds nothing: it ``is_degraded``.
    """

    index: Index
    position: Position
    base: int
    is_degraded: bool = False


class LiveIndex(Generic[Row]):
    """One source's index in this process, never older than the last commit. Safe for threads."""

    def __init__(self, source: Source[Row], folder: Path) -> None:
        self._source = source
        self._folder = folder / source.stream
        self._lock = threading.Lock()
        self._held: _Held | None = None
        self._beside: threading.Thread | None = None
        self._looked_at = 0.0
        #: Bases that were found altered after they had been opened.
        self._damaged: set[tuple[str, int]] = set()

    @property
    def is_degraded(self) -> bool:
        """Whether nothing can be found, because the index is only being built."""
        held = self._held
        return held is not None and held.is_degraded

    def current(self, session: Session) -> Index:
        """Return an index that holds every change committed before this call; one statement when nothing changed."""
        return self.at(session, accounts.stream_positions(session))

    def at(self, session: Session, positions: Mapping[str, Position]) -> Index:
        """Return an index that holds every change up to the stream positions just read."""
        position = positions.get(self._source.stream, Position())
        held = self._held
        if held is not None and not held.is_degraded and held.position.covers(position):
            return held.index
        with self._lock:
            return self._catch_up(session, position)

    def rebuild(self, session: Session, *, anew: bool = False) -> bool:
        """Save a new base when the files lag behind the database, or in any case. Return whether there was need to.

        Two that rebuild at once do so one after the other, and the second finds nothing to do.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with FileLock(self._folder / "rebuild.lock"):
            position = accounts.stream_positions(session).get(self._source.stream, Position())
            target = self._folder / _name(position)
            if not anew and _is_whole(target):
                return False
            self._build(session).save(target)
            for older in self._folder.iterdir():
                if older != target and older.is_dir():
                    # Whoever has it open keeps reading: the files live on until the last process lets go of them.
                    shutil.rmtree(older, ignore_errors=True)
        return True

    def _catch_up(self, session: Session, position: Position) -> Index:
        held = self._held
        if held is None or held.is_degraded or held.position.epoch != position.epoch:
            held = self._open(session, position)
        elif len(held.index.live.put) >= CHANGES_UNTIL_LOOKED:
            held = self._newer(position, held.base) or held
        if not held.is_degraded and not held.position.covers(position):
            rows = session.scalars(self._source.changed_since(held.position.revision)).all()
            gone = [name for row in rows for name in self._source.ids(row)]
            put = [document for row in rows for document in self._source.documents(row, on=clock.today())]
            held = _Held(held.index.with_changes(put=put, removed=gone), position, held.base)
            if len(held.index.live.put) >= CHANGES_AT_MOST:
                self._rebuild_beside(session)
        self._held = held
        return held.index

    def _open(self, session: Session, position: Position) -> _Held:
        if self.is_degraded and self._held is not None and time.monotonic() < self._looked_at + _LOOK_AGAIN_S:
            return self._held
        self._looked_at = time.monotonic()
        held = self._newer(position, -1)
        if held is not None:
            return held
        counted = select(func.count()).select_from(self._source.changed_since(0).subquery())
        if (session.scalar(counted) or 0) <= BUILT_AT_ONCE:
            _log.warning("No %s index on disk: it is built in memory. Run `matchmaker index`.", self._source.stream)
            return _Held(self._build(session), position, position.revision)
        if not self.is_degraded:
            _log.warning("No %s index on disk: it is built beside the pages.", self._source.stream)
        self._rebuild_beside(session)
        return _Held(Index.build([]), position, -1, is_degraded=True)

    def _newer(self, position: Position, base: int) -> _Held | None:
        """Open the newest base that is usable and newer than ``base``."""
        for folder in sorted(self._folder.glob(f"{position.epoch}-*"), reverse=True) if position.epoch else ():
            kept = Position(position.epoch, int(folder.name.rpartition("-")[2]))
            if kept.revision > position.revision or kept.revision <= base or _mark(folder) in self._damaged:
                continue
            try:
                index = Index.open(folder)
            except IndexDamaged as damage:
                _log.warning("The %s index in %s is not usable (%s).", self._source.stream, folder.name, damage)
                continue
            if not Index.is_checked_on_opening(folder):
                threading.Thread(target=self._check, args=(folder, kept.revision), daemon=True).start()
            return _Held(index, kept, kept.revision)
        return None

    def _check(self, folder: Path, base: int) -> None:
        """Read every byte of a large base that is in use already; let go of it when it is altered."""
        mark = _mark(folder)
        try:
            Index.verify(folder)
        except IndexDamaged as damage:
            if mark != _mark(folder):
                return
            _log.warning("The %s index in %s is not usable (%s).", self._source.stream, folder.name, damage)
            with self._lock:
                self._damaged.add(mark)
                if self._held is not None and self._held.base == base:
                    self._held = None

    def _rebuild_beside(self, session: Session) -> None:
        """Rebuild in a thread of its own, unless one is at it."""
        if self._beside is None or not self._beside.is_alive():
            bind = session.get_bind()
            engine = bind if isinstance(bind, Engine) else bind.engine
            self._beside = threading.Thread(target=self._rebuild_alone, args=(engine,), name="index", daemon=True)
            self._beside.start()

    def _rebuild_alone(self, engine: Engine) -> None:
        try:
            with Session(engine) as session:
                self.rebuild(session)
        except Exception:
            # A full disk, say: pages go on saying that search is being built, and the next one tries again.
            _log.exception("The %s index could not be built.", self._source.stream)

    def _build(self, session: Session) -> Index:
        # Rows of revision 0 were never shown to anybody; everything else is numbered from 1.
        rows = session.scalars(self._source.changed_since(0).execution_options(yield_per=1000))
        return Index.build(document for row in rows for document in self._source.documents(row, on=clock.today()))


def _name(position: Position) -> str:
    return f"{position.epoch}-{position.revision:012}"


def _mark(folder: Path) -> tuple[str, int]:
    """Return what tells a base from one that was saved in its place."""
    try:
        return folder.name, (folder / "index.json").stat().st_mtime_ns
    except OSError:
        return folder.name, 0


def _is_whole(folder: Path) -> bool:
    try:
        Index.verify(folder)
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

    @property
    def are_degraded(self) -> bool:
        """Whether any of them is only being built."""
        return any(live.is_degraded for _name, live in self.all())
