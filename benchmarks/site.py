"""The match page's CPU as a multiple of an empty Flask page's, with 10,000 offerings and 5,000 needs.

Run by hand: ``python -m benchmarks.site [--offerings N] [--needs N] [--rounds N]``. Both pages are served by the same
gunicorn set-up (one gthread worker) over HTTP on the loopback address; what is compared is the worker's own CPU time,
read from the operating system, in interleaved rounds. The corpus is grown from the demo data by mixing titles and
sentences, so that word frequencies stay as they are. The first view of a need's matches is told apart from later
ones, for which the list is kept in memory until the catalogue changes. Nothing here gates a test.
"""

import argparse
import http.client
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

import psutil
from sqlalchemy import create_engine, text

from benchmarks.grown import grow

_SITE, _EMPTY = 5391, 5392
_APP = "from flask import Flask\napp = Flask('empty')\napp.add_url_rule('/', view_func=lambda: '')\n"


class Server:
    """One gunicorn with one worker, and the CPU seconds that worker has used."""

    def __init__(self, command: list[str], port: int, **more: object) -> None:
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, **more)  # type: ignore[call-overload]  # more options of Popen
        self.port = port
        self.cookie = ""
        self._wait()
        (self.worker,) = psutil.Process(self.process.pid).children()

    def _wait(self) -> None:
        for _ in range(200):
            try:
                http.client.HTTPConnection("127.0.0.1", self.port, timeout=5).connect()
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit(f"Nothing answers on port {self.port}.")

    def get(self, path: str, connection: http.client.HTTPConnection) -> bytes:
        """Fetch a page; anything but 200 ends the benchmark."""
        connection.request("GET", path, headers={"Cookie": self.cookie, "Accept-Language": "zh-CN"})
        answer = connection.getresponse()
        body = answer.read()
        self._keep_cookie(answer)
        if answer.status != 200:
            raise SystemExit(f"{path} answered {answer.status}")
        return body

    def cpu_ms(self, paths: list[str]) -> float:
        """Return the worker's CPU milliseconds for each of ``paths``, over one connection."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        before = self.worker.cpu_times()
        for path in paths:
            self.get(path, connection)
        after = self.worker.cpu_times()
        used = after.user + after.system - before.user - before.system
        return used * 1000 / len(paths)

    def rest(self) -> None:
        """Wait until the worker does nothing by itself: after a start the day's jobs are due."""
        for _ in range(300):
            before = sum(self.worker.cpu_times()[:2])
            time.sleep(1)
            if sum(self.worker.cpu_times()[:2]) - before < 0.02:
                return
        raise SystemExit("The worker never comes to rest.")

    def sign_in(self, email: str, password: str) -> None:
        """Sign in through the form and keep the cookie."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("GET", "/sign-in")
        answer = connection.getresponse()
        cookie = (answer.getheader("Set-Cookie") or "").split(";")[0]
        found = re.search(rb'name="csrf_token" value="([^"]+)', answer.read())
        if found is None:
            raise SystemExit("The sign-in page has no form token.")
        form = urlencode({"csrf_token": found[1].decode(), "email": email, "password": password})
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/sign-in", form, headers)
        answer = connection.getresponse()
        answer.read()
        self._keep_cookie(answer)

    def _keep_cookie(self, answer: http.client.HTTPResponse) -> None:
        """Do as a browser does: the first page after signing in adds its form token to the session."""
        new = answer.getheader("Set-Cookie")
        if new:
            self.cookie = new.split(";")[0]


def main() -> None:
    """Print the CPU of both pages and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--offerings", type=int, default=10_000)
    parser.add_argument("--needs", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=200)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _compare(Path(folder), chosen)


def serve_both(folder: Path, url: str) -> tuple[Server, Server]:
    """Serve the site on ``url`` and an empty page, in the same way."""
    (folder / "empty.py").write_text(_APP)
    environment = os.environ | {"MATCHMAKER_INSTANCE": str(folder), "MATCHMAKER_DATABASE_URL": url}
    site = Server([sys.executable, "-m", "matchmaker", "run", "--port", str(_SITE)], _SITE, env=environment)
    options = ["-k", "gthread", "--threads", "8", "--no-control-socket", "--chdir", str(folder)]
    bare = [sys.executable, "-m", "gunicorn", *options, "-b", f"127.0.0.1:{_EMPTY}", "empty:app"]
    return site, Server(bare, _EMPTY)


def _compare(folder: Path, chosen: argparse.Namespace) -> None:
    url = grow(folder, offerings=chosen.offerings, needs=chosen.needs)
    site, empty = serve_both(folder, url)
    try:
        site.sign_in("city@demo.example", "matchmaker-demo")
        with create_engine(url).connect() as connection:
            ids = connection.execute(text("SELECT id FROM need WHERE state = 'published' ORDER BY id")).scalars().all()
        chance = random.Random(1)
        chance.shuffle(ids := list(ids))
        paths = [f"/needs/{number}/matches" for number in ids]
        site.cpu_ms(paths[:50])
        site.rest()
        paths = paths[50 : 50 + chosen.requests * chosen.rounds]
        _report(site, empty, paths, chosen)
    finally:
        site.process.terminate()
        empty.process.terminate()
        site.process.wait()
        empty.process.wait()


def _report(site: Server, empty: Server, paths: list[str], chosen: argparse.Namespace) -> None:
    empty.cpu_ms(["/"] * 500)
    rounds = [_round(site, empty, paths[start :: chosen.rounds]) for start in range(chosen.rounds)]
    none, first, again = (statistics.median(column) for column in zip(*rounds, strict=True))
    first_ratio, again_ratio = (statistics.median(one[place] / one[0] for one in rounds) for place in (1, 2))
    print(
        f"{chosen.offerings:,} offerings, {chosen.needs:,} needs, {len(paths)} different needs, {chosen.rounds} rounds"
    )
    print(f"empty page              {none:6.2f} ms of CPU")
    print(f"match page, first view  {first:6.2f} ms of CPU, ratio {first_ratio:5.1f}")
    print(f"match page, seen before {again:6.2f} ms of CPU, ratio {again_ratio:5.1f}")


def _round(site: Server, empty: Server, paths: list[str]) -> tuple[float, float, float]:
    """Return the CPU of an empty page, of pages never seen before, and of the same pages again.

    The empty page is measured before and after: a machine's speed may change from one second to the next.
    """
    before = empty.cpu_ms(["/"] * 1000)
    first = site.cpu_ms(paths)
    again = site.cpu_ms(paths)
    after = empty.cpu_ms(["/"] * 1000)
    return (before + after) / 2, first, again


if __name__ == "__main__":
    main()
