"""Listens to every session: what is flushed leaves its rows in the trail, in the same transaction."""

from collections.abc import Iterator
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import event, insert, inspect
from sqlalchemy.orm import ORMExecuteState, Session

from matchmaker import clock
from matchmaker.audit.models import AuditRow, Change
from matchmaker.db import Base
from matchmaker.db.actors import actor_of, running

#: The row key of a statement that changes many rows at once.
MANY = "*"


def listen(program: str = "program") -> None:
    """Follow every session of this process from now on; each program that writes calls this and gives its name."""
    running.set(program)
    if not event.contains(Session, "after_flush", _record_flush):
        event.listen(Session, "after_flush", _record_flush)
        event.listen(Session, "do_orm_execute", _record_statement)


def _record_flush(session: Session, _context: object) -> None:
    rows = list(_changes(session))
    if rows:
        session.connection().execute(insert(AuditRow), [row_of(session, **row) for row in rows])


def _record_statement(state: ORMExecuteState) -> None:
    """A statement over many rows goes past the flush; the trail keeps that it ran and which columns it set."""
    if not (state.is_update or state.is_delete) or state.bind_mapper is None:
        return
    table = state.bind_mapper.class_
    if not table.is_audited:
        return
    change = Change.UPDATE if state.is_update else Change.DELETE
    columns = [column.key for column in getattr(state.statement, "_values", None) or ()]
    row = row_of(
        state.session, change=change, table=table.__tablename__, key=MANY, detail=dict.fromkeys(sorted(columns))
    )
    state.session.connection().execute(insert(AuditRow), [row])


def row_of(
    session: Session, *, change: Change, table: str, key: str, thing: Base | None = None, detail: dict[str, Any]
) -> dict[str, Any]:
    """Return the columns of one row of the trail."""
    actor = actor_of(session)
    owner = "id" if table == "organisation" else "organisation_id"
    return {
        "at": clock.now(),
        "person_id": actor.person_id,
        "organisation_id": actor.organisation_id,
        "act": actor.act[:80],
        "change": change,
        "table_name": table,
        "row_key": key,
        "about_organisation_id": getattr(thing, owner, None),
        "district_code": getattr(thing, "district_code", None),
        "detail": detail,
    }


def key_of(thing: Base) -> str:
    """Return the row's primary key, its parts joined by "-"."""
    return "-".join(str(part) for part in inspect(thing).mapper.primary_key_from_instance(thing))


def _changes(session: Session) -> Iterator[dict[str, Any]]:
    for change, things in (
        (Change.INSERT, session.new),
        (Change.UPDATE, session.dirty),
        (Change.DELETE, session.deleted),
    ):
        for thing in things:
            if not thing.is_audited:
                continue
            detail = _detail(thing, change)
            if detail or change is not Change.UPDATE:
                key = key_of(thing)
                yield {
                    "change": change,
                    "table": thing.__tablename__,
                    "key": key,
                    "thing": thing,
                    "detail": detail,
                }


def _detail(thing: Base, change: Change) -> dict[str, Any]:
    if change is Change.INSERT:
        return {name: [None, _plain(getattr(thing, name))] for name in sorted(thing.audited)}
    if change is Change.DELETE:
        return {name: [_plain(getattr(thing, name)), None] for name in sorted(thing.audited)}
    state = inspect(thing)
    detail: dict[str, Any] = {}
    for attribute in state.mapper.column_attrs:
        history = state.attrs[attribute.key].history
        # A list's number moves with every change and tells nothing of it.
        if history.has_changes() and attribute.key != "change_number":
            old = history.deleted[0] if history.deleted else None
            new = history.added[0] if history.added else None
            detail[attribute.key] = [_plain(old), _plain(new)] if attribute.key in thing.audited else None
    return detail


def _plain(value: Any) -> Any:
    """Return ``value`` as JSON can hold it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, frozenset | set):
        return sorted(_plain(part) for part in value)
    return value
