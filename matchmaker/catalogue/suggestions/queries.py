"""Matches of one posting, judged and sorted into those that fit, near misses and the rest."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.models import Posting, PostingState
from matchmaker.catalogue.needs.models import Need
from matchmaker.catalogue.needs.queries import in_scope as needs_in_scope
from matchmaker.catalogue.needs.queries import readable
from matchmaker.catalogue.offerings.models import Offering
from matchmaker.catalogue.offerings.queries import is_orderable
from matchmaker.catalogue.suggestions import documents, rules
from matchmaker.matching import Band, Document, Index, Match, Selection
from matchmaker.reference.queries import Code

Posted = TypeVar("Posted", bound=Posting)

#: How many candidates are judged by their conditions before the list is cut.
CANDIDATES = 60
#: How many near misses and weak matches a page shows.
ASIDE = 5


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate by its row's id, with how the conditions stand."""

    match: Match
    row_id: int
    conditions: list[rules.Condition]

    @property
    def failed(self) -> int:
        """How many hard conditions are not met."""
        return sum(condition.is_near_miss for condition in self.conditions)


@dataclass(frozen=True, slots=True)
class Suggestion(Generic[Posted]):
    """A match with the posting it found and how the conditions stand."""

    match: Match
    posting: Posted
    conditions: list[rules.Condition]


@dataclass(frozen=True, slots=True)
class Suggestions(Generic[Posted]):
    """What is shown: ``good`` fit, ``near`` fail exactly one condition, ``weak`` share words but little else.

    The counts are of all candidates, the lists only of what is shown of them.
    """

    good: list[Suggestion[Posted]] = field(default_factory=list)
    near: list[Suggestion[Posted]] = field(default_factory=list)
    weak: list[Suggestion[Posted]] = field(default_factory=list)
    good_count: int = 0
    weak_count: int = 0


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
    limit: int,
) -> Suggestions[Offering]:
    """Return the offerings that fit ``need``, best first; an empty result when nothing is indexed."""
    if not len(index):
        return Suggestions()
    matches = index.search(documents.need_document(need), CANDIDATES, where=filters.selection(index))
    ids = [int(match.id) for match in matches]
    rows = session.execute(_OFFERING_TERMS.where(Offering.id.in_(ids), is_orderable(on)))
    terms = {row.id: row for row in map(rules.OfferingTerms._make, rows)}
    wanted = rules.terms_of_need(need)
    judged = [
        Judged(match, row.id, rules.conditions(wanted, row, on=on, industries=industries))
        for match, row_id in zip(matches, ids, strict=True)
        if (row := terms.get(row_id)) is not None
    ]
    return _shown(session, Offering, judged, limit=limit)


def needs_for(
    session: Session,
    offering: Offering,
    index: Index,
    *,
    reader: Reader,
    filters: MatchFilters,
    on: date,
    industries: Mapping[str, Code],
    limit: int,
) -> Suggestions[Need]:
    """Return the needs that ``offering`` could serve and ``reader`` may know of, best first."""
    if not len(index):
        return Suggestions()
    allowed = documents.needs_findable_by(reader, index)
    narrowed = filters.selection(index)
    where = allowed if narrowed is None else allowed & narrowed
    matches = index.search(documents.offering_document(offering), CANDIDATES, where=where)
    ids = [documents.need_id(match.id) for match in matches]
    scope = (Need.state == PostingState.PUBLISHED, needs_in_scope(reader))
    rows = session.execute(_need_terms(reader).where(Need.id.in_(ids), *scope))
    terms = {row.id: row for row in map(rules.NeedTerms._make, rows)}
    offered = rules.terms_of_offering(offering)
    judged = [
        Judged(match, row.id, rules.conditions(row, offered, on=on, industries=industries))
        for match, row_id in zip(matches, ids, strict=True)
        # A summary and the whole of one need are two documents; the better one stands for both.
        if (row := terms.pop(row_id, None)) is not None
    ]
    return _shown(session, Need, judged, limit=limit)


def pair(index: Index, query: Document, ids: Iterable[str]) -> Match | None:
    """Return the match of ``query`` with the best of the documents ``ids``, ``None`` when they share no word."""
    if not len(index):
        return None
    matches = index.search(query, 1, where=index.among(ids))
    return matches[0] if matches else None


# The conditions of all candidates are judged on these columns; whole rows are read only of what is shown.
_OFFERING_TERMS = select(*(getattr(Offering, name) for name in rules.OfferingTerms._fields))
_WITHHELD = ("budget_fen", "needed_by", "trl")


def _need_terms(reader: Reader) -> Select[Any]:
    """The columns of needs; what ``reader`` may not read counts as not stated, lest a near miss give it away."""
    columns = (getattr(Need, name) for name in rules.NeedTerms._fields)
    return select(
        *(readable(reader, column).label(column.key) if column.key in _WITHHELD else column for column in columns)
    )


def _shown(session: Session, table: type[Posted], judged: Sequence[Judged], *, limit: int) -> Suggestions[Posted]:
    good = [one for one in judged if one.failed == 0 and one.match.band is not Band.WEAK]
    near = [one for one in judged if one.failed == 1 and one.match.band is not Band.WEAK][:ASIDE]
    weak = [one for one in judged if one.failed == 0 and one.match.band is Band.WEAK]
    ids = [one.row_id for one in (*good[:limit], *near, *weak[:ASIDE])]
    found = session.scalars(select(table).where(table.id.in_(ids)).options(joinedload(table.organisation)))
    rows = {row.id: row for row in found}

    def shown(part: Sequence[Judged]) -> list[Suggestion[Posted]]:
        return [Suggestion(one.match, rows[one.row_id], one.conditions) for one in part if one.row_id in rows]

    return Suggestions(shown(good[:limit]), shown(near), shown(weak[:ASIDE]), len(good), len(weak))


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
