"""Every night: which needs of an industry ask for the same."""

from collections import defaultdict
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.catalogue.generics import operations, queries
from matchmaker.catalogue.needs.models import OPEN, Need
from matchmaker.catalogue.suggestions import documents
from matchmaker.catalogue.suggestions.indexes import Indexes
from matchmaker.jobs import daily
from matchmaker.matching.grouping import Group, group
from matchmaker.settings import settings

#: What a single enterprise asks for more than once is no generic technology.
ENTERPRISES = 2


def look(session: Session, *, on: date) -> dict[str, list[Group]]:
    """Group the open needs of each industry."""
    industries: defaultdict[str, list[Need]] = defaultdict(list)
    for need in session.scalars(select(Need).where(Need.state.in_(OPEN)).order_by(Need.id)):
        industries[need.industry_code].append(need)
    former = [[str(member.need_id) for member in row.members] for row in session.scalars(queries.standing())]
    index = Indexes(settings().indexes).needs.current(session)
    found: dict[str, list[Group]] = {}
    for industry, needs in industries.items():
        owners = {str(need.id): need.organisation_id for need in needs}
        groups = group([documents.need_document(need) for need in needs], index, former=former)
        found[industry] = [one for one in groups if len({owners[name] for name in one.members}) >= ENTERPRISES]
    return found


@daily("group-needs", prepare=look)
def keep(session: Session, *, on: date, prepared: dict[str, list[Group]]) -> str:
    """Keep the groups under the numbers that they had."""
    kept, begun, ended = operations.keep(session, prepared, on=on)
    return f"{kept} groups stay, {begun} begin, {ended} end"
