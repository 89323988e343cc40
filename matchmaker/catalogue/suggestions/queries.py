"""Matches of one posting, judged and sorted into those that fit, near misses and the rest."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, NamedTuple, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from matchmaker.accounts.queries import Position
from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.needs.models import OPEN, Need
from matchmaker.catalogue.needs.queries import in_scope as needs_in_scope
from matchmaker.catalogue.offerings.models import Offering
from matchmaker.catalogue.offerings.queries import is_orderable
from matchmaker.catalogue.suggestions import documents, rules
from matchmaker.catalogue.suggestions.cards import NeedCard, OfferingCard, need_cards
from matchmaker.catalogue.suggestions.indexes import Indexes
from matchmaker.matching import Band, Document, Index, Match, Selection
from matchmaker.reference.queries import Code

Card = TypeVar("Card", OfferingCard, NeedCard)

#: How many candidates are judged by their conditions before the list is cut.
CANDIDATES = 60
#: How many near misses and weak matches a page shows.
ASIDE = 5


@dataclass(frozen=True, slots=True)
class Suggestion(Generic[Card]):
    """A match with what is shown of the posting it found, and how the conditions stand: none of a weak one."""

    match: Match
    card: Card
    conditions: list[rules.Condition]

    @property
    def told(self) -> list[rules.Condition]:
        """The conditions about which anything is known."""
        return [condition for condition in self.conditions if condition.verdict is not rules.Verdict.UNKNOWN]

    @property
    def moved(self) -> rules.Moved | None:
        """What put the match higher or lower than its similarity would, ``None`` where nothing did."""
        return rules.moved(self.match) if self.match.climbed else None


class _Candidate(NamedTuple, Generic[Card]):
    """A match before it is known whether it is shown: only then are its conditions put into words."""

    match: Match
    card: Card
    failed: int


@dataclass(frozen=True, slots=True)
class Suggestions(Generic[Card]):
    """What is shown: ``good`` fit, ``near`` fail exactly one condition, ``weak`` share words but little else.

    The counts are of all candidates, the lists only of what is shown of them.
    """

    good: list[Suggestion[Card]] = field(default_factory=list)
    near: list[Suggestion[Card]] = field(default_factory=list)
    weak: list[Suggestion[Card]] = field(default_factory=list)
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
    indexes: Indexes,
    *,
    filters: MatchFilters,
    positions: Mapping[str, Position],
    on: date,
    industries: Mapping[str, Code],
    limit: int,
) -> Suggestions[OfferingCard]:
    """Return the offerings that fit ``need``, best first; an empty result when nothing is indexed.

    ``positions`` are those of the streams, read in this request: nothing older is shown.
    """
    index = indexes.offerings.at(session, positions)
    if not len(index):
        return Suggestions()
    matches = index.search(documents.need_as_query(need), CANDIDATES, where=filters.selection(index))
    cards = indexes.cards.offering_cards(session, [int(match.id) for match in matches], positions, on=on)
    limits = rules.Limits.of(need, on=on)
    candidates = [
        _Candidate(match, card, limits.failed(card))
        for match in matches
        if (card := cards.get(int(match.id))) is not None
    ]
    # What nobody confirms any more comes after what is confirmed, however well it fits.
    candidates.sort(key=lambda one: one.card.is_sunk)
    return _sorted_out(candidates, lambda card: rules.conditions(need, card, on=on, industries=industries), limit=limit)


def needs_for(
    session: Session,
    offering: Offering,
    indexes: Indexes,
    *,
    reader: Reader,
    filters: MatchFilters,
    positions: Mapping[str, Position],
    on: date,
    industries: Mapping[str, Code],
    limit: int,
) -> Suggestions[NeedCard]:
    """Return the needs that ``offering`` could serve and ``reader`` may know of, best first; see ``offerings_for``."""
    index = indexes.needs.at(session, positions)
    if not len(index):
        return Suggestions()
    allowed = documents.needs_findable_by(reader, index)
    narrowed = filters.selection(index)
    where = allowed if narrowed is None else allowed & narrowed
    matches = index.search(documents.offering_document(offering), CANDIDATES, where=where)
    cards = need_cards(session, {documents.need_id(match.id) for match in matches}, reader=reader)
    candidates = [
        _Candidate(match, card, rules.Limits.of(card, on=on).failed(offering))
        for match in matches
        # A summary and the whole of one need are two documents; the better one stands for both.
        if (card := cards.pop(documents.need_id(match.id), None)) is not None
    ]
    return _sorted_out(
        candidates, lambda card: rules.conditions(card, offering, on=on, industries=industries), limit=limit
    )


def pair(index: Index, query: Document, ids: Iterable[str], *, where: Selection | None = None) -> Match | None:
    """Return the match of ``query`` with the best of the documents ``ids``, ``None`` when they share no word.

    It is judged and moved among the others of ``where``, as in the list that leads to it; what is not found there is
    judged by itself.
    """
    if not len(index):
        return None
    wanted = set(ids)
    for match in index.search(query, CANDIDATES, where=where):
        if match.id in wanted:
            return match
    matches = index.search(query, 1, where=index.among(wanted))
    return matches[0] if matches else None


def _sorted_out(
    candidates: Sequence[_Candidate[Card]], conditions: Callable[[Card], list[rules.Condition]], *, limit: int
) -> Suggestions[Card]:
    fits = [one for one in candidates if one.match.band is not Band.WEAK]
    good = [one for one in fits if one.failed == 0]
    near = [one for one in fits if one.failed == 1]
    weak = [one for one in candidates if one.match.band is Band.WEAK and one.failed == 0]
    return Suggestions(
        [Suggestion(one.match, one.card, conditions(one.card)) for one in good[:limit]],
        [Suggestion(one.match, one.card, conditions(one.card)) for one in near[:ASIDE]],
        [Suggestion(one.match, one.card, []) for one in weak[:ASIDE]],
        len(good),
        len(weak),
    )


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
        .where(Need.id.in_(ids), Need.state.in_(OPEN), needs_in_scope(reader))
        .options(joinedload(Need.organisation))
    )
    return {row.id: row for row in rows}
