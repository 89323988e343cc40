"""Freezing a month by two people, and saying why a frozen figure is another one today."""

from typing import Any

from sqlalchemy import ColumnElement, and_, delete, insert, literal, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.db.actors import actor_of
from matchmaker.errors import Conflict, Invalid
from matchmaker.messages import _l
from matchmaker.metrics.freezes import queries
from matchmaker.metrics.freezes.models import Freeze, FrozenCell, Restatement
from matchmaker.metrics.freezes.queries import Moved
from matchmaker.metrics.models import MetricCell, ScopeKind
from matchmaker.metrics.periods import Month
from matchmaker.metrics.rules import UNENDED

MAX_REASON = 1_000


def propose(session: Session, month: Month) -> Freeze:
    """Copy what the month's cells hold, for somebody else to confirm; a proposal may be made anew.

    Raises ``Invalid`` while the month has not ended, ``Conflict`` once it is frozen.
    """
    if month >= Month.of(clock.today()):
        raise Invalid(field="month", message=_l("A month is frozen after it has ended."))
    person_id = _person(session)
    found = session.scalars(queries.freeze_of(month)).one_or_none()
    if found is not None and found.is_confirmed:
        raise Conflict(_l("This month is frozen already."))
    if found is None:
        found = Freeze(month=month.code, proposed_by_id=person_id, proposed_at=clock.now())
        try:
            with session.begin_nested():
                session.add(found)
        except IntegrityError:
            raise Conflict(_l("Somebody proposes this month at the same moment.")) from None
    else:
        session.connection().execute(delete(FrozenCell).where(FrozenCell.freeze_id == found.id))
        found.proposed_by_id, found.proposed_at = person_id, clock.now()
    session.flush()
    _copy(session, found)
    return found


def confirm(session: Session, month: Month) -> Freeze:
    """Declare the proposed figures final. Raises ``Conflict`` for the proposer, and where they moved meanwhile."""
    found = session.scalars(queries.freeze_of(month)).one_or_none()
    if found is None:
        raise Conflict(_l("Nobody has proposed to freeze this month."))
    if found.is_confirmed:
        raise Conflict(_l("This month is frozen already."))
    person_id = _person(session)
    if person_id == found.proposed_by_id:
        raise Conflict(_l("You proposed it; somebody else confirms."))
    if queries.moved_since_frozen(session, Freeze.month == month.code, is_confirmed=False):
        raise Conflict(_l("Figures have moved since it was proposed. Propose it anew."))
    found.confirmed_by_id, found.confirmed_at = person_id, clock.now()
    session.flush()
    return found


def restate(session: Session, month: Month, scope: tuple[ScopeKind, str], *, measure: str, reason: str) -> Restatement:
    """Keep why a figure of a frozen month is another one today, with both values. Raises ``Invalid``, ``Conflict``."""
    words = reason.strip()
    if not words or len(words) > MAX_REASON:
        raise Invalid(field="reason", message=_l("Say why, in at most %(most)s characters.", most=MAX_REASON))
    moved = _moved(session, month, scope, measure)
    made = Restatement(
        freeze_id=moved.freeze_id,
        scope_kind=moved.scope_kind,
        scope_code=moved.scope_code,
        measure=measure,
        frozen_value=moved.frozen,
        present_value=moved.present,
        reason=words,
        person_id=actor_of(session).person_id,
        at=clock.now(),
    )
    session.add(made)
    session.flush()
    return made


def _moved(session: Session, month: Month, scope: tuple[ScopeKind, str], measure: str) -> Moved:
    def it(cell: Any) -> ColumnElement[bool]:
        return and_(cell.scope_kind == scope[0], cell.scope_code == scope[1], cell.measure == measure)

    for one in queries.moved_since_frozen(session, Freeze.month == month.code, only=it):
        return one
    raise Conflict(_l("This figure is what was frozen; there is nothing to restate."))


def _copy(session: Session, freeze: Freeze) -> None:
    names = ("scope_kind", "scope_code", "measure", "part", "value")
    cells = select(literal(freeze.id), *(getattr(MetricCell, name) for name in names))
    of_month = (MetricCell.span == freeze.month, MetricCell.measure.not_in(UNENDED), MetricCell.value != 0)
    kept = cells.where(*of_month)
    session.connection().execute(insert(FrozenCell).from_select(["freeze_id", *names], kept))


def _person(session: Session) -> int:
    person_id = actor_of(session).person_id
    if person_id is None:
        raise Conflict(_l("Months are frozen by people."))
    return person_id
