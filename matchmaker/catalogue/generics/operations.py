"""Keeping groups from one night to the next."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import delete
from sqlalchemy.orm import Session

from matchmaker.catalogue.generics import queries
from matchmaker.catalogue.generics.models import Generic, GenericMember
from matchmaker.matching.grouping import Group, follow

#: The label is cut here; three words are hardly ever longer.
_LABEL = 120


def keep(session: Session, found: Mapping[str, Sequence[Group]], *, on: date) -> tuple[int, int, int]:
    """Keep the groups of each industry. Those that continue keep their number; the rest begin or end.

    Return how many stay, begin and end.
    """
    standing = list(session.scalars(queries.standing()))
    since = {member.need_id: member.since_on for generic in standing for member in generic.members}
    groups = [(industry, group) for industry in sorted(found) for group in found[industry]]
    continued = _continued(groups, standing)
    # A need may have gone from one group to another: all members go before any come.
    session.execute(delete(GenericMember))
    session.expire_all()
    kept = 0
    for (industry, group), generic in zip(groups, continued, strict=True):
        row = generic or Generic(industry_code=industry, first_on=on)
        row.label = "、".join(group.label)[:_LABEL]
        if generic is None:
            session.add(row)
            session.flush()
        kept += generic is not None
        for name in group.members:
            need_id = int(name)
            session.add(GenericMember(need_id=need_id, generic_id=row.id, since_on=since.get(need_id, on)))
    ended = [row for row in standing if row not in continued]
    for row in ended:
        row.ended_on = on
    session.flush()
    return kept, len(groups) - kept, len(ended)


def _continued(groups: Sequence[tuple[str, Group]], standing: Sequence[Generic]) -> list[Generic | None]:
    rows = {row.id: row for row in standing}
    continued: list[Generic | None] = [None] * len(groups)
    for industry in {name for name, _group in groups}:
        places = [place for place, (name, _group) in enumerate(groups) if name == industry]
        former = {
            row.id: [str(member.need_id) for member in row.members] for row in standing if row.industry_code == industry
        }
        numbers = follow([groups[place][1].members for place in places], former)
        for place, number in zip(places, numbers, strict=True):
            continued[place] = rows[number] if number is not None else None
    return continued
