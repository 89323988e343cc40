"""The names that a process can complete and correct: titles, keywords, models, organisations, and who may know them."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from matchmaker.accounts.models import Organisation, OrganisationKind, OrganisationState
from matchmaker.accounts.queries import Position
from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.needs.models import OPEN, Confidentiality, Need
from matchmaker.catalogue.offerings.models import Offering, OfferingKind, OfferingState
from matchmaker.names import Hit, Mask, Table

#: So many changed names are kept beside the table; after that it is made anew.
MOST_CHANGED = 5_000
_NEVER = date.max.toordinal()


class Group(StrEnum):
    """What a name is the name of."""

    OFFERING = "offering"
    INSTRUMENT = "instrument"
    NEED = "need"
    ORGANISATION = "organisation"


class Part(StrEnum):
    """Which part of the thing the name is."""

    TITLE = "title"
    MODEL = "model"
    KEYWORD = "keyword"


class Name(NamedTuple):
    """One name of one thing."""

    text: str
    group: Group
    thing: int
    part: Part = Part.TITLE


@dataclass(frozen=True, slots=True)
class Guarded:
    """The names of one thing, and who may know of it: everybody, or only those whom its need is open to."""

    names: tuple[Name, ...]
    is_open: bool = True
    district: str = ""
    organisation: int = 0
    #: The last day on which it may be found.
    until: int = _NEVER


class Names:
    """Names in a table, with the marks that decide who is told of which. Never changed."""

    def __init__(self, guarded: Iterable[Guarded]) -> None:
        rows = list(guarded)
        self.names = [name for row in rows for name in row.names]
        counts = [len(row.names) for row in rows]
        self.table = Table([name.text for name in self.names])
        self._is_open = np.repeat(np.array([row.is_open for row in rows], np.bool_), counts)
        self._district = np.repeat(np.array([row.district for row in rows] or [""]), counts or [0])
        self._organisation = np.repeat(np.array([row.organisation for row in rows], np.int64), counts)
        self._until = np.repeat(np.array([row.until for row in rows], np.int64), counts)
        self._thing = np.array([name.thing for name in self.names], np.int64)
        self._group = np.array([_STREAMS.index(STREAM_OF[name.group]) for name in self.names], np.int8)

    def __len__(self) -> int:
        return len(self.names)

    def told(self, reader: Reader, *, on: date) -> Mask:
        """Return the names that ``reader`` may be told of on a day: as ``documents.needs_findable_by`` has it."""
        known = self._is_open.copy()
        if reader.is_trusted_provider or reader.is_city_bureau:
            known[:] = True
        elif reader.is_bureau and reader.district_code:
            known |= self._district == reader.district_code
        elif reader.is_enterprise:
            known |= self._organisation == reader.organisation_id
        return known & (self._until >= on.toordinal())

    def of_things(self, stream: str, things: npt.NDArray[np.int64]) -> Mask:
        """Return the names of these rows of a stream."""
        return self.of_stream(stream) & np.isin(self._thing, things)

    def of_stream(self, stream: str) -> Mask:
        """Return the names of the rows of a stream."""
        held: Mask = self._group == _STREAMS.index(stream)
        return held


STREAM_OF = {
    Group.OFFERING: "offering",
    Group.INSTRUMENT: "offering",
    Group.NEED: "need",
    Group.ORGANISATION: "organisation",
}
_STREAMS = ("need", "offering", "organisation")


class Source(NamedTuple):
    """Where the names of one stream are read: rows after a revision, each with its id first."""

    select: Select[*tuple[Any, ...]]
    revision: ColumnElement[int]
    guarded: Callable[[Any], Guarded | None]


def _needs(row: Any) -> Guarded | None:
    if row.state not in OPEN:
        return None
    keywords = [Name(word, Group.NEED, row.id, Part.KEYWORD) for word in row.keywords]
    return Guarded(
        (Name(row.title, Group.NEED, row.id), *keywords),
        is_open=row.confidentiality is not Confidentiality.MEMBERS,
        district=row.district_code,
        organisation=row.organisation_id,
    )


def _offerings(row: Any) -> Guarded | None:
    if row.state is not OfferingState.PUBLISHED or row.paused_at is not None:
        return None
    group = Group.INSTRUMENT if row.kind is OfferingKind.INSTRUMENT else Group.OFFERING
    names = [Name(row.title, group, row.id)]
    if row.model:
        names.append(Name(row.model, group, row.id, Part.MODEL))
    names += [Name(word, group, row.id, Part.KEYWORD) for word in row.keywords]
    return Guarded(tuple(names), until=row.valid_until.toordinal() if row.valid_until else _NEVER)


def _organisations(row: Any) -> Guarded | None:
    if row.kind is OrganisationKind.BUREAU or row.state is not OrganisationState.APPROVED:
        return None
    texts = (row.name, row.name_en) if row.name_en else (row.name,)
    return Guarded(tuple(Name(text, Group.ORGANISATION, row.id) for text in texts))


SOURCES = {
    "need": Source(
        select(
            Need.id,
            Need.state,
            Need.title,
            Need.keywords,
            Need.confidentiality,
            Need.district_code,
            Need.organisation_id,
        ),
        Need.__table__.c.revision,
        _needs,
    ),
    "offering": Source(
        select(
            Offering.id,
            Offering.state,
            Offering.title,
            Offering.keywords,
            Offering.kind,
            Offering.model,
            Offering.paused_at,
            Offering.valid_until,
        ),
        Offering.__table__.c.revision,
        _offerings,
    ),
    "organisation": Source(
        select(Organisation.id, Organisation.state, Organisation.kind, Organisation.name, Organisation.name_en),
        Organisation.__table__.c.revision,
        _organisations,
    ),
}


@dataclass(frozen=True)
class Shown:
    """The names of this moment: the table, what changed since it was made, and which of its names that replaces."""

    base: Names
    live: Names
    gone: Mask
    positions: Mapping[str, Position] = field(default_factory=dict)

    def asked(self, reader: Reader, *, on: date) -> "Asked":
        """Return the names as far as ``reader`` may be told of them."""
        return Asked(
            [(self.live, self.live.told(reader, on=on)), (self.base, self.base.told(reader, on=on) & ~self.gone)]
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """The names that one reader may be told of."""

    parts: Sequence[tuple[Names, Mask]]

    def find(self, query: str, *, most: int) -> list[tuple[Name, Hit]]:
        """Return the names that hold ``query``, best first."""
        found = [
            (names.names[hit.name], hit)
            for names, told in self.parts
            for hit in (names.table.find(query, allowed=told, most=most) if len(names) else ())
        ]
        found.sort(key=lambda item: (item[1].how, len(item[0].text), item[0]))
        return found[:most]

    def near(self, query: str, *, most: int, least: float) -> list[Name]:
        """Return names that share most of their characters with ``query``."""
        return [
            names.names[number]
            for names, told in self.parts
            if len(names)
            for number in names.table.sharing(query, allowed=told, most=most, least=least).tolist()
        ]


class NameShelf:
    """The names of a process, never older than the last commit. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: Shown | None = None
        self._made_at: Mapping[str, Position] = {}

    def at(self, session: Session, positions: Mapping[str, Position]) -> Shown:
        """Return the names up to the stream positions just read; no statement when nothing moved."""
        held = self._held
        if held is not None and held.positions == positions:
            return held
        with self._lock:
            held = self._held
            if held is None or held.positions != positions:
                held = self._caught_up(session, positions)
                self._held = held
            return held

    def _caught_up(self, session: Session, positions: Mapping[str, Position]) -> Shown:
        held = self._held
        if held is None or not all(_follows(positions.get(name), at) for name, at in self._made_at.items()):
            return self._made(session, positions)
        gone = np.zeros(len(held.base), np.bool_)
        changed: list[Guarded] = []
        for stream in _STREAMS:
            since = self._made_at.get(stream, Position()).revision
            if positions.get(stream, Position()).revision > since:
                things, guarded = _read(session, stream, since)
                gone |= held.base.of_things(stream, things)
                changed += guarded
        if len(changed) > MOST_CHANGED:
            return self._made(session, positions)
        return Shown(held.base, Names(changed), gone, positions)

    def _made(self, session: Session, positions: Mapping[str, Position]) -> Shown:
        base = Names([row for stream in _STREAMS for row in _read(session, stream, 0)[1]])
        self._made_at = positions
        return Shown(base, Names(()), np.zeros(len(base), np.bool_), positions)


def _read(session: Session, stream: str, since: int) -> tuple[npt.NDArray[np.int64], list[Guarded]]:
    """Return the ids of the rows changed after a revision, and what those that may be found are called."""
    source = SOURCES[stream]
    rows = session.execute(source.select.where(source.revision > since).order_by(source.revision)).all()
    guarded = [one for row in rows if (one := source.guarded(row)) is not None]
    return np.array([row.id for row in rows], np.int64), guarded


def _follows(now: Position | None, then: Position) -> bool:
    """Whether a stream only went on: another database, or one put back, has another past."""
    return now is not None and now.epoch == then.epoch and now.revision >= then.revision
