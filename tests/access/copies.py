"""A database's file as it was once: whether it has changed since, and how to put it back."""

import shutil
import sqlite3
from pathlib import Path
from typing import Any

from tests.support.databases import Database

#: How acts end that change nothing but the trail.
_NOTED = (".refused", ".looked")


class Copy:
    """What an SQLite database held when it was kept. Nobody else may hold a connection while it is put back."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._file = Path(str(database.engine.url.database))
        self._before: dict[str, list[tuple[Any, ...]]] = {}
        #: What watches the file, and the version of it that was last found to be as at first.
        self._watching: sqlite3.Connection | None = None
        self._unchanged: int | None = None

    def keep(self) -> None:
        """Remember what the database holds now."""
        self._before = self._database.dump()
        self._database.engine.dispose()
        shutil.copyfile(self._file, self._file.with_suffix(".before"))

    def differs(self) -> bool:
        """Whether it holds anything else now; what the trail notes of refusals and looks does not count."""
        # A file that nobody committed to since it was last found unchanged needs no second reading.
        version = self._version()
        if version == self._unchanged:
            return False
        now = self._database.dump()
        now["audit_row"] = [row for row in now["audit_row"] if not any(str(cell).endswith(_NOTED) for cell in row)]
        if now != self._before:
            return True
        self._unchanged = version
        return False

    def put_back(self) -> None:
        """Let it hold what was kept."""
        if self._watching is not None:
            self._watching.close()
        self._watching, self._unchanged = None, None
        self._database.engine.dispose()
        for suffix in ("-wal", "-shm"):
            self._file.with_name(self._file.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(self._file.with_suffix(".before"), self._file)

    def _version(self) -> int:
        """Return a number that changes when any other connection commits, for as long as this one is open."""
        if self._watching is None:
            self._watching = sqlite3.connect(self._file)
        return int(self._watching.execute("PRAGMA data_version").fetchone()[0])
