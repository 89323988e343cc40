"""Every night: the matches of each open need, and which of them are new."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.catalogue.arrivals import operations
from matchmaker.catalogue.arrivals.operations import Found
from matchmaker.catalogue.demand.queries import open_needs
from matchmaker.catalogue.needs.models import Need
from matchmaker.catalogue.suggestions import documents
from matchmaker.catalogue.suggestions.indexes import Indexes
from matchmaker.catalogue.suggestions.queries import CANDIDATES, offerings_by_id
from matchmaker.catalogue.suggestions.rules import Limits
from matchmaker.jobs import daily
from matchmaker.matching import Band, Index
from matchmaker.settings import settings

#: How many matches of each need are kept: what its match page shows at first.
FIRST = 10


def look(session: Session, *, on: date) -> list[Found]:
    """Search with every open need."""
    index = Indexes(settings().indexes).offerings.current(session)
    if not len(index):
        return []
    return [one for need in session.scalars(open_needs()).all() for one in _matches(session, need, index, on=on)]


def _matches(session: Session, need: Need, index: Index, *, on: date) -> list[Found]:
    matches = [
        match for match in index.search(documents.need_as_query(need), CANDIDATES) if match.band is not Band.WEAK
    ]
    rows = offerings_by_id(session, matches, on=on)
    limits = Limits.of(need, on=on)
    fits = [
        (match, rows[int(match.id)])
        for match in matches
        if int(match.id) in rows and not limits.failed(rows[int(match.id)])
    ]
    return [
        Found(
            need.id,
            offering.id,
            place,
            match.band is Band.STRONG,
            _day_of(need.published_at, on=on),
            _day_of(offering.published_at, on=on),
        )
        for place, (match, offering) in enumerate(fits[:FIRST], start=1)
    ]


def _day_of(published_at: datetime | None, *, on: date) -> date:
    return on if published_at is None else clock.civil_day(published_at)


@daily("new-matches", prepare=look)
def keep(session: Session, *, on: date, prepared: list[Found]) -> str:
    """Keep what is new, and write to those who want letters."""
    count = operations.keep(session, prepared, on=on)
    return f"{count} new matches, {operations.write_letters(session, on=on)} letters written"
