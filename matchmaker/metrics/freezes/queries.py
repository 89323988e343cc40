"""Frozen months, and cells that hold something else today."""

from dataclasses import dataclass

from sqlalchemy import Select, String, cast, func, literal, select, union_all
from sqlalchemy.orm import Session, joinedload

from matchmaker.accounts.models import Organisation
from matchmaker.accounts.rules import Reader
from matchmaker.metrics.freezes.models import Freeze, FrozenCell, Restatement
from matchmaker.metrics.models import MetricCell, ScopeKind
from matchmaker.metrics.periods import Month


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


def moved_since_frozen(session: Session, *, month: Month | None = None) -> list[Moved]:
    """Return the measures of confirmed months, or of ``month`` even when it is not, that are not what was frozen.

    The latest month comes first; within it city, districts, industries and providers. Three statements at most.
    """
    wanted = Freeze.month == month.code if month is not None else Freeze.confirmed_at.is_not(None)
    key = ("freeze_id", "month", "scope_kind", "scope_code", "measure")
    rows = session.execute(_differing(wanted)).all()
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


def in_scope(session: Session, reader: Reader, moved: list[Moved]) -> list[Moved]:
    """Return those that a bureau may see: the city's all, a district's its own and its complexes'."""
    if reader.is_city_bureau:
        return moved
    own = select(cast(Organisation.id, String)).where(Organisation.district_code == reader.district_code)
    codes = {(ScopeKind.PROVIDER, code) for code in session.scalars(own)}
    codes.add((ScopeKind.DISTRICT, reader.district_code or ""))
    return [one for one in moved if (one.scope_kind, one.scope_code) in codes]


def _differing(wanted: object) -> Select[tuple[int, int, str, str, str, int, int]]:
    """Lay frozen and present cells over each other; a part that moved counts even where the total did not."""
    zero = literal(0)
    scope = (cast(FrozenCell.scope_kind, String).label("scope_kind"), FrozenCell.scope_code, FrozenCell.measure)
    frozen = (
        select(Freeze.id.label("freeze_id"), Freeze.month, *scope, FrozenCell.part, FrozenCell.value.label("frozen"))
        .add_columns(zero.label("present"))
        .join(Freeze, Freeze.id == FrozenCell.freeze_id)
        .where(wanted)  # type: ignore[arg-type]  # a condition
    )
    scope = (cast(MetricCell.scope_kind, String).label("scope_kind"), MetricCell.scope_code, MetricCell.measure)
    present = (
        select(Freeze.id.label("freeze_id"), Freeze.month, *scope, MetricCell.part, zero.label("frozen"))
        .add_columns(MetricCell.value.label("present"))
        .join(Freeze, Freeze.month == MetricCell.span)
        .where(wanted)  # type: ignore[arg-type]  # a condition
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
