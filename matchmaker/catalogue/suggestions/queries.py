"""Matches of one posting, judged and sorted into those that fit, near misses and the rest."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.models import Posting, PostingState
from matchmaker.catalogue.needs.models import Need
from matchmaker.catalogue.needs.queries import in_scope as needs_in_scope
from matchmaker.catalogue.offerings.models import Offering
from matchmaker.catalogue.offerings.queries import is_orderable
from matchmaker.catalogue.suggestions import documents, rules
from matchmaker.matching import Band, Document, Index, Match, Selection
from matchmaker.reference.queries import Code

Posted = TypeVar("Posted", bound=Posting)

#: How many candidates are judged by their conditions before the list is cut.
CANDIDATES = 60


@dataclass(frozen=True, slots=True)
class Suggestion(Generic[Posted]):
    """A match with the posting it found and how the conditions stand."""

    match: Match
    posting: Posted
    conditions: list[rules.Condition]

    @property
    def failed(self) -> list[rules.Condition]:
        """The hard conditions that are not met."""
        return [condition for condition in self.conditions if condition.is_near_miss]


@dataclass(frozen=True, slots=True)
class Suggestions(Generic[Posted]):
    """What was found: ``good`` fit, ``weak`` share words but little else, ``near`` fail exactly one condition."""

    good: list[Suggestion[Posted]] = field(default_factory=list)
    weak: list[Suggestion[Posted]] = field(default_factory=list)
    near: list[Suggestion[Posted]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MatchFilters:
    """What the reader narrows matches to; empty strings narrow nothing."""

    kind: str = ""
    district: str = ""
    industry: str = ""
    category: str = ""
    voucher: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is narrowed."""
        return self == MatchFilters()

    def selection(self, index: Index) -> Selection | None:
        """Return the documents the filters leave, ``None`` when they leave all."""
        facets: dict[str, str | list[str]] = {
            name: value for name in ("kind", "district", "category") if (value := getattr(self, name))
        }
        if self.industry:
            facets["industry"] = [self.industry, documents.EVERY_INDUSTRY]
        if self.voucher:
            facets["voucher"] = "yes"
        return index.where(**facets) if facets else None


def offerings_for(
    session: Session,
    need: Need,
    index: Index,
    *,
    filters: MatchFilters,
    on: date,
    industries: Mapping[str, Code],
) -> Suggestions[Offering]:
    """Return the offerings that fit ``need``, best first; an empty result when nothing is indexed."""
    if not len(index):
        return Suggestions()
    matches = index.search(documents.need_document(need), CANDIDATES, where=filters.selection(index))
    found = offerings_by_id(session, matches, on=on)
    judged = (
        Suggestion(match, offering, rules.conditions(need, offering, on=on, industries=industries))
        for match in matches
        if (offering := found.get(int(match.id))) is not None
    )
    return _sorted_out(judged)


def needs_for(
    session: Session,
    offering: Offering,
    index: Index,
    *,
    reader: Reader,
    filters: MatchFilters,
    on: date,
    industries: Mapping[str, Code],
) -> Suggestions[Need]:
    """Return the needs that ``offering`` could serve and ``reader`` may know of, best first."""
    if not len(index):
        return Suggestions()
    allowed = documents.needs_findable_by(reader, index)
    narrowed = filters.selection(index)
    where = allowed if narrowed is None else allowed & narrowed
    matches = index.search(documents.offering_document(offering), CANDIDATES, where=where)
    found = needs_by_id(session, matches, reader=reader)
    judged = (
        Suggestion(match, need, rules.conditions(need, offering, on=on, industries=industries))
        for match in matches
        if (need := found.pop(documents.need_id(match.id), None)) is not None
    )
    return _sorted_out(judged)


def pair(index: Index, query: Document, ids: Iterable[str]) -> Match | None:
    """Return the match of ``query`` with the best of the documents ``ids``, ``None`` when they share no word."""
    if not len(index):
        return None
    matches = index.search(query, 1, where=index.among(ids))
    return matches[0] if matches else None


def _sorted_out(judged: Iterable[Suggestion[Posted]]) -> Suggestions[Posted]:
    result: Suggestions[Posted] = Suggestions()
    for suggestion in judged:
        failed = len(suggestion.failed)
        is_weak = suggestion.match.band is Band.WEAK
        if failed == 0:
            (result.weak if is_weak else result.good).append(suggestion)
        elif failed == 1 and not is_weak:
            result.near.append(suggestion)
    return result


def offerings_by_id(session: Session, matches: Sequence[Match], *, on: date) -> dict[int, Offering]:
    """Return the matched offerings that can be ordered, by id."""
    ids = [int(match.id) for match in matches]
    rows = session.scalars(
        select(Offering).where(Offering.id.in_(ids), is_orderable(on)).options(joinedload(Offering.organisation))
    )
    return {row.id: row for row in rows}


def needs_by_id(session: Session, matches: Sequence[Match], *, reader: Reader) -> dict[int, Need]:
    """Return the matched needs that ``reader`` may know of, by id."""
    ids = {documents.need_id(match.id) for match in matches}
    rows = session.scalars(
        select(Need)
        .where(Need.id.in_(ids), Need.state == PostingState.PUBLISHED, needs_in_scope(reader))
        .options(joinedload(Need.organisation))
    )
    return {row.id: row for row in rows}
