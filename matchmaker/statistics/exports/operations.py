"""Asking for a file, taking it up, ending it, forgetting it. Each is one short transaction."""

from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from urllib.parse import urlencode

from sqlalchemy import CursorResult, event, update
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.rules import Reader
from matchmaker.audit import operations as audit
from matchmaker.db import transitions
from matchmaker.errors import Conflict
from matchmaker.files import operations as files
from matchmaker.files import store
from matchmaker.messages import _l
from matchmaker.statistics.exports import queries, rules
from matchmaker.statistics.exports.models import STATE_LABELS, Failure, Form, State, TableExport
from matchmaker.statistics.tables.rules import Asked

#: Set when a file was asked for in this process.
asked_for = Event()


def folder_of(session: Session) -> Path:
    """Return where the files lie: beside what people send, so shared by all hosts, and outside of what is served."""
    return store.folder_of(session) / "exports"


def ask(
    session: Session, asked: Asked, reader: Reader, *, form: Form, language: str, row_count: int
) -> tuple[TableExport, bool]:
    """Ask for a file of ``row_count`` rows; return it, and whether the caller is to write it at once.

    A second click finds what the first one asked for. Raises ``Conflict`` for more rows than the form holds, and when
    too many of the reader's files are not finished.
    """
    rules.check_length(form, row_count)
    query, person_id = urlencode(asked.address()), reader.person_id or 0
    before = session.scalars(queries.same_unfinished(person_id, query, form)).first()
    if before is not None:
        return before, False
    if (session.scalar(queries.unfinished_count(person_id)) or 0) >= rules.MOST_UNFINISHED:
        raise Conflict(_l("%(most)s of your files are still being written. Wait for one.", most=rules.MOST_UNFINISHED))
    export = TableExport(
        person_id=person_id,
        organisation_id=reader.organisation_id or 0,
        district_code=reader.district_code or "",
        listing=asked.listing.name,
        query=query,
        form=form,
        language=language,
        state=State.WAITING,
        asked_at=clock.now(),
        row_count=row_count,
    )
    session.add(export)
    session.flush()
    audit.note(session, "exports.ask", export, detail={"query": query, "form": form.value, "rows": row_count})
    is_short = row_count <= rules.MOST_AT_ONCE
    if is_short:
        _begin(session, export)
    else:
        event.listen(session, "after_commit", _announce, once=True)
    return export, is_short


def take_up(session: Session) -> TableExport | None:
    """Return a file that nobody writes, now the caller's to write; one that was begun too often has failed."""
    export = session.scalars(queries.next_to_write(clock.now())).one_or_none()
    if export is None:
        return None
    if export.attempt >= rules.MOST_ATTEMPTS:
        _fail(session, export, Failure.UNFINISHED)
        return None
    _begin(session, export)
    return export


def beat(session: Session, export_id: int, *, attempt: int, written: int) -> bool:
    """Tell how far a writer is; return whether the file is still its own to write."""
    result = session.execute(
        update(TableExport)
        .where(TableExport.id == export_id, TableExport.attempt == attempt, TableExport.state == State.WRITING)
        .values(written=written, beat_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    return isinstance(result, CursorResult) and result.rowcount == 1


def finish(
    session: Session,
    export_id: int,
    *,
    attempt: int,
    row_count: int,
    secret_count: int,
    file: store.Incoming,
    days: int,
) -> bool:
    """Keep that the file lies in its place; ``False`` when another one writes it by now, or nobody wants it."""
    export = _own(session, export_id, attempt)
    if export is None:
        return False
    _move(session, export, State.READY)
    export.row_count = export.written = row_count
    export.sha256, export.size = file.digest, file.size
    export.finished_at = clock.now()
    export.keep_until = export.finished_at + timedelta(days=days)
    session.flush()
    detail = {"rows": row_count, "confidential": secret_count, "sha256": file.digest}
    audit.note(session, "exports.finish", export, detail=detail)
    return True


def fail(session: Session, export_id: int, *, attempt: int, why: Failure) -> None:
    """Keep that there is no file, and why."""
    export = _own(session, export_id, attempt)
    if export is not None:
        _fail(session, export, why)


def let_go(session: Session, export: TableExport) -> None:
    """Forget a file, finished or not; whoever writes it finds that nobody wants it."""
    _move(session, export, State.GONE)
    export.sha256 = export.size = None
    session.flush()
    audit.note(session, "exports.let_go", export)


def forget_outlived(session: Session, *, now: datetime) -> int:
    """Let those go whose days are over; return how many."""
    outlived = session.scalars(queries.outlived(now)).all()
    for export in outlived:
        let_go(session, export)
    return len(outlived)


def sweep(session: Session, *, before: datetime) -> int:
    """Remove the bytes written before ``before`` that no file points at; return how many there were."""
    return files.sweep(session, before=before, folder=folder_of(session), known=queries.digests_among)


def _begin(session: Session, export: TableExport) -> None:
    _move(session, export, State.WRITING)
    export.attempt += 1
    export.written, export.beat_at = 0, clock.now()
    session.flush()


def _own(session: Session, export_id: int, attempt: int) -> TableExport | None:
    export = session.get(TableExport, export_id, with_for_update=True, populate_existing=True)
    return export if export and export.attempt == attempt and export.state is State.WRITING else None


def _fail(session: Session, export: TableExport, why: Failure) -> None:
    _move(session, export, State.FAILED)
    export.failure, export.finished_at = why, clock.now()
    session.flush()
    audit.note(session, "exports.fail", export, detail={"why": why.value})


def _move(session: Session, export: TableExport, to: State) -> None:
    transitions.move(session, export, to=to, allowed=rules.ALLOWED, labels=STATE_LABELS)


def _announce(_session: Session) -> None:
    asked_for.set()
