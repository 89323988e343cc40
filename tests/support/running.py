"""The site as a process of its own, to be killed: started on a given database, asked over HTTP by many at once."""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

from matchmaker.resources import ROOT
from tests.support import sites, spending
from tests.support.spending import Purse

PATIENCE_S = 90


class Process:
    """One serving site; ``kill`` ends it and its workers as a power cut would."""

    def __init__(self, url: str, instance: Path, *, workers: int = 1) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MATCHMAKER_")}
        self.log = instance / f"server-{self.port}.log"
        instance.mkdir(exist_ok=True, parents=True)
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "matchmaker", "run", "--port", str(self.port), "--workers", str(workers)],
                cwd=ROOT,
                env=kept
                | {
                    "MATCHMAKER_INSTANCE": str(instance),
                    "MATCHMAKER_DATABASE_URL": url,
                    "MATCHMAKER_SECRET_KEY": sites.SECRET,
                },
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until and self.process.poll() is None:
            try:
                if self.ask("GET", "/health")[0] == 200:
                    return
            except (OSError, HTTPException):
                time.sleep(0.05)
        raise RuntimeError(f"The server did not answer:\n{self.log.read_text(errors='replace')[-2000:]}")

    def ask(
        self,
        method: str,
        path: str,
        *,
        cookie: str = "",
        values: dict[str, str] | None = None,
        over: HTTPConnection | None = None,
    ) -> tuple[int, str]:
        """Return the status and where it leads. Raises ``OSError`` or ``HTTPException`` when nobody answers.

        It is asked over a connection of its own, unless one is given to be used again.
        """
        connection = over or HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            headers = {"Cookie": f"matchmaker={cookie}", "Content-Type": "application/x-www-form-urlencoded"}
            connection.request(method, path, urlencode(values or {}) if method == "POST" else None, headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status, answer.getheader("Location") or ""
        finally:
            if over is None:
                connection.close()

    def kill(self) -> None:
        """End everything at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Ledgerbook:
    """What clients asked for under which key, and what they were told: the truth from outside."""

    def __init__(self, purse: Purse, *, fen: int = 1_00) -> None:
        self.purse, self.fen = purse, fen
        #: Key → voucher and contract.
        self.asked: dict[str, tuple[int, int]] = {}
        #: Key → where the answer led.
        self.told: dict[str, str] = {}
        self.strange: list[tuple[str, int]] = []
        self.answered_at = 0.0
        self._lock = threading.Lock()

    def pending(self) -> list[str]:
        """Return the keys that nobody has answered."""
        with self._lock:
            return [key for key in self.asked if key not in self.told]

    def new_key(self, chance: random.Random) -> str:
        """Ask for something more."""
        with self._lock:
            key = f"kill-{len(self.asked):06d}"
            self.asked[key] = chance.choice(self.purse.pairs)
            return key

    def send(self, site: Process, key: str) -> bool:
        """Send what was asked under a key, as often as it takes; return whether anybody answered."""
        voucher, contract = self.asked[key]
        values = spending.form(self.purse, contract, fen=self.fen, key=key)
        try:
            status, location = site.ask("POST", f"/vouchers/{voucher}/use", cookie=self.purse.cookie, values=values)
        except (OSError, HTTPException):
            return False
        with self._lock:
            if status == 303 and "/sign-in" not in location:
                self.answered_at = time.monotonic()
                if self.told.setdefault(key, location) != location:
                    self.strange.append((key, -1))
            elif status not in (500, 503):
                self.strange.append((key, status))
        return True


def clients(
    book: Ledgerbook, site: Process, *, count: int, until: Callable[[], bool], seed: int
) -> list[threading.Thread]:
    """Let ``count`` threads send pending and new requests until they are told to stop; return them, started."""

    def work(number: int) -> None:
        chance = random.Random(f"{seed}-{number}")
        while not until():
            waiting = book.pending()[number::count]
            book.send(site, waiting[0] if waiting and chance.random() < 0.5 else book.new_key(chance))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    return threads


@contextmanager
def serving(url: str, instance: Path) -> Iterator[Process]:
    """Lend a site that is killed in the end."""
    site = Process(url, instance)
    try:
        yield site
    finally:
        if site.process.poll() is None:
            site.kill()
