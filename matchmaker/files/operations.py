"""Keeping a file and opening it again. The bytes are on the disk for good before the row is committed."""

from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path
from typing import IO, Any, BinaryIO

from sqlalchemy import Select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, object_session

from matchmaker import clock
from matchmaker.errors import Invalid
from matchmaker.files import queries, rules, store
from matchmaker.files.models import StoredFile
from matchmaker.messages import Message, _l

#: How many files the sweep looks up in one statement.
_BATCH = 500


def keep(
    session: Session,
    stream: IO[bytes],
    *,
    name: str,
    allowed: Collection[str] = rules.DOCUMENTS,
    max_bytes: int = rules.MAX_BYTES,
    field: str = "file",
) -> StoredFile:
    """Return the row of the bytes in ``stream``, which were sent under ``name``; the same bytes are kept once.

    Raises ``Invalid`` on ``field`` when they are none of the ``allowed`` types, empty or too long, and
    ``store.StorageFull``. When the transaction does not commit, the bytes are swept a day later.
    """
    folder = store.folder_of(session)
    try:
        with store.receive(folder, stream, max_bytes=max_bytes) as incoming:
            kind = _kind(incoming, allowed=allowed)
            store.settle(folder, incoming)
    except store.TooLong:
        most = max_bytes // (1024 * 1024)
        raise _refused(field, _l("This file is too large: at most %(most)s MB are taken.", most=most)) from None
    except rules.Unfit as unfit:
        shown = rules.clean_name(name)
        raise _refused(field, _l("“%(name)s”: %(why)s", name=shown, why=unfit.message)) from None
    return _row(session, incoming, kind)


def open_(stored: StoredFile) -> BinaryIO:
    """Open the bytes of a file for reading."""
    return store.path_of(store.folder_of(object_session(stored)), stored.sha256).open("rb")


def sweep(
    session: Session,
    *,
    before: datetime,
    folder: Path | None = None,
    known: Callable[[Collection[str]], Select[Any]] = queries.digests_among,
) -> int:
    """Remove the files that were last sent before ``before`` and have no row; return how many there were.

    Other folders that are laid out in the same way name themselves, and what selects the digests that have a row.
    """
    folder = folder or store.folder_of(session)
    limit = before.timestamp()
    old = list(store.sweep(folder, before=limit))
    count = 0
    for start in range(0, len(old), _BATCH):
        batch = old[start : start + _BATCH]
        found = set(session.scalars(known([digest for digest, _path in batch])))
        count += sum(store.remove(folder, path, before=limit) for digest, path in batch if digest not in found)
    return count


def _kind(incoming: store.Incoming, *, allowed: Collection[str]) -> str:
    if not incoming.size:
        raise rules.Unfit(_l("This file is empty."))
    with incoming.path.open("rb") as file:
        kind = rules.media_type(file)
    if kind not in allowed:
        raise rules.Unfit(rules.UNKNOWN)
    return kind


def _row(session: Session, incoming: store.Incoming, kind: str) -> StoredFile:
    found = session.scalars(queries.by_digest(incoming.digest)).one_or_none()
    if found is not None:
        return found
    stored = StoredFile(sha256=incoming.digest, size=incoming.size, media_type=kind, created_at=clock.now())
    try:
        with session.begin_nested():
            session.add(stored)
    except IntegrityError:
        # Somebody sent the same bytes at the same moment.
        return session.scalars(queries.by_digest(incoming.digest)).one()
    return stored


def _refused(field: str, message: Message) -> Invalid:
    return Invalid(field=field, message=message)
