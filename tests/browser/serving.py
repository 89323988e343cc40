"""The real site as a person starts it: a folder with the demo data in it, ``matchmaker run``, and a browser to look."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from matchmaker.resources import ROOT

CHROMIUM = Path("/usr/bin/chromium")
#: As root there is no sandbox; the rest keeps Chromium from calling home, which a closed network answers with refusals.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

#: Seconds until a server must answer, on a machine that is busy with other tests.
PATIENCE_S = 40


def missing_parts() -> str:
    """Return the command that installs what the browser tests lack, "" when they lack nothing."""
    if CHROMIUM.exists():
        return ""
    return f"{CHROMIUM} is missing. Install it: apt-get install chromium fonts-noto-cjk libatomic1"


def prepare(folder: Path, *, with_scene: bool) -> None:
    """Put the schema, the reference and demo data and the index into ``folder``, by the site's own commands."""
    arguments = ["--scene"] if with_scene else []
    done = subprocess.run(
        [sys.executable, "-m", "tests.browser.prepare", *arguments],
        cwd=ROOT,
        env=_environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"The instance could not be prepared:\n{done.stdout}{done.stderr}")


def copy(template: Path, folder: Path) -> None:
    """Make ``folder`` an instance of its own, equal to ``template``."""
    shutil.copytree(template, folder)


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Run the site on ``folder`` and lend its address."""
    port = _free_port()
    log = folder / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "matchmaker", "run", "--port", str(port)],
            cwd=ROOT,
            env=_environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_for(server, port, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            _stop(server)


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MATCHMAKER_")}
    return kept | {"MATCHMAKER_INSTANCE": str(folder)}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and server.poll() is None:
        if _answers(port):
            return
        time.sleep(0.05)
    raise RuntimeError(f"The server did not answer:\n{log.read_text(errors='replace')[-2000:]}")


def _answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(timeout=3)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
