"""The folder in which files lie: how one gets there whole or not at all, and how it is found."""

import contextlib
import errno
import hashlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, NamedTuple

from sqlalchemy.orm import Session

from matchmaker.errors import DomainError
from matchmaker.messages import _l
from matchmaker.settings import settings

#: Where a session keeps the folder of the application that opened it.
FOLDER = "matchmaker_files"

#: For what this site makes itself.
NO_LIMIT = sys.maxsize

_CHUNK = 256 * 1024
_INCOMING = ".incoming"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class StorageFull(DomainError):
    """There is no room for the file."""

    status = 507


class TooLong(ValueError):
    """More bytes came than may be sent."""


class Incoming(NamedTuple):
    """A file that has come in whole and lies aside."""

    path: Path
    digest: str
    size: int


def folder_of(session: Session | None) -> Path:
    """Return the folder that ``session``'s application uses, else this host's."""
    folder: Path | None = session.info.get(FOLDER) if session is not None else None
    return folder or default_folder()


def default_folder() -> Path:
    """Return this host's folder."""
    return settings().files


def path_of(folder: Path, digest: str) -> Path:
    """Return where the file with this SHA-256 lies."""
    return folder / digest[:2] / digest[2:4] / digest


@contextmanager
def aside(folder: Path) -> Iterator[Path]:
    """Lend a folder beside what lies in ``folder``, for what is being made; nothing in it stays.

    Raises ``StorageFull`` when the disk is full.
    """
    with _refused_when_full():
        incoming = folder / _INCOMING
        incoming.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=incoming) as lent:
            yield Path(lent)


@contextmanager
def receive(folder: Path, stream: IO[bytes], *, max_bytes: int) -> Iterator[Incoming]:
    """Write ``stream`` aside and lend what came; what is not ``settle``d leaves nothing.

    Raises ``TooLong``, or ``StorageFull`` when the disk is full.
    """
    with _refused_when_full():
        aside = folder / _INCOMING
        aside.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=aside)
        try:
            with os.fdopen(descriptor, "wb") as file:
                incoming = _copy(stream, file, path=Path(name), max_bytes=max_bytes)
                file.flush()
                os.fsync(file.fileno())
            yield incoming
        finally:
            # After ``settle`` nothing is there any more.
            Path(name).unlink(missing_ok=True)


def settle(folder: Path, incoming: Incoming) -> None:
    """Put the file in its place for good, over one of the same bytes: its age then says when it was last sent."""
    path = path_of(folder, incoming.digest)
    with _refused_when_full():
        path.parent.mkdir(parents=True, exist_ok=True)
        incoming.path.replace(path)
        for directory in (path.parent, path.parent.parent, folder):
            _sync(directory)


def sweep(folder: Path, *, before: float) -> Iterator[tuple[str, Path]]:
    """Yield the digest and path of every file last sent before the instant ``before``; remove what never got whole."""
    for path in folder.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
        if _age(path) < before:
            yield path.name, path
    for path in (folder / _INCOMING).glob("*"):
        if _age(path) >= before:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def remove(folder: Path, path: Path, *, before: float) -> bool:
    """Remove a file that nothing points at, unless it was sent again this very moment."""
    aside = folder / _INCOMING / f"{path.name}.swept"
    try:
        path.rename(aside)
    except FileNotFoundError:
        return False
    if _age(aside) >= before:
        # Somebody sent the same bytes while we looked: their row is about to be committed.
        aside.rename(path)
        return False
    aside.unlink()
    return True


def _copy(stream: IO[bytes], file: BinaryIO, *, path: Path, max_bytes: int) -> Incoming:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > max_bytes:
            raise TooLong
        digest.update(chunk)
        file.write(chunk)
    return Incoming(path, digest.hexdigest(), size)


@contextmanager
def _refused_when_full() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise StorageFull(
            _l("There is no room for files at the moment, and nothing was kept. Please try again later.")
        ) from error


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _age(path: Path) -> float:
    with contextlib.suppress(FileNotFoundError):
        return path.stat().st_mtime
    return time.time()
