"""A database's file as it was once: whether it has changed since, and how to put it back."""

import shutil
import sqlite3
from pathlib import Path
from typing import Any

from matchmaker.audit.models import AuditRow
from matchmaker.db import Base
from tests.support.databases import Database

_TRAIL = AuditRow.__tablename__
#: How acts end that change nothing but the trail.
_NOTED = (".refused", ".looked")


class Copy:
    """What an SQLite database held when it was kept. Nobody else may hold a connection while it is put back."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._file = Path(str(database.engine.url.database))
        self._before: dict[str, list[tuple[Any, ...]]] = {}
        #: What reads each table as the file has it; to turn all of it into Python values would take most of the time.
        self._reading = {
            table.name: f"SELECT * FROM {table.name} ORDER BY {', '.join(map(str, table.primary_key.columns.keys()))}"  # noqa: S608 - names of ours
            for table in Base.metadata.sorted_tables
        }
        #: What watches the file, and the version of it that was last found to be as at first.
        self._watching: sqlite3.Connection | None = None
        self._unchanged: int | None = None

    def keep(self) -> None:
        """Remember what the database holds now."""
        self._before = self._read()
        self._let_go()
        shutil.copyfile(self._file, self._file.with_suffix(".before"))

    def differs(self) -> bool:
        """Whether it holds anything else now; what the trail notes of refusals and looks does not count."""
        # A file that nobody committed to since it was last found unchanged needs no second reading.
        version = self._version()
        if version == self._unchanged:
            return False
        now, known = self._read(), len(self._before[_TRAIL])
        new = [row for row in now[_TRAIL][known:] if not any(str(cell).endswith(_NOTED) for cell in row)]
        now[_TRAIL] = now[_TRAIL][:known] + new
        if now != self._before:
            return True
        self._unchanged = version
        return False

    def put_back(self) -> None:
        """Let it hold what was kept."""
        self._let_go()
        for suffix in ("-wal", "-shm"):
            self._file.with_name(self._file.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(self._file.with_suffix(".before"), self._file)

    def _read(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row of every table, in an order that depends on the rows alone."""
        return {name: self._watch().execute(statement).fetchall() for name, statement in self._reading.items()}

    def _version(self) -> int:
        """Return a number that changes when any other connection commits, for as long as this one is open."""
        return int(self._watch().execute("PRAGMA data_version").fetchone()[0])

    def _watch(self) -> sqlite3.Connection:
        if self._watching is None:
            self._watching = sqlite3.connect(self._file)
        return self._watching

    def _let_go(self) -> None:
        if self._watching is not None:
            self._watching.close()
        self._watching, self._unchanged = None, None
        self._database.engine.dispose()
