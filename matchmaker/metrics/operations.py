"""Adding what changed to the cells, each statement in one order of keys, so that writers never wait in a circle."""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Executable, Table, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from matchmaker.metrics.models import MetricCell, MetricFirst, MetricPresence, ScopeKind
from matchmaker.metrics.periods import FIRST_MONTH_CODE
from matchmaker.metrics.rules import ENTERPRISES, NEW_ENTERPRISES, Cell, Contribution, Presence

_CELLS: Table = MetricCell.__table__  # type: ignore[assignment]  # a declarative class's table is a Table
_PRESENCES: Table = MetricPresence.__table__  # type: ignore[assignment]  # as above
_FIRSTS: Table = MetricFirst.__table__  # type: ignore[assignment]  # as above


class _Guest(NamedTuple):
    """An enterprise as a scope knows it."""

    scope_kind: ScopeKind
    scope_code: str
    enterprise_id: int


def apply(session: Session, change: Contribution) -> None:
    """Add a change to presences, first months and cells. Costs the same however many records there are."""
    cells = Counter(change.cells)
    turned = _count_presences(session, change.presences)
    for presence, by in turned.items():
        cells[Cell(presence.scope_kind, presence.scope_code, ENTERPRISES, presence.span)] += by
    months = [presence for presence in turned if presence.span >= FIRST_MONTH_CODE]
    cells.update(_move_firsts(session, {_Guest(*one[:2], one.enterprise_id) for one in months}))
    for _ in _add(session, _CELLS, "value", cells):
        pass


def _count_presences(session: Session, changes: Mapping[Presence, int]) -> dict[Presence, int]:
    """Add to presences; return those that came (1) and those that went (-1)."""
    turned = {}
    for *key, records in _add(session, _PRESENCES, "records", changes):
        presence = Presence(ScopeKind(key[0]), *key[1:])
        by = changes[presence]
        if records in (0, by):
            turned[presence] = -1 if records == 0 else 1
    return turned


def _add(session: Session, table: Table, column: str, amounts: Mapping[Any, int]) -> Iterable[tuple[Any, ...]]:
    """Add each amount to the row of its key, making rows that are missing; return keys and what they hold now."""
    names = [*table.primary_key.columns.keys(), column]
    rows = [dict(zip(names, (*key, amount), strict=True)) for key, amount in sorted(amounts.items()) if amount]
    if rows:
        statement = _adding(session.get_bind().dialect.name, table, column)
        yield from map(tuple, session.connection().execute(statement, rows))


@cache
def _adding(dialect: str, table: Table, column: str) -> Executable:
    """Make the statement once; the rows go into it many at a time, in their order."""
    keys = table.primary_key.columns.keys()
    wanted = (postgresql if dialect == "postgresql" else sqlite).insert(table)
    adding: Executable = wanted.on_conflict_do_update(
        index_elements=keys, set_={column: table.c[column] + wanted.excluded[column]}
    ).returning(*(table.c[name] for name in (*keys, column)))
    return adding


def _move_firsts(session: Session, guests: Iterable[_Guest]) -> Counter[Cell]:
    """Find the first months of enterprises anew; return what that changes in the cells."""
    cells: Counter[Cell] = Counter()
    for guest in sorted(guests):
        before, after = _known_first(session, guest), _found_first(session, guest)
        if before == after:
            continue
        _keep_first(session, guest, before, after)
        for month, by in ((before, -1), (after, 1)):
            if month is not None:
                cells[Cell(guest.scope_kind, guest.scope_code, NEW_ENTERPRISES, month)] += by
    return cells


def _known_first(session: Session, guest: _Guest) -> int | None:
    return session.connection().execute(select(_FIRSTS.c.month).where(*_is(_FIRSTS, guest))).scalar()


def _found_first(session: Session, guest: _Guest) -> int | None:
    table = _PRESENCES
    months = (table.c.span >= FIRST_MONTH_CODE, table.c.records > 0)
    return session.connection().execute(select(func.min(table.c.span)).where(*_is(table, guest), *months)).scalar()


def _keep_first(session: Session, guest: _Guest, before: int | None, after: int | None) -> None:
    connection = session.connection()
    if before is None:
        connection.execute(insert(_FIRSTS).values(**guest._asdict(), month=after))
    elif after is None:
        connection.execute(_FIRSTS.delete().where(*_is(_FIRSTS, guest)))
    else:
        connection.execute(update(_FIRSTS).where(*_is(_FIRSTS, guest)).values(month=after))


def _is(table: Table, guest: _Guest) -> list[Any]:
    return [table.c[name] == value for name, value in guest._asdict().items()]
