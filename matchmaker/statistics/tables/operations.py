"""Keeping a view under a name, and letting it go."""

from urllib.parse import urlencode

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.errors import Invalid
from matchmaker.messages import _l
from matchmaker.statistics.tables import queries, rules
from matchmaker.statistics.tables.models import SavedView
from matchmaker.statistics.tables.rules import Asked


def save(session: Session, asked: Asked, *, person_id: int, name: str) -> SavedView:
    """Keep what is asked under ``name``; the same name of the same table is kept anew. Raises ``Invalid``."""
    name = rules.check_name(name)
    view = session.scalars(queries.view_called(person_id, asked.listing, name)).one_or_none()
    if view is None:
        kept = session.scalar(select(func.count(SavedView.id)).where(SavedView.person_id == person_id)) or 0
        if kept >= rules.MAX_VIEWS:
            message = _l("You keep %(most)s views; remove one first.", most=rules.MAX_VIEWS)
            raise Invalid(field="name", message=message)
        view = SavedView(person_id=person_id, listing=asked.listing.name, name=name)
        session.add(view)
    view.query, view.saved_at = urlencode(asked.address()), clock.now()
    session.flush()
    return view


def remove(session: Session, view: SavedView) -> None:
    """Let a view go."""
    session.delete(view)
    session.flush()
