"""Frozen months, and cells that hold something else today."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, literal, or_, select, true, union_all
from sqlalchemy.orm import Session, joinedload

from matchmaker.accounts.models import Organisation
from matchmaker.accounts.rules import Reader
from matchmaker.metrics.freezes.models import Freeze, FrozenCell, Restatement
from matchmaker.metrics.models import MetricCell, ScopeKind
from matchmaker.metrics.periods import Month
from matchmaker.metrics.rules import UNENDED

#: A condition on cells, be they frozen or present ones.
Only = Callable[[Any], ColumnElement[bool]]


def everything(_cell: Any) -> ColumnElement[bool]:
    """Narrow nothing."""
    return true()


@dataclass(frozen=True, slots=True)
class Moved:
    """What a measure of a frozen month came to, and comes to today; ``restated`` holds the last reason given."""

    freeze_id: int
    month: Month
    scope_kind: ScopeKind
    scope_code: str
    measure: str
    frozen: int
    present: int
    restated: Restatement | None

    @property
    def needs_reason(self) -> bool:
        """Whether nobody has said why it is what it is today."""
        return self.restated is None or self.restated.present_value != self.present


def freezes() -> Select[Freeze]:
    """All, the latest month first, with who did them."""
    return (
        select(Freeze)
        .options(joinedload(Freeze.proposed_by), joinedload(Freeze.confirmed_by))
        .order_by(Freeze.month.desc(), Freeze.id)
    )


def freeze_of(month: Month) -> Select[Freeze]:
    """The freeze of one month, locked."""
    return select(Freeze).where(Freeze.month == month.code).with_for_update()


def moved_since_frozen(
    session: Session, *months: ColumnElement[bool], only: Only = everything, is_confirmed: bool = True
) -> list[Moved]:
    """Return the measures of confirmed months, or also of proposed ones, that are not what was frozen.

    ``months`` are conditions on freezes, ``only`` is one on cells. The latest month comes first; within it city,
    districts, industries and providers. Two statements at most.
    """
    wanted = (*months, Freeze.confirmed_at.is_not(None)) if is_confirmed else months
    key = ("freeze_id", "month", "scope_kind", "scope_code", "measure")
    rows = session.execute(_differing(wanted, only)).all()
    reasons: dict[tuple[object, ...], Restatement] = {}
    if rows:
        known = select(Restatement).where(Restatement.freeze_id.in_({row.freeze_id for row in rows}))
        for one in session.scalars(known.options(joinedload(Restatement.person)).order_by(Restatement.id)):
            reasons[one.freeze_id, one.scope_kind, one.scope_code, one.measure] = one
    found = []
    for row in rows:
        freeze_id, code, kind, scope_code, measure = (getattr(row, name) for name in key)
        restated = reasons.get((freeze_id, ScopeKind(kind), scope_code, measure))
        values = (int(row.frozen), int(row.present))
        found.append(Moved(freeze_id, Month.from_code(code), ScopeKind(kind), scope_code, measure, *values, restated))
    order = list(ScopeKind)
    return sorted(found, key=lambda one: (-one.month.code, order.index(one.scope_kind), one.scope_code, one.measure))


def in_scope(reader: Reader) -> Only:
    """Return what a bureau may see: the city's all, a district's its own and its complexes'."""
    if reader.is_city_bureau:
        return everything
    own = select(cast(Organisation.id, String)).where(Organisation.district_code == reader.district_code)
    return lambda cell: or_(
        and_(cell.scope_kind == ScopeKind.DISTRICT, cell.scope_code == reader.district_code),
        and_(cell.scope_kind == ScopeKind.PROVIDER, cell.scope_code.in_(own)),
    )


def _differing(wanted: tuple[ColumnElement[bool], ...], only: Only) -> Select[tuple[int, int, str, str, str, int, int]]:
    """Lay frozen and present cells over each other; a part that moved counts even where the total did not."""
    zero = literal(0)
    scope = (cast(FrozenCell.scope_kind, String).label("scope_kind"), FrozenCell.scope_code, FrozenCell.measure)
    frozen = (
        select(Freeze.id.label("freeze_id"), Freeze.month, *scope, FrozenCell.part, FrozenCell.value.label("frozen"))
        .add_columns(zero.label("present"))
        .join(Freeze, Freeze.id == FrozenCell.freeze_id)
        .where(*wanted, only(FrozenCell))
    )
    scope = (cast(MetricCell.scope_kind, String).label("scope_kind"), MetricCell.scope_code, MetricCell.measure)
    present = (
        select(Freeze.id.label("freeze_id"), Freeze.month, *scope, MetricCell.part, zero.label("frozen"))
        .add_columns(MetricCell.value.label("present"))
        .join(Freeze, Freeze.month == MetricCell.span)
        .where(*wanted, only(MetricCell), MetricCell.measure.not_in(UNENDED))
    )
    both = union_all(frozen, present).subquery()
    key = (both.c.freeze_id, both.c.month, both.c.scope_kind, both.c.scope_code, both.c.measure)
    by_part = (
        select(*key, func.sum(both.c.frozen).label("frozen"), func.sum(both.c.present).label("present"))
        .group_by(*key, both.c.part)
        .subquery()
    )
    again = tuple(by_part.c[column.name] for column in key)
    moved = func.sum(func.abs(by_part.c.frozen - by_part.c.present)) > 0
    totals = (func.sum(by_part.c.frozen).label("frozen"), func.sum(by_part.c.present).label("present"))
    return select(*again, *totals).group_by(*again).having(moved)
