"""Files are kept whole or not at all, once for the same bytes, and only while a row speaks of them."""

import errno
import hashlib
import io
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker import clock, jobs
from matchmaker.errors import Invalid
from matchmaker.files import operations, rules, store
from matchmaker.files.jobs import sweep
from matchmaker.files.models import StoredFile
from matchmaker.jobs import running
from tests.support import papers
from tests.support.databases import Database


def lying(folder: Path) -> list[str]:
    """Return the names of all files of the store, those that came in half included."""
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def keep(session: Session, data: bytes, **options: Any) -> StoredFile:
    return operations.keep(session, io.BytesIO(data), **{"name": "发票.pdf", **options})


@pytest.fixture
def folder() -> Path:
    return store.default_folder()


def test_what_was_kept_can_be_read_again(either_database: Database, folder: Path) -> None:
    paper = papers.pdf()
    with either_database.writing() as session:
        stored = keep(session, paper)

    with either_database.reading() as session:
        found = session.get_one(StoredFile, stored.id)
        with operations.open_(found) as file:
            assert file.read() == paper
        assert (found.size, found.media_type) == (len(paper), rules.PDF)
        assert found.sha256 == hashlib.sha256(paper).hexdigest()
    assert lying(folder) == [found.sha256]
    assert store.path_of(folder, found.sha256).parent == folder / found.sha256[:2] / found.sha256[2:4]
    assert store.path_of(folder, found.sha256).stat().st_mode & 0o077 == 0, "for this program only"


def test_the_same_bytes_are_kept_once_whatever_they_are_called(database: Database, folder: Path) -> None:
    with database.writing() as session:
        first = keep(session, papers.pdf())
        again = keep(session, papers.pdf(), name="copy.PDF")
        other = keep(session, papers.pdf("another"))

    assert first.id == again.id != other.id
    assert len(lying(folder)) == 2


@pytest.mark.postgres
def test_two_who_send_the_same_bytes_at_once_share_one_row(postgresql_database: Database, folder: Path) -> None:
    barrier, rows = threading.Barrier(2), list[int]()

    def send() -> None:
        with postgresql_database.writing() as session:
            barrier.wait()
            rows.append(keep(session, papers.pdf()).id)

    threads = [threading.Thread(target=send) for _one in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(rows) == 2 and len(set(rows)) == 1
    assert len(lying(folder)) == 1


def test_a_file_that_is_refused_leaves_nothing(database: Database, folder: Path) -> None:
    for data, options in (
        (b"MZ\x90\x00", {}),
        (b"", {}),
        (papers.pdf() + b"x" * 2_000, {"max_bytes": 1_000}),
        (papers.png(), {"allowed": {rules.PDF}}),
    ):
        with pytest.raises(Invalid) as refused, database.writing() as session:
            keep(session, data, field="evidence", **options)
        assert refused.value.field == "evidence"

    assert lying(folder) == []
    assert database.dump()["stored_file"] == []


class FullDisk(io.BytesIO):
    """Bytes after whose first part the disk is full."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().read(100)


def test_a_full_disk_is_said_and_leaves_no_half_file(database: Database, folder: Path) -> None:
    with pytest.raises(store.StorageFull) as refused, database.writing() as session:
        operations.keep(session, FullDisk(papers.pdf()), name="发票.pdf")

    assert refused.value.status == 507
    assert lying(folder) == []
    assert database.dump()["stored_file"] == []
    with database.writing() as session:
        keep(session, papers.pdf())
    assert len(lying(folder)) == 1, "it goes on once there is room"


def test_a_really_full_disk_is_said_too(database: Database, folder: Path) -> None:
    import resource

    # A process may not write files longer than this: the kernel then refuses as a full disk does.
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    former = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        session = Session(database.engine)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, limits[1]))
        with pytest.raises(store.StorageFull):
            keep(session, papers.pdf() + b" " * 1_000_000 + b"%%EOF")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, former)
        session.close()

    assert lying(folder) == []


KILLED = """
import io, os, signal, sys
from pathlib import Path
from sqlalchemy import event
from sqlalchemy.orm import Session
from matchmaker.db import create_engine, tables, transaction
from matchmaker.files import operations, store
from tests.support import papers
tables.load()
store.default_folder = lambda: Path(sys.argv[2])
place = sys.argv[3]
if place == "while it comes in":
    store.os.fsync = lambda _descriptor: os.kill(os.getpid(), signal.SIGKILL)
engine = create_engine(sys.argv[1])
with Session(engine) as session:
    if place == "before the commit":
        die = lambda held: held.info.get("kept") and os.kill(os.getpid(), signal.SIGKILL)
        event.listen(session, "before_commit", die)
    with transaction(session):
        session.info["kept"] = operations.keep(session, io.BytesIO(papers.pdf()), name="a.pdf")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def killed(database: Database, folder: Path, place: str) -> None:
    """Let a process of its own keep a file and be killed at the named place."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLED), database.url, str(folder), place], check=False, timeout=60
    )
    assert done.returncode == -signal.SIGKILL


def age(folder: Path, days: float) -> None:
    """Let everything in the store be as many days old."""
    then = time.time() - days * 86_400
    for path in folder.rglob("*"):
        if path.is_file():
            os.utime(path, (then, then))


@pytest.mark.parametrize("place", ["while it comes in", "before the commit"])
def test_what_a_killed_process_left_is_swept_a_day_later(database: Database, folder: Path, place: str) -> None:
    killed(database, folder, place)
    assert database.dump()["stored_file"] == [], "no row without its file"
    assert len(lying(folder)) == 1

    with database.writing() as session:
        assert "removed 0" in sweep(session, on=clock.today()), "somebody may be about to commit its row"
        assert len(lying(folder)) == 1
    age(folder, 1.1)
    with database.writing() as session:
        sweep(session, on=clock.today())
    assert lying(folder) == []


def test_what_was_committed_before_the_kill_is_there(database: Database, folder: Path) -> None:
    killed(database, folder, "after the commit")

    with database.reading() as session, operations.open_(session.scalars(select(StoredFile)).one()) as file:
        assert file.read() == papers.pdf()


def test_a_file_with_a_row_is_never_swept(database: Database, folder: Path) -> None:
    with database.writing() as session:
        keep(session, papers.pdf())
    age(folder, 900)

    with database.writing() as session:
        assert operations.sweep(session, before=clock.now() - timedelta(days=1)) == 0
    assert len(lying(folder)) == 1


def test_bytes_sent_again_while_the_sweep_looks_stay(
    database: Database, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed(database, folder, "before the commit")
    age(folder, 2)
    found = store.sweep

    def meanwhile(*arguments: Any, **options: Any) -> Iterator[tuple[str, Path]]:
        yield from list(found(*arguments, **options))
        # The other process has put its file in place; its row is not yet committed.
        with store.receive(folder, io.BytesIO(papers.pdf()), max_bytes=10_000) as incoming:
            store.settle(folder, incoming)

    monkeypatch.setattr(store, "sweep", meanwhile)
    with database.writing() as session:
        assert operations.sweep(session, before=clock.now() - timedelta(days=1)) == 0
    assert len(lying(folder)) == 1


def test_the_sweep_is_among_the_daily_jobs() -> None:
    running.load()

    assert jobs.registered()["sweep-files"] is sweep


def test_the_database_refuses_a_second_row_of_the_same_bytes(either_database: Database) -> None:
    with either_database.writing() as session:
        keep(session, papers.pdf())
        keep(session, papers.pdf())
        assert session.scalar(select(func.count()).select_from(StoredFile)) == 1
