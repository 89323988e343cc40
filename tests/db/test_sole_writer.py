"""One writing process on one SQLite file."""

import subprocess
import sys
from pathlib import Path

import pytest

from matchmaker.db import sole_writer
from matchmaker.errors import Busy
from matchmaker.resources import ROOT

CLAIM = "import sys; from matchmaker.db import sole_writer\nwith sole_writer.claim(sys.argv[1]): print('claimed')"


def claim_elsewhere(url: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", CLAIM, url], cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_second_process_is_told_that_the_file_is_in_use(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new/matchmaker.db"
    with sole_writer.claim(url):
        refused = claim_elsewhere(url)

    assert refused.returncode != 0 and "Another Matchmaker process is using" in refused.stderr
    assert claim_elsewhere(url).stdout == "claimed\n"


def test_the_same_process_cannot_claim_twice(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/matchmaker.db"
    with sole_writer.claim(url), pytest.raises(Busy), sole_writer.claim(url):
        pass


def test_postgresql_takes_any_number_of_writers() -> None:
    url = "postgresql+psycopg://postgres@/nowhere"
    with sole_writer.claim(url), sole_writer.claim(url):
        pass
