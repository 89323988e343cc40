"""Imports point down the list of layers."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter import cli  # noqa: F401 - importing it configures the linter
from importlinter.application import use_cases

from matchmaker.resources import ROOT

BROKEN = """
[importlinter]
root_package = matchmaker
include_external_packages = True

[importlinter:contract:1]
name = The database layer knows no database
type = forbidden
source_modules = matchmaker.db
forbidden_modules = sqlalchemy
"""


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Leave logging as it was."""
    disabled = logging.root.manager.disable
    yield
    logging.disable(disabled)


def test_every_import_contract_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    kept = use_cases.lint_imports(config_filename=str(ROOT / "pyproject.toml"), cache_dir=None, no_logo=True)

    said = capsys.readouterr().out
    assert kept, said
    assert "Domains import downwards only" in said and "0 broken" in said


def test_a_broken_contract_would_be_found(tmp_path: Path) -> None:
    file = tmp_path / "contracts.ini"
    file.write_text(BROKEN)

    assert not use_cases.lint_imports(config_filename=str(file), cache_dir=None, no_logo=True)
