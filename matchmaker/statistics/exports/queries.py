"""Reads of the files that people asked for."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from matchmaker.accounts.rules import Reader
from matchmaker.statistics.exports import rules
from matchmaker.statistics.exports.models import Form, State, TableExport


def of_reader(reader: Reader) -> Select[TableExport]:
    """The reader's own, those gone left out, newest first."""
    return (
        select(TableExport)
        .where(TableExport.person_id == reader.person_id, TableExport.state != State.GONE)
        .order_by(TableExport.id.desc())
    )


def by_id(reader: Reader, export_id: int) -> Select[TableExport]:
    """One of the reader's own."""
    return of_reader(reader).where(TableExport.id == export_id)


def ready_by_id(reader: Reader, export_id: int) -> Select[TableExport]:
    """One of the reader's own that has its file."""
    return by_id(reader, export_id).where(TableExport.state == State.READY)


def unfinished_count(person_id: int) -> Select[int]:
    """How many files of a person are not finished."""
    return select(func.count(TableExport.id)).where(
        TableExport.person_id == person_id, TableExport.state.in_(rules.UNFINISHED)
    )


def same_unfinished(person_id: int, query: str, form: Form) -> Select[TableExport]:
    """The file that was asked for with a first click, if it is not finished."""
    return (
        select(TableExport)
        .where(
            TableExport.person_id == person_id,
            TableExport.query == query,
            TableExport.form == form,
            TableExport.state.in_(rules.UNFINISHED),
        )
        .order_by(TableExport.id)
        .limit(1)
    )


def _is_to_write(now: datetime) -> ColumnElement[bool]:
    return or_(
        TableExport.state == State.WAITING,
        and_(TableExport.state == State.WRITING, TableExport.beat_at < now - rules.DEAD_AFTER),
    )


def to_write(now: datetime) -> Select[int]:
    """The ids of those that nobody writes, longest waiting first."""
    return select(TableExport.id).where(_is_to_write(now)).order_by(TableExport.id)


def next_to_write(now: datetime) -> Select[TableExport]:
    """The first of them that no other process takes at this moment, locked."""
    return (
        select(TableExport)
        .where(_is_to_write(now))
        .order_by(TableExport.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )


def outlived(now: datetime) -> Select[TableExport]:
    """Those whose days are over."""
    return (
        select(TableExport)
        .where(TableExport.state == State.READY, TableExport.keep_until <= now)
        .order_by(TableExport.id)
    )


def digests_among(digests: Collection[str]) -> Select[str | None]:
    """Those of ``digests`` that some file still has."""
    return (
        select(TableExport.sha256)
        .where(TableExport.sha256.in_(digests), TableExport.sha256.is_not(None))
        .order_by(TableExport.sha256)
    )
