"""One search over everything the reader may open, in sections by what was found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.accounts.models import Organisation
from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.offerings.models import OfferingKind
from matchmaker.catalogue.suggestions import documents
from matchmaker.catalogue.suggestions.indexes import Indexes
from matchmaker.catalogue.suggestions.queries import needs_by_id, offerings_by_id
from matchmaker.matching import Document, Index, Match, Selection

#: More than this of one kind, and the query should say more.
MOST = 50
#: Longer queries are needs: they are cut rather than refused.
MAX_QUERY = 400

SECTIONS = ("offerings", "instruments", "needs", "organisations")


@dataclass(frozen=True, slots=True)
class Section:
    """The hits of one kind, best first, at most ``MOST``."""

    name: str
    hits: Sequence[tuple[Match, Any]]


def search(session: Session, indexes: Indexes, text: str, *, reader: Reader, on: date) -> list[Section]:
    """Return all four sections, each within what ``reader`` may open."""
    query = Document(id="", body=text[:MAX_QUERY])
    offerings = indexes.offerings.current(session)
    needs = indexes.needs.current(session)
    organisations = indexes.organisations.current(session)
    is_instrument = offerings.where(kind=OfferingKind.INSTRUMENT.value)

    def found_offerings(where: Selection) -> list[tuple[Match, Any]]:
        matches = _matches(offerings, query, where)
        rows = offerings_by_id(session, matches, on=on)
        return [(match, rows[int(match.id)]) for match in matches if int(match.id) in rows]

    return [
        Section("offerings", found_offerings(~is_instrument)),
        Section("instruments", found_offerings(is_instrument)),
        Section("needs", _found_needs(session, needs, query, reader)),
        Section("organisations", _found_organisations(session, organisations, query)),
    ]


def _matches(index: Index, query: Document, where: Selection | None = None) -> list[Match]:
    return index.search(query, MOST, where=where) if len(index) else []


def _found_needs(session: Session, index: Index, query: Document, reader: Reader) -> list[tuple[Match, Any]]:
    matches = _matches(index, query, documents.needs_findable_by(reader, index))
    rows = needs_by_id(session, matches, reader=reader)
    hits = ((match, rows.pop(documents.need_id(match.id), None)) for match in matches)
    return [(match, need) for match, need in hits if need is not None]


def _found_organisations(session: Session, index: Index, query: Document) -> list[tuple[Match, Any]]:
    matches = _matches(index, query)
    ids = [int(match.id) for match in matches]
    rows = {row.id: row for row in session.scalars(select(Organisation).where(Organisation.id.in_(ids)))}
    return [(match, rows[int(match.id)]) for match in matches if int(match.id) in rows]
