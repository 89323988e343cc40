"""Keeping what was opened, for a while."""

from datetime import date

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from matchmaker.catalogue.openings import queries
from matchmaker.catalogue.openings.models import MatchOpening


def keep(session: Session, need_id: int, offering_id: int, *, place: int, on: date) -> None:
    """Keep that an offering was opened, once a day, with the place where it stood the first time."""
    if not queries.is_kept(session, need_id, offering_id, on=on):
        session.add(MatchOpening(need_id=need_id, offering_id=offering_id, opened_on=on, place=place))
        session.flush()


def forget(session: Session, *, before: date) -> int:
    """Remove what was opened before a day; return how much it was."""
    old = MatchOpening.opened_on < before
    count = session.scalar(select(func.count()).select_from(MatchOpening).where(old)) or 0
    session.execute(delete(MatchOpening).where(old))
    return count
