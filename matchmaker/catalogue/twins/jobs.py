"""Every night: which needs and which offerings may stand on the platform twice."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from matchmaker.catalogue.models import Posting
from matchmaker.catalogue.needs.models import OPEN, Need
from matchmaker.catalogue.offerings.models import Offering
from matchmaker.catalogue.offerings.queries import is_orderable
from matchmaker.catalogue.suggestions import documents
from matchmaker.catalogue.suggestions.indexes import Indexes
from matchmaker.catalogue.twins import operations
from matchmaker.jobs import daily
from matchmaker.matching.duplicates import Item, Twins, find
from matchmaker.settings import settings

Found = list[tuple[type[Posting], list[Twins]]]


def look(session: Session, *, on: date) -> Found:
    """Compare all that is open with its nearest."""
    indexes = Indexes(settings().indexes)
    needs = session.scalars(select(Need).where(Need.state.in_(OPEN)).options(joinedload(Need.organisation)))
    need_items = {str(row.id): Item(documents.need_document(row), row.organisation.name) for row in needs}
    offerings = session.scalars(select(Offering).where(is_orderable(on)).options(joinedload(Offering.organisation)))
    offering_items = {
        str(row.id): Item(documents.offering_document(row), row.organisation.name, row.model or "") for row in offerings
    }
    return [
        (Need, find(need_items, indexes.needs.current(session))),
        (Offering, find(offering_items, indexes.offerings.current(session))),
    ]


@daily("find-twins", prepare=look)
def keep(session: Session, *, on: date, prepared: Found) -> str:
    """Keep what was found; what people decided about stays as it is."""
    counts = [operations.keep(session, table, found, on=on) for table, found in prepared]
    return f"{sum(came for came, _ in counts)} new pairs, {sum(went for _, went in counts)} no longer alike"
