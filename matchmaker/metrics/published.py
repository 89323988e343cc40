"""Figures as they are published: frozen where all months of the period are, with what they come to today and why."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.metrics import formulas, queries
from matchmaker.metrics.definitions import Definition
from matchmaker.metrics.formulas import INSTITUTES, Value
from matchmaker.metrics.freezes.models import Freeze, FrozenCell
from matchmaker.metrics.freezes.queries import Moved
from matchmaker.metrics.periods import Period
from matchmaker.metrics.queries import Figure, Frozen, Scope
from matchmaker.metrics.rules import ENTERPRISES


class _Kept(NamedTuple):
    """What was frozen of a period, the last of it on ``on``; without those figures that frozen months do not tell."""

    period: Period
    on: date
    values: Mapping[str, Value]


def figures(session: Session, scope: Scope, period: Period, keys: Collection[str]) -> dict[str, Figure]:
    """Return figures of those keys: a frozen one is what was frozen, whatever the records say now."""
    live = queries.figures(session, scope, period, keys)
    definitions = [one.definition for one in live.values()]
    now, before = (_kept(session, scope, definitions, one) for one in (period, period.year_before))
    if now is None and before is None:
        return live
    found = {}
    for key, one in live.items():
        frozen, value = _frozen(session, now, scope, one.definition, one.value)
        former, earlier = _frozen(session, before, scope, one.definition, one.before)
        change = formulas.change(value, earlier) if one.is_comparable else None
        found[key] = replace(one, value=value, before=earlier, change=change, frozen=frozen, before_frozen=former)
    return found


def _frozen(
    session: Session, kept: _Kept | None, scope: Scope, definition: Definition, present: Value
) -> tuple[Frozen | None, Value]:
    """Return how a figure was frozen and as what; nothing, and what it is at present, where it was not."""
    if kept is None or definition.key not in kept.values:
        return None, present
    value = kept.values[definition.key]
    own: list[Moved] = []
    if value != present:
        own = queries.moved_since_frozen(session, scope, definition.reckoned.measures, kept.period)
    reasons = dict.fromkeys(one.restated.reason if one.restated and not one.needs_reason else "" for one in own)
    return Frozen(kept.on, present, tuple(reasons)), value


def _kept(session: Session, scope: Scope, definitions: list[Definition], period: Period) -> _Kept | None:
    """Return what was frozen of a period; ``None`` while one of its months is not."""
    months = (Freeze.month.between(period.first.code, period.last.code), Freeze.confirmed_at.is_not(None))
    instants = session.scalars(select(Freeze.confirmed_at).where(*months)).all()
    if len(instants) < len(period):
        return None
    # The registry has its own past, and who was served in two months counts once: no sum of frozen months tells it.
    apart = (INSTITUTES,) if len(period) == 1 else (INSTITUTES, ENTERPRISES)
    told = [one for one in definitions if not set(one.reckoned.measures) & set(apart)]
    statement = queries.cells(
        scope.kind, queries.measures_of(told), period, code=scope.code, cell=FrozenCell, month=Freeze.month
    ).join(Freeze, Freeze.id == FrozenCell.freeze_id)
    sums: dict[str, dict[str, int]] = {}
    for measure, part, value in session.execute(statement):
        sums.setdefault(measure, {})[part] = int(value)
    on = max(clock.civil_day(one) for one in instants if one is not None)
    return _Kept(period, on, {one.key: one.reckoned.value(sums) for one in told})
