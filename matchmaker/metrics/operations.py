"""Adding what changed to the cells, each statement in one order of keys, so that writers never wait in a circle."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Executable, Table, and_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from matchmaker.metrics.models import MetricCell, MetricFirst, MetricPresence, ScopeKind
from matchmaker.metrics.rules import COMING, ENTERPRISES, NEW_ENTERPRISES, Cell, Contribution, Presence, coming, moved

#: So many enterprises are counted at once: a statement's values stay far below what either database takes.
BATCH = 50
#: Of an enterprise that has yet to be seen.
_NO_MONTH = 0

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
    guests = sorted({_Guest(one.scope_kind, one.scope_code, one.enterprise_id) for one in turned})
    for start in range(0, len(guests), BATCH):
        cells.update(_count_guests(session, guests[start : start + BATCH], turned))
    if rows := _rows(_CELLS, "value", cells):
        # Nobody asks what a cell holds now: it can be written with the commit, for the city's cells are everybody's.
        session.connection().execute(_adding(_dialect_name(session), _CELLS, "value", asked=False), rows)


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
    if rows := _rows(table, column, amounts):
        statement = _adding(_dialect_name(session), table, column, asked=True)
        yield from map(tuple, session.connection().execute(statement, rows))


def _rows(table: Table, column: str, amounts: Mapping[Any, int]) -> list[dict[str, Any]]:
    names = [*table.primary_key.columns.keys(), column]
    return [dict(zip(names, (*key, amount), strict=True)) for key, amount in sorted(amounts.items()) if amount]


@cache
def _adding(dialect: str, table: Table, column: str, *, asked: bool) -> Executable:
    """Make the statement once; the rows go into it many at a time, in their order."""
    keys = table.primary_key.columns.keys()
    wanted = (postgresql if dialect == "postgresql" else sqlite).insert(table)
    adding = wanted.on_conflict_do_update(index_elements=keys, set_={column: table.c[column] + wanted.excluded[column]})
    answer: Executable = adding.returning(*(table.c[name] for name in (*keys, column))) if asked else adding
    return answer


def _count_guests(session: Session, guests: Sequence[_Guest], turned: Mapping[Presence, int]) -> Counter[Cell]:
    """Keep the first months of enterprises whose months turned; return what that and the turns change in the cells.

    Their first months are locked before their other months are read, so that of two who write for one enterprise at
    the same moment, the second knows what the first has done.
    """
    cells: Counter[Cell] = Counter()
    firsts = _locked_firsts(session, guests)
    present: dict[_Guest, set[int]] = {guest: set() for guest in guests}
    there = select(*(_PRESENCES.c[name] for name in (*_Guest._fields, "span")))
    for *key, month in session.connection().execute(there.where(_any(_PRESENCES, guests), _PRESENCES.c.records > 0)):
        present[_guest(key)].add(month)
    for guest, months in present.items():
        mine = {one.month: by for one, by in turned.items() if _Guest(*one[:2], one.enterprise_id) == guest}
        before = (months - mine.keys()) | {month for month, by in mine.items() if by < 0}
        for span, by in moved(before, months).items():
            cells[Cell(*guest[:2], ENTERPRISES, span)] += by
        was, is_ = coming(before), coming(months)
        cells.update({Cell(*guest[:2], COMING, *key): 1 for key in is_ - was})
        cells.subtract({Cell(*guest[:2], COMING, *key): 1 for key in was - is_})
        first = min(months, default=None)
        if first != firsts[guest]:
            _keep_first(session, guest, first)
            for month, by in ((firsts[guest], -1), (first, 1)):
                if month is not None:
                    cells[Cell(*guest[:2], NEW_ENTERPRISES, month)] += by
    return cells


def _locked_firsts(session: Session, guests: Sequence[_Guest]) -> dict[_Guest, int | None]:
    """Lock first months and return them; where there is none, a row without one is made, to be locked too."""
    wanted = _dialect(session).insert(_FIRSTS).values([{**guest._asdict(), "month": _NO_MONTH} for guest in guests])
    locking = wanted.on_conflict_do_update(index_elements=list(_Guest._fields), set_={"month": _FIRSTS.c.month})
    rows = session.connection().execute(locking.returning(*(_FIRSTS.c[name] for name in (*_Guest._fields, "month"))))
    return {_guest(key): month or None for *key, month in rows}


def _keep_first(session: Session, guest: _Guest, month: int | None) -> None:
    of_guest = _any(_FIRSTS, [guest])
    kept = _FIRSTS.delete() if month is None else update(_FIRSTS).values(month=month)
    session.connection().execute(kept.where(of_guest))


def _guest(key: Sequence[Any]) -> _Guest:
    return _Guest(ScopeKind(key[0]), *key[1:])


def _any(table: Table, guests: Sequence[_Guest]) -> ColumnElement[bool]:
    return or_(*(and_(*(table.c[name] == value for name, value in guest._asdict().items())) for guest in guests))


def _dialect(session: Session) -> Any:
    return postgresql if _dialect_name(session) == "postgresql" else sqlite


def _dialect_name(session: Session) -> str:
    return session.get_bind().dialect.name
