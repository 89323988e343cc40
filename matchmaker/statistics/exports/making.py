"""Writing the files: in one view of the database, with few rows in memory, beside the pages or while one waits."""

import logging
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts import queries as accounts
from matchmaker.accounts.rules import Reader
from matchmaker.db import actors, transaction
from matchmaker.db.actors import Actor
from matchmaker.errors import DomainError
from matchmaker.files import store
from matchmaker.reference.queries import code_lists
from matchmaker.settings import settings
from matchmaker.statistics.exports import operations, queries, rules
from matchmaker.statistics.exports.models import Failure, Form, TableExport
from matchmaker.statistics.tables import queries as tables
from matchmaker.statistics.tables import writing
from matchmaker.statistics.tables.listings import asked_by
from matchmaker.statistics.tables.rules import Asked

log = logging.getLogger(__name__)

#: How often the table of files is looked at without being told; another process may have been asked.
LOOK_EVERY_S = 15.0

_WRITERS: dict[Form, Callable[..., None]] = {Form.XLSX: writing.workbook, Form.CSV: writing.commas}


class _Stopped(Exception):
    """There will be no file; ``why`` is ``None`` when nobody waits for this writer's any more."""

    def __init__(self, why: Failure | None) -> None:
        super().__init__(why)
        self.why = why


class _Progress:
    """How far a writer is, read by the thread that tells it."""

    def __init__(self) -> None:
        self.written = self.secret = 0
        self.is_lost = False

    def follow(self, asked: Asked, rows: Iterable[Any], form: Form) -> Iterator[Any]:
        """Yield ``rows``, counted; stop when the file is another's to write, or gets too long."""
        for row in rows:
            if self.is_lost:
                raise _Stopped(None)
            if form is Form.XLSX and self.written >= rules.MOST_IN_WORKBOOK:
                raise _Stopped(Failure.TOO_LONG)
            yield row
            self.written += 1
            self.secret += asked.listing.is_secret(row)


def make_due(engine: Engine, folder: Path) -> int:
    """Write every file that nobody writes, one after the other; return how many were taken up."""
    count = 0
    while (export := _take_up(engine, folder)) is not None:
        make(engine, folder, export)
        count += 1
    return count


def make(engine: Engine, folder: Path, export: TableExport) -> None:
    """Write a file that is the caller's to write; what becomes of it stands in its row.

    The bytes lie in their place before the row says so. A writer that was taken for dead finds its attempt outdated
    and leaves the row to the next one.
    """
    try:
        with _beating(engine, folder, export) as progress:
            _write(engine, folder, export, progress)
    except _Stopped as stopped:
        if stopped.why is not None:
            _fail(engine, folder, export, stopped.why)
    except store.StorageFull:
        _fail(engine, folder, export, Failure.NO_ROOM)
    except (DomainError, SQLAlchemyError):
        # The database is busy or away. The file is begun anew once its writer counts as dead.
        log.exception("The file %s was not finished.", export.id)
    except Exception:
        log.exception("The file %s could not be written.", export.id)
        _fail(engine, folder, export, Failure.BROKEN)


def start(engine: Engine, folder: Path) -> threading.Thread:
    """Write files whenever one is asked for, in a thread that ends with the process."""
    thread = threading.Thread(target=_keep_making, args=(engine, folder), name="files of tables", daemon=True)
    thread.start()
    return thread


def _keep_making(engine: Engine, folder: Path) -> None:
    actors.running.set("exports")
    while True:
        try:
            make_due(engine, folder)
        except (DomainError, SQLAlchemyError):
            log.exception("The files that wait could not be read.")
        operations.asked_for.wait(LOOK_EVERY_S)
        operations.asked_for.clear()


@contextmanager
def _session(engine: Engine, folder: Path, export: TableExport | None = None) -> Iterator[Session]:
    with Session(engine, expire_on_commit=False, info={store.FOLDER: folder}) as session:
        if export is not None:
            who = Actor("exports.make", person_id=export.person_id, organisation_id=export.organisation_id)
            actors.answer_for(session, lambda: who)
        yield session


def _take_up(engine: Engine, folder: Path) -> TableExport | None:
    with _session(engine, folder) as session:
        while session.scalars(queries.to_write(clock.now()).limit(1)).first() is not None:
            with transaction(session):
                export = operations.take_up(session)
            if export is not None:
                return export
    return None


def _write(engine: Engine, folder: Path, export: TableExport, progress: _Progress) -> None:
    with _session(engine, folder, export) as session:
        where = operations.folder_of(session)
        with store.aside(where) as aside, tempfile.TemporaryFile(dir=aside) as out:
            asked = _asked(export)
            statement = tables.rows(_reader(session, export), asked)
            rows = progress.follow(asked, tables.each_row(session, statement), export.form)
            write = _WRITERS[export.form]
            write(out, asked, rows, lists=code_lists(session), language=export.language, aside=aside)
            out.seek(0)
            with store.receive(where, out, max_bytes=store.NO_LIMIT) as incoming:
                store.settle(where, incoming)
        with transaction(session):
            operations.finish(
                session,
                export.id,
                attempt=export.attempt,
                row_count=progress.written,
                secret_count=progress.secret,
                file=incoming,
                days=settings().export_days,
            )


def _asked(export: TableExport) -> Asked:
    asked = asked_by(parse_qs(export.query))
    if asked is None:
        # A newer release has no such table any more.
        raise _Stopped(Failure.BROKEN)
    return asked


def _reader(session: Session, export: TableExport) -> Reader:
    """Return what the person who asked may read at this moment. Stops when that is less than it was."""
    reader = accounts.reader_acting(session, person_id=export.person_id, organisation_id=export.organisation_id)
    if reader is None or not rules.still_covers(
        reader, organisation_id=export.organisation_id, district_code=export.district_code
    ):
        raise _Stopped(Failure.RIGHTS)
    return reader


def _fail(engine: Engine, folder: Path, export: TableExport, why: Failure) -> None:
    try:
        with _session(engine, folder, export) as session, transaction(session):
            operations.fail(session, export.id, attempt=export.attempt, why=why)
    except (DomainError, SQLAlchemyError):
        log.exception("That the file %s failed could not be kept.", export.id)


@contextmanager
def _beating(engine: Engine, folder: Path, export: TableExport) -> Iterator[_Progress]:
    """Tell every other second how far the writer is, as long as it lives."""
    progress, is_over = _Progress(), threading.Event()

    def beat() -> None:
        while not is_over.wait(rules.BEAT_EVERY_S):
            try:
                with _session(engine, folder) as session, transaction(session):
                    is_own = operations.beat(session, export.id, attempt=export.attempt, written=progress.written)
                progress.is_lost = not is_own
            except (DomainError, SQLAlchemyError):
                log.info("How far the file %s is could not be told.", export.id)

    thread = threading.Thread(target=beat, name=f"file {export.id}", daemon=True)
    thread.start()
    try:
        yield progress
    finally:
        is_over.set()
        thread.join()
