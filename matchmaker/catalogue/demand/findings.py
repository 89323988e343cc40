"""Which offerings the open needs find, and which needs find none: all counted at once, and held by the process."""

import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import cast

from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.queries import Position, stream_positions
from matchmaker.catalogue.demand import queries
from matchmaker.catalogue.needs.models import Need
from matchmaker.catalogue.suggestions import documents
from matchmaker.catalogue.suggestions import rules as conditions
from matchmaker.catalogue.suggestions.indexes import Indexes
from matchmaker.catalogue.suggestions.queries import CANDIDATES
from matchmaker.catalogue.suggestions.rules import OfferingTerms
from matchmaker.matching import Band, Index
from matchmaker.matching.text import fold

#: What a match page shows at first; whoever stands below is rarely looked at.
FIRST = 10
#: Counting anew takes at most this share of the time of a process, however often something changes.
_SHARE = 0.05


@dataclass(slots=True)
class Finding:
    """How the open needs find one offering: by their words, and how often a hard condition then fails."""

    strong: int = 0
    fair: int = 0
    #: Among the first that a need's match page shows.
    first: int = 0
    best_place: int | None = None
    failed: Counter[str] = field(default_factory=Counter)

    @property
    def found(self) -> int:
        """How many needs find it as a strong or possible match."""
        return self.strong + self.fair


@dataclass(frozen=True, slots=True)
class Unmet:
    """An open need without a good match: no strong or possible one that keeps its hard conditions."""

    need_id: int
    industry_code: str
    district_code: str
    #: Something fits it by its words, and only a hard condition (budget, deadline, maturity) stands between.
    is_near: bool


@dataclass(frozen=True, slots=True)
class Findings:
    """All findings by offering, and the needs that find nothing, at one moment."""

    counted_at: datetime
    on: date
    needs: int
    offerings: dict[int, Finding]
    #: How many needs find anything in each service category.
    categories: Counter[str]
    #: Everything that the open needs say, folded as the engine folds it.
    words: str
    #: Open needs by district and industry.
    open: Counter[tuple[str, str]] = field(default_factory=Counter)
    unmet: tuple[Unmet, ...] = ()

    def found(self, offering_id: int) -> int:
        """How many needs find the offering as a strong or possible match."""
        finding = self.offerings.get(offering_id)
        return finding.found if finding else 0


def count(session: Session, index: Index, *, on: date) -> Findings:
    """Search with every open need and count where each offering stands."""
    terms = queries.orderable_terms(session, on=on)
    found = Findings(clock.now(), on, 0, {}, Counter(), "")
    words: list[str] = []
    unmet: list[Unmet] = []
    for need in session.scalars(queries.open_needs()).yield_per(500):
        document = documents.need_as_query(need)
        words.append(fold("\n".join((document.title, document.body, *document.keywords))))
        served = _count_one(need, index, terms, found) if len(index) else _Served()
        found.categories.update(served.categories)
        found.open[need.district_code, need.industry_code] += 1
        if not served.is_well:
            unmet.append(Unmet(need.id, need.industry_code, need.district_code, bool(served.categories)))
    return replace(found, needs=len(words), words="\n".join(words), unmet=tuple(unmet))


@dataclass(slots=True)
class _Served:
    """What one need finds: in which categories, and whether anything keeps its hard conditions."""

    categories: set[str] = field(default_factory=set)
    is_well: bool = False


def _count_one(need: Need, index: Index, terms: Mapping[int, queries.Terms], found: Findings) -> _Served:
    """Add one need's matches to the findings. Return what it finds."""
    served = _Served()
    place = 0
    for match in index.search(documents.need_as_query(need), CANDIDATES):
        offering = terms.get(int(match.id))
        if offering is None:
            continue
        place += 1
        finding = found.offerings.setdefault(offering.id, Finding())
        finding.best_place = min(place, finding.best_place or place)
        if match.band is Band.WEAK:
            continue
        served.categories.add(offering.category_code)
        finding.strong += match.band is Band.STRONG
        finding.fair += match.band is Band.FAIR
        finding.first += place <= FIRST
        failed = _failed(need, offering, on=found.on)
        finding.failed.update(failed)
        served.is_well = served.is_well or not failed
    return served


def _failed(need: Need, offering: queries.Terms, *, on: date) -> list[str]:
    """Return the hard conditions that keep the two apart."""
    judged = conditions.hard_conditions(need, cast(OfferingTerms, offering), on=on)
    return [one.name for one in judged if one.is_near_miss]


class Counted:
    """The findings of a process. Safe for threads.

    They rest on both streams of changes. When one moves they are counted anew, but not so often that counting takes
    more than a small share of the time: until then the page says when they were counted.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: tuple[tuple[object, ...], Findings] | None = None
        self._due = 0.0

    def current(self, session: Session, indexes: Indexes) -> Findings:
        """Return the findings, counted now unless they hold or were counted a moment ago."""
        positions = stream_positions(session)
        key = (positions.get("need", Position()), positions.get("offering", Position()), clock.today())
        held = self._held
        if held is not None and (held[0] == key or (time.monotonic() < self._due and held[1].on == key[2])):
            return held[1]
        with self._lock:
            if self._held is not held and self._held is not None:
                return self._held[1]
            started = time.monotonic()
            findings = count(session, indexes.offerings.at(session, positions), on=clock.today())
            self._held = (key, findings)
            self._due = time.monotonic() + (time.monotonic() - started) / _SHARE
            return findings
