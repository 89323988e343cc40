"""Listens to every session: what changes in a record changes its cells, in the same transaction.

The records are noted as they stood before the transaction, and looked at again just before the commit. So a savepoint
that was rolled back, or a record that was flushed five times, counts for what is committed; and the cells are locked
last, in one order, for as short a time as can be.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import event, inspect, select
from sqlalchemy.orm import ORMExecuteState, Session

from matchmaker.contracts.agreements.models import Contract
from matchmaker.contracts.introductions.models import Introduction
from matchmaker.contracts.services.models import ServiceRecord
from matchmaker.ledger.models import Transfer
from matchmaker.metrics import facts, operations, rules
from matchmaker.metrics.cohorts import operations as cohorts
from matchmaker.metrics.rules import Contribution, Facts
from matchmaker.vouchers.models import Use

Columns = Mapping[str, Any]

#: How each kind of record is read.
SOURCES: dict[type, Callable[[Session, Columns], Facts | None]] = {
    ServiceRecord: facts.of_service,
    Introduction: facts.of_introduction,
    Contract: facts.of_contract,
    Transfer: facts.of_transfer,
}
#: Records that carry an introduction on, and the introduction that each is of.
FOLLOWED: dict[type, Callable[[Session, Columns], int | None]] = {
    Introduction: lambda _session, columns: columns["id"],
    Contract: lambda _session, columns: columns["introduction_id"],
    ServiceRecord: lambda _session, columns: columns["introduction_id"],
    Use: lambda session, columns: session.get_one(Contract, columns["contract_id"]).introduction_id,
}
#: Every kind of row that some cell is counted from.
WATCHED = SOURCES.keys() | FOLLOWED.keys()
_NOTED = "metrics.noted"
#: What the transaction made, kept loaded until it is counted: a transfer names the use that it is for.
_MADE = "metrics.made"


class _Noted(NamedTuple):
    """A record that was touched: the row, and its columns before the transaction, ``None`` for a new one."""

    row: Any
    before: Columns | None


def listen() -> None:
    """Follow every session of this process from now on; each program that writes calls this."""
    if not event.contains(Session, "before_commit", _count):
        event.listen(Session, "before_flush", _note)
        event.listen(Session, "before_commit", _count)
        event.listen(Session, "after_rollback", _forget)
        event.listen(Session, "do_orm_execute", _refuse)


def _note(session: Session, _context: object, _instances: object) -> None:
    noted: dict[int, _Noted] = session.info.setdefault(_NOTED, {})
    for row in (*session.new, *session.dirty, *session.deleted):
        if type(row) in WATCHED and id(row) not in noted:
            # The row itself is kept, so that no other row can take its id in memory.
            noted[id(row)] = _Noted(row, None if row in session.new else _loaded(session, row))
    session.info.setdefault(_MADE, []).extend(row for row in session.new if type(row) in facts.NAMED)


def _count(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    noted: dict[int, _Noted] = session.info.pop(_NOTED, {})
    _made = session.info.pop(_MADE, None)
    if not noted:
        return
    # Introductions are locked first and cells last, by every writer.
    cells, presences = cohorts.follow(session, _introductions(session, noted.values())), Counter[rules.Presence]()
    for one in noted.values():
        change = _change(session, one)
        cells.update(change.cells)
        presences.update(change.presences)
    operations.apply(session, Contribution(cells, presences))


def _introductions(session: Session, noted: Iterable[_Noted]) -> set[int]:
    """Return the introductions that may have come another way since."""
    found = {
        FOLLOWED[type(one.row)](session, columns)
        for one in noted
        if type(one.row) in FOLLOWED
        for columns in _columns(session, one)
        if columns is not None
    }
    return {number for number in found if number is not None}


def _change(session: Session, noted: _Noted) -> Contribution:
    if type(noted.row) not in SOURCES:
        return Contribution()
    read = SOURCES[type(noted.row)]
    return rules.difference(
        *(read(session, columns) if columns is not None else None for columns in _columns(session, noted))
    )


def _columns(session: Session, noted: _Noted) -> tuple[Columns | None, Columns | None]:
    """Return a row's columns before the transaction and now; ``None`` where it was not there, or is no more."""
    is_there = inspect(noted.row).persistent and noted.row not in session.deleted
    return noted.before, _present(noted.row) if is_there else None


def _loaded(session: Session, row: Any) -> Columns:
    """Return a row's columns as the database holds them, whatever was set since."""
    columns: dict[str, Any] = {}
    for attribute in inspect(row).mapper.column_attrs:
        history = inspect(row).attrs[attribute.key].history
        if history.added and not history.deleted:
            # It was set before it was loaded, so what it was is known to the database alone.
            return _read(session, row)
        known = history.deleted or history.unchanged
        columns[attribute.key] = known[0] if known else getattr(row, attribute.key)
    return columns


def _read(session: Session, row: Any) -> Columns:
    mapper = inspect(row).mapper
    columns = {attribute.key: mapper.columns[attribute.key] for attribute in mapper.column_attrs}
    keys = zip(mapper.primary_key, mapper.primary_key_from_instance(row), strict=True)
    statement = select(*columns.values()).where(*(column == value for column, value in keys))
    return dict(zip(columns, session.connection().execute(statement).one(), strict=True))


def _present(row: Any) -> Columns:
    return {attribute.key: getattr(row, attribute.key) for attribute in inspect(row).mapper.column_attrs}


def _forget(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop(_NOTED, None)
        session.info.pop(_MADE, None)


def _refuse(state: ORMExecuteState) -> None:
    """A statement over many rows would go past the counting."""
    if (state.is_update or state.is_delete or state.is_insert) and state.bind_mapper is not None:
        table = state.bind_mapper.class_
        if table in WATCHED:
            raise RuntimeError(f"{table.__name__} is counted: change its rows one by one.")
