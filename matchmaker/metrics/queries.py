"""Figures of a scope and a period, read from cells; the number of statements does not depend on how many."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, distinct, func, not_, or_, select, true
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.models import Organisation
from matchmaker.metrics import formulas
from matchmaker.metrics.definitions import DEFINITIONS, Definition, Direction, for_kind
from matchmaker.metrics.figures import Percent, Points
from matchmaker.metrics.formulas import INSTITUTES, Sums, Value
from matchmaker.metrics.freezes import queries as freezes
from matchmaker.metrics.freezes.models import Freeze
from matchmaker.metrics.freezes.queries import Moved
from matchmaker.metrics.models import MetricCell, MetricPresence, ScopeKind
from matchmaker.metrics.periods import Month, Period, PeriodKind
from matchmaker.metrics.rules import ENTERPRISES, NEW_ENTERPRISES, span_of
from matchmaker.registry.profiles import queries as profiles
from matchmaker.registry.profiles.models import Topic
from matchmaker.registry.profiles.rules import codes_of

#: What does not add up over districts, and has cells of the city's own.
OF_THE_CITY = (ENTERPRISES, NEW_ENTERPRISES)
#: What is no sum of months' cells.
COUNTED_APART = (ENTERPRISES, INSTITUTES)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose figures: the city's, or those of a district, an industry, or a provider by its id."""

    kind: ScopeKind
    code: str = ""


CITY = Scope(ScopeKind.CITY)


@dataclass(frozen=True, slots=True)
class Figure:
    """A value beside that of the same months of the year before."""

    definition: Definition
    value: Value
    before: Value
    change: Percent | Points | None
    #: Whether one version of the definition holds for both.
    is_comparable: bool
    #: How ``value`` was frozen, and ``before``; ``None`` for what was read live.
    frozen: "Frozen | None" = None
    before_frozen: "Frozen | None" = None


@dataclass(frozen=True, slots=True)
class Frozen:
    """That a value is one which two people froze, what it comes to today, and why that differs."""

    on: date
    present: Value
    reasons: tuple[str, ...] = ()


def figures(session: Session, scope: Scope, period: Period, keys: Collection[str] | None = None) -> dict[str, Figure]:
    """Return the figures of those keys (by default all that such a scope has), in the catalogue's order."""
    wanted = definitions_of(scope.kind, keys)
    measures = measures_of(wanted)
    earlier = period.year_before
    now, before = (_sums(session, scope, measures, one) for one in (period, earlier))
    found = {}
    for definition in wanted:
        value, former = definition.reckoned.value(now), definition.reckoned.value(before)
        is_comparable = definition.may_compare(period, earlier)
        change = formulas.change(value, former) if is_comparable else None
        found[definition.key] = Figure(definition, value, former, change, is_comparable)
    return found


def series(session: Session, scope: Scope, key: str, period: Period) -> list[tuple[Month, Value]]:
    """Return a figure of each month of the period."""
    definition = DEFINITIONS[key]
    by_month: dict[str, Any] = defaultdict(lambda: defaultdict(dict))
    measures = [measure for measure in definition.reckoned.measures if measure != INSTITUTES]
    statement = cells(scope.kind, measures, period, MetricCell.span, code=scope.code)
    for month, measure, part, value in session.execute(statement) if measures else ():
        by_month[str(Month.from_code(month))][measure][part] = int(value)
    if INSTITUTES in definition.reckoned.measures:
        for month in period:
            by_month[str(month)][INSTITUTES] = {"": _institutes(session, scope.kind, Period.month(month), scope.code)}
    return [(month, definition.reckoned.value(by_month.get(str(month), {}))) for month in period]


def parts(session: Session, scope: Scope, key: str, period: Period) -> dict[str, int]:
    """Return what a figure's first measure is made of: by category, kind, reason, payer, hours or mark."""
    measure = DEFINITIONS[key].reckoned.measures[0]
    return formulas.parts_of(_sums(session, scope, (measure,), period), measure)


def measured(session: Session, scope: Scope, measures: Collection[str], period: Period) -> Sums:
    """Return what measures add up to by their parts, in one statement for those that are sums of months."""
    return _sums(session, scope, measures, period)


def ranking(session: Session, key: str, period: Period, kind: ScopeKind) -> list[tuple[str, Value]]:
    """Return the figure of every scope of a kind, the best first; those that have none come last.

    A scope for which nothing was counted at all is not listed.
    """
    return rankings(session, (key,), period, kind)[key]


def rankings(
    session: Session, keys: Collection[str], period: Period, kind: ScopeKind
) -> dict[str, list[tuple[str, Value]]]:
    """Return ``ranking`` for several figures, read together."""
    wanted = definitions_of(kind, keys)
    by_scope = _sums_by_scope(session, measures_of(wanted), period, kind)
    found = {}
    for one in wanted:
        values = [(code, one.reckoned.value(sums)) for code, sums in by_scope.items() if _counts(one, sums)]
        found[one.key] = sorted(values, key=partial(_place, one))
    return found


def _counts(definition: Definition, sums: Sums) -> bool:
    return any(sums.get(measure) for measure in definition.reckoned.measures)


def _sums_by_scope(session: Session, measures: Collection[str], period: Period, kind: ScopeKind) -> dict[str, Sums]:
    by_scope: dict[str, Any] = defaultdict(lambda: defaultdict(dict))
    added = [measure for measure in measures if measure not in COUNTED_APART]
    if added:
        for code, measure, part, value in session.execute(cells(kind, added, period, MetricCell.scope_code)):
            by_scope[code][measure][part] = int(value)
    if ENTERPRISES in measures:
        for code, often in session.execute(_guests(kind, period)):
            by_scope[code][ENTERPRISES] = {"": often}
    if INSTITUTES in measures:
        for code, often in _institutes_by(session, kind, period).items():
            by_scope[code][INSTITUTES] = {"": often}
    return by_scope


def moved_since_frozen(session: Session, scope: Scope, measures: Collection[str], period: Period) -> list[Moved]:
    """Return what a scope's measures are made of and is not what two people froze, with the reasons given."""

    def of_scope(cell: Any) -> ColumnElement[bool]:
        if scope.kind is not ScopeKind.CITY:
            theirs = and_(cell.scope_kind == scope.kind, cell.scope_code == scope.code)
        else:
            # Most of the city's are the sum of its districts'.
            citys = and_(cell.scope_kind == ScopeKind.CITY, cell.measure.in_(OF_THE_CITY))
            theirs = or_(citys, and_(cell.scope_kind == ScopeKind.DISTRICT, cell.measure.not_in(OF_THE_CITY)))
        return and_(theirs, cell.measure.in_(measures))

    return freezes.moved_since_frozen(session, _months(Freeze.month, period), only=of_scope)


def _place(definition: Definition, one: tuple[str, Value]) -> tuple[bool, Any, str]:
    code, value = one
    return value is None, _order(definition, value), code


def _order(definition: Definition, value: Value) -> Any:
    bare = value.value if isinstance(value, Percent) else value or 0
    return bare if definition.direction is Direction.LESS else -bare


def definitions_of(kind: ScopeKind, keys: Collection[str] | None) -> list[Definition]:
    """Return the definitions that such a scope has, of ``keys`` where given, in the catalogue's order."""
    return [DEFINITIONS[key] for key in for_kind(kind) if keys is None or key in keys]


def measures_of(definitions: list[Definition]) -> tuple[str, ...]:
    """Return every measure that they read, once."""
    return tuple(dict.fromkeys(measure for one in definitions for measure in one.reckoned.measures))


def _sums(session: Session, scope: Scope, measures: Collection[str], period: Period) -> Sums:
    """Read what a period holds: one statement for the cells, one each for enterprises and for institutes."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    added = [measure for measure in measures if measure not in COUNTED_APART]
    if added:
        for measure, part, value in session.execute(cells(scope.kind, added, period, code=scope.code)):
            found[measure][part] = int(value)
    if ENTERPRISES in measures:
        found[ENTERPRISES] = {
            "": sum(often for _code, often in session.execute(_guests(scope.kind, period, code=scope.code)))
        }
    if INSTITUTES in measures:
        found[INSTITUTES] = {"": _institutes(session, scope.kind, period, scope.code)}
    return found


def cells(
    kind: ScopeKind,
    measures: Collection[str],
    period: Period,
    *by: Any,
    code: str | None = None,
    cell: Any = MetricCell,
    month: Any = MetricCell.span,
) -> Select[Any]:
    """Select ``by``, measure, part and value of a period's months; the city's are the sums of its districts'.

    ``cell`` is the table to read, kept-up or frozen, and ``month`` the column of its months.
    """
    kinds = [ScopeKind.CITY, ScopeKind.DISTRICT] if kind is ScopeKind.CITY else [kind]
    statement = select(*by, cell.measure, cell.part, func.sum(cell.value)).where(
        cell.measure.in_(measures), cell.scope_kind.in_(kinds), _months(month, period), cell.value != 0
    )
    if kind is ScopeKind.CITY:
        twice = and_(cell.scope_kind == ScopeKind.DISTRICT, cell.measure.in_(OF_THE_CITY))
        statement = statement.where(not_(twice))
    elif code is not None:
        statement = statement.where(cell.scope_code == code)
    return statement.group_by(*by, cell.measure, cell.part)


def _guests(kind: ScopeKind, period: Period, *, code: str | None = None) -> Select[Any]:
    """Select the scope and how many different enterprises it served in the period."""
    table: Any = MetricPresence if period.kind is PeriodKind.RUN else MetricCell
    statement = select(table.scope_code).where(table.scope_kind == kind)
    if code is not None:
        statement = statement.where(table.scope_code == code)
    if period.kind is PeriodKind.RUN:
        # A quarter's and a year's count are kept; of any other run of months it is counted from who was there.
        counted = statement.add_columns(func.count(distinct(MetricPresence.enterprise_id)))
        present = (_months(MetricPresence.span, period), MetricPresence.records > 0)
        return counted.where(*present).group_by(MetricPresence.scope_code)
    span = (MetricCell.measure == ENTERPRISES, MetricCell.span == span_of(period), MetricCell.value != 0)
    return statement.add_columns(MetricCell.value).where(*span)


def _months(column: Any, period: Period) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = column.between(period.first.code, period.last.code)
    return condition


def _institutes(session: Session, kind: ScopeKind, period: Period, code: str) -> int:
    return _institutes_by(session, kind, period, code).get(code, 0)


def _institutes_by(session: Session, kind: ScopeKind, period: Period, code: str | None = None) -> dict[str, int]:
    """Return how many institutes had been brought in by the end of the period, by scope."""
    on = min(period.last_day, clock.today())
    bodies: dict[ScopeKind, ColumnElement[bool]] = {}
    if code:
        bodies[ScopeKind.PROVIDER] = Organisation.id == int(code) if kind is ScopeKind.PROVIDER else true()
        bodies[ScopeKind.DISTRICT] = Organisation.district_code == code
    held = profiles.states(session, on=on, topics=(Topic.INSTITUTES,), bodies=bodies.get(kind))
    often = {number: len(codes_of(state[Topic.INSTITUTES].value)) for number, state in held.items()}
    if kind is ScopeKind.PROVIDER:
        return {str(number): count for number, count in often.items() if count}
    if kind is ScopeKind.CITY or code:
        return {code or "": sum(often.values())}
    districts = select(Organisation.district_code, Organisation.id).where(Organisation.id.in_(often))
    found: dict[str, int] = defaultdict(int)
    for district, number in session.execute(districts):
        found[district] += often[number]
    return dict(found)
