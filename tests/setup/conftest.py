"""A copy of what ``./run`` needs, in a folder of its own, with a machine around it that each test furnishes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from matchmaker.resources import ROOT
from tests.browser import serving
from tests.setup.bare_site import Site, served

PARTS = ["run", "setup", "requirements", "package.json", "package-lock.json", "static"]
TOOLS = [
    *("awk", "cat", "chmod", "cksum", "cut", "df", "dirname", "env", "find", "grep", "id", "ls", "mkdir"),
    *("rm", "sh", "sort", "tail", "tr"),
]
#: Nothing listens on the discard port, so every download fails at once.
NOWHERE = "http://127.0.0.1:9"


class Checkout:
    """The copied project, and a PATH that leads to the tools it needs and to nothing else."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "project"
        self.bin = folder / "bin"
        self.root.mkdir()
        self.bin.mkdir()
        for part in PARTS:
            copy(ROOT / part, self.root / part)
        for tool in TOOLS:
            found = shutil.which(tool)
            assert found, tool
            (self.bin / tool).symlink_to(found)
        self.command("python3", f'exec "{sys.executable}" "$@"')

    def command(self, name: str, script: str) -> None:
        """Put a command of that name on the PATH, in place of any other."""
        path = self.bin / name
        path.unlink(missing_ok=True)
        executable(path, script)

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run ``./run`` as on a machine without network and return what it said."""
        return self._call([str(self.root / "run"), *arguments], environment)

    def shell(self, script: str) -> str:
        """Return what ``script`` prints where the functions of setup/ are known."""
        parts = "; ".join(f". setup/{name}.sh" for name in ("steps", "system", "python", "front-end", "data"))
        done = self._call(["sh", "-euc", f"root=$(pwd -P); {parts}; {script}"], {})
        assert done.returncode == 0, done.stderr
        return done.stdout

    def furnish(self) -> None:
        """Make the copy look set up: an empty environment, a build, the stamps of both, and stubs of what they hold."""
        venv.create(self.root / ".venv", symlinks=True)
        self.shell("find_python; python_fingerprint dev >.venv/.stamp")
        (self.root / "static" / "build").mkdir(exist_ok=True)
        # Whatever stamp the step asks for is the one it gets.
        self.shell("""is_stamped() { echo "$2" >"$1"; }; build_front_end""")
        self.package("matchmaker", "import sys\nprint('matchmaker', *sys.argv[1:])\n")
        self.package("pytest", "import sys\nprint('pytest', *sys.argv[1:])\nsys.exit(len(sys.argv) - 1)\n")
        seeds = self.root / "seeds"
        seeds.mkdir()
        (seeds / "needs.jsonl").write_text("{}", encoding="utf-8")

    def package(self, name: str, main: str) -> None:
        """Make a Python package whose ``python -m`` runs ``main``."""
        folder = self.root / name
        folder.mkdir()
        (folder / "__init__.py").touch()
        (folder / "__main__.py").write_text(main, encoding="utf-8")

    def _call(self, command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        base = {
            "PATH": str(self.bin),
            "HOME": str(self.root.parent),
            "TMPDIR": str(self.root.parent),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_INDEX_URL": NOWHERE,
            "npm_config_registry": NOWHERE,
        }
        return subprocess.run(
            command,
            cwd=self.root,
            env=base | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


def copy(source: Path, target: Path) -> None:
    """Copy a file or a folder, without what was built in it."""
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("build", "__pycache__"))
    else:
        shutil.copy2(source, target)


def executable(path: Path, script: str) -> None:
    """Write a shell script that may be run."""
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A fresh copy on a machine with Python and the plain tools."""
    return Checkout(tmp_path)


@pytest.fixture
def furnished(checkout: Checkout) -> Checkout:
    """A copy on which everything is already installed and built."""
    checkout.furnish()
    return checkout


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the browser that the journeys are made in."""
    return {
        **browser_type_launch_args,
        "executable_path": str(serving.CHROMIUM),
        "args": serving.CHROMIUM_FLAGS,
    }


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    site.answer.set()
    with served(site):
        yield site


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Lend a page of its own. The plugin's fixture of this name still warns under this pytest."""
    with closing(browser.new_context()) as context:
        yield context.new_page()
