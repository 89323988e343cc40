"""The best match of each of a few postings, for lists that only hint at what their match pages say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.needs.models import OPEN, Need
from matchmaker.catalogue.offerings.models import Offering
from matchmaker.catalogue.suggestions import documents
from matchmaker.catalogue.suggestions.queries import needs_by_id, offerings_by_id
from matchmaker.matching import Band, Index, Match
from matchmaker.matching.grouping import LIKE

#: How many like a need are shown, and among how many its enterprises are counted.
_SHOWN_ALIKE, _ALIKE = 3, 60
#: Of fewer enterprises nothing is said but what the reader may read anyway: a small number could name them.
FEWEST_COUNTED = 5
#: How many needs are looked at for each offering of a provider.
_DEPTH = 5


@dataclass(frozen=True, slots=True)
class BestOffering:
    """The offering that says most of what a need says; conditions are judged on the match page."""

    match: Match
    offering: Offering


@dataclass(frozen=True, slots=True)
class ServableNeed:
    """A need and the provider's own offering that fits it best."""

    match: Match
    need: Need
    offering: Offering


def best_offerings(session: Session, needs: Iterable[Need], index: Index, *, on: date) -> dict[int, BestOffering]:
    """Return the best offering of each need by the need's id, leaving out needs that only weak ones fit."""
    if not len(index):
        return {}
    firsts = {need.id: index.search(documents.need_as_query(need), 1) for need in needs}
    matches = {need_id: found[0] for need_id, found in firsts.items() if found and found[0].band is not Band.WEAK}
    rows = offerings_by_id(session, list(matches.values()), on=on)
    return {
        need_id: BestOffering(match, rows[int(match.id)]) for need_id, match in matches.items() if int(match.id) in rows
    }


def servable_needs(
    session: Session, offerings: Sequence[Offering], index: Index, *, reader: Reader, limit: int
) -> list[ServableNeed]:
    """Return the needs that the offerings could serve, best first, each with the offering that fits it best."""
    if not len(index):
        return []
    where = documents.needs_findable_by(reader, index)
    best: dict[int, tuple[Match, Offering]] = {}
    for offering in offerings:
        if not offering.is_open:
            continue
        for match in index.search(documents.offering_document(offering), _DEPTH, where=where):
            need_id = documents.need_id(match.id)
            if match.band is not Band.WEAK and (need_id not in best or match.score > best[need_id][0].score):
                best[need_id] = (match, offering)
    ranked = sorted(best.items(), key=lambda item: (-item[1][0].score, item[0]))[:limit]
    rows = needs_by_id(session, [match for _id, (match, _offering) in ranked], reader=reader)
    return [ServableNeed(match, rows[need_id], offering) for need_id, (match, offering) in ranked if need_id in rows]


@dataclass(frozen=True, slots=True)
class Alike:
    """Needs like one, of other enterprises: those the reader may know of, and of how many enterprises there are any.

    ``enterprises`` is ``None`` when they are too few to be counted.
    """

    needs: list[Need]
    enterprises: int | None


def needs_alike(session: Session, need: Need, index: Index, *, reader: Reader) -> Alike:
    """Return the open needs of other enterprises that are most like ``need``, as alike as those of one group."""
    if not len(index):
        return Alike([], None)
    first_stage = index.ranked_by(None)
    query = documents.need_document(need)
    others = ~first_stage.where(organisation=str(need.organisation_id))
    known = first_stage.search(query, _ALIKE, where=documents.needs_findable_by(reader, first_stage) & others)
    alike = [match for match in known if match.score >= LIKE]
    rows = needs_by_id(session, alike, reader=reader)
    ordered = list(dict.fromkeys(documents.need_id(match.id) for match in alike))
    # What nobody but members may read counts too, but is never named.
    every = first_stage.search(query, _ALIKE, where=first_stage.where(audience=documents.TRUSTED) & others)
    ids = {documents.need_id(match.id) for match in every if match.score >= LIKE}
    owners = set(session.scalars(select(Need.organisation_id).where(Need.id.in_(ids), Need.state.in_(OPEN))))
    return Alike(
        [rows[number] for number in ordered if number in rows][:_SHOWN_ALIKE],
        len(owners) if len(owners) >= FEWEST_COUNTED else None,
    )
