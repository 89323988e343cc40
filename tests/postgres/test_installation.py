"""A machine without PostgreSQL is told what to install; nothing is skipped in silence."""

import pytest

from tests.support import postgresql


def test_a_machine_without_postgresql_is_told_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setattr(postgresql.Path, "glob", lambda _self, _pattern: iter(()))
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(postgresql.NotInstalled, match="apt-get install -y postgresql"):
        postgresql.binaries()
