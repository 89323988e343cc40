"""What a redemption costs: CPU ÷ an empty page, statements and their growth, a rate ÷ pgbench, one voucher ÷ many.

Run by hand: ``python -m benchmarks.vouchers [--rounds N] [--transfers N]``. The site runs on a PostgreSQL server of
this benchmark's own, with fsync on, served as ``matchmaker run`` serves it; clients speak HTTP on the loopback address.
A redemption is the registering of a use, which takes an amount off a voucher: ``POST /vouchers/…/use``. What is
compared is measured in interleaved rounds on the same machine, and the median told. Nothing here gates a test.
"""

import argparse
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from http.client import HTTPConnection
from pathlib import Path

import psutil
from sqlalchemy import text

from matchmaker import clock, jobs
from matchmaker.jobs import running as jobs_running
from matchmaker.jobs.models import JobRun
from tests.support import databases, money, postgresql, sites, spending, statements
from tests.support.databases import Database
from tests.support.running import Process
from tests.support.spending import Hand, Purse

CLIENTS = 8


def main() -> None:
    """Print the rows of the load table that are about redemptions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2], help="serving processes, for the rates")
    parser.add_argument("--requests", type=int, default=150)
    parser.add_argument("--transfers", type=int, default=1_000_000)
    chosen = parser.parse_args()
    postgresql._SETTINGS.update({"fsync": "on", "full_page_writes": "on", "shared_buffers": "256MB"})
    server = postgresql.Server()
    try:
        server.start()
        server.create_database("site")
        server.create_database("tpc")
        url = server.url("site")
        databases.prepare(url)
        database = databases.open_database(url)
        with tempfile.TemporaryDirectory() as folder:
            _measure(server, database, Path(folder), chosen)
        database.engine.dispose()
    finally:
        server.remove()


def _measure(server: postgresql.Server, database: Database, folder: Path, chosen: argparse.Namespace) -> None:
    with sites.site(database, folder) as app:
        purse = spending.signed_in(app, spending.fill(database, count=64, face_fen=20 * money.WAN))
        _statements(app, database, purse, chosen.transfers)
    _no_jobs(database)
    site = Process(database.url, folder)
    try:
        _cpu(site, purse, folder, chosen)
    finally:
        site.kill()
    for workers in chosen.workers:
        site = Process(database.url, folder, workers=workers)
        print(f"Processes that serve: {workers}")
        try:
            _rates(server, site, purse, chosen, workers)
        finally:
            site.kill()


def _no_jobs(database: Database) -> None:
    """Note today's jobs as done: the night's reconciliation must not be counted as a redemption's work."""
    jobs_running.load()
    with database.writing() as session:
        session.add_all(
            JobRun(name=name, on_date=clock.today(), finished_at=clock.now(), outcome="left out")
            for name in jobs.registered()
        )


def _statements(app: object, database: Database, purse: Purse, transfers: int) -> None:
    """Count statements of one redemption, then again with as many transfers as asked for."""
    for name in ("as it begins", f"with {transfers:,} transfers"):
        hand = Hand(app, purse)  # type: ignore[arg-type]  # an application
        key = "".join(letter if letter.isalnum() else "-" for letter in name)
        hand.spend(*purse.pairs[0], key=f"warm-{key}", fen=1_00)
        with statements.counted() as seen:
            began = time.perf_counter()
            done = hand.spend(*purse.pairs[0], key=f"count-{key}", fen=1_00)
            took = (time.perf_counter() - began) * 1000
        kinds = [statement.split(None, 2)[0] for statement in seen]
        print(f"statements of a redemption {name}: {len(seen)} ({done.status}, {took:.0f} ms): {' '.join(kinds)}")
        if name == "as it begins":
            _grow(database, transfers)


def _grow(database: Database, transfers: int) -> None:
    """Add transfers between accounts of their own, past the program, as years of work would leave them."""
    with database.engine.connect().execution_options(matchmaker_writing=True) as connection:
        connection.execute(text("SET session_replication_role = replica"))
        connection.execute(
            text(
                "INSERT INTO ledger_account (code, guard, debits_posted, debits_pending, credits_posted, "
                "credits_pending, last_transfer_id, opened_at) "
                "SELECT 'grown/' || n, 'none', 0, 0, 0, 0, 0, now() FROM generate_series(1, 2000) n"
            )
        )
        first = connection.execute(text("SELECT min(id) FROM ledger_account WHERE code LIKE 'grown/%'")).scalar_one()
        connection.execute(
            text(
                "INSERT INTO ledger_transfer (debit_account_id, credit_account_id, amount_fen, phase, purpose, "
                "reference, at) SELECT :first + n % 1000, :first + 1000 + n % 1000, 100, 'post', 'grown', "
                "'use/' || n, now() - n * interval '1 second' FROM generate_series(1, :count) n"
            ),
            {"first": first, "count": transfers},
        )
        connection.commit()
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _cpu(site: Process, purse: Purse, folder: Path, chosen: argparse.Namespace) -> None:
    (worker,) = psutil.Process(site.process.pid).children()
    empty = _Empty(folder)
    rounds = []
    try:
        _post(site, purse, 30, "warm")
        _get(empty, 300)
        for number in range(chosen.rounds):
            before = _used(empty.worker, lambda: _get(empty, 600)) / 600
            ours = _used(worker, lambda number=number: _post(site, purse, chosen.requests, f"cpu{number}"))
            after = _used(empty.worker, lambda: _get(empty, 600)) / 600
            rounds.append(((before + after) / 2, ours / chosen.requests))
    finally:
        empty.process.kill()
    none, one = (statistics.median(column) for column in zip(*rounds, strict=True))
    ratio = statistics.median(ours / nothing for nothing, ours in rounds)
    print(f"CPU of the application: empty page {none:.2f} ms, redemption {one:.2f} ms, ratio {ratio:.1f}")


class _Empty:
    """A gunicorn that serves an empty Flask page as the site is served."""

    def __init__(self, folder: Path) -> None:
        (folder / "empty.py").write_text(
            "from flask import Flask\napp = Flask('empty')\napp.add_url_rule('/', view_func=lambda: '')\n"
        )
        self.port = 5397
        options = ["-k", "gthread", "--threads", "8", "--no-control-socket", "--chdir", str(folder)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *options, "-b", f"127.0.0.1:{self.port}", "empty:app"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        until = time.monotonic() + 30
        while time.monotonic() < until and not psutil.Process(self.process.pid).children():
            time.sleep(0.2)
        time.sleep(1)
        (self.worker,) = psutil.Process(self.process.pid).children()


def _used(process: psutil.Process, act: object) -> float:
    """Return the CPU milliseconds that ``process`` uses meanwhile."""
    before = process.cpu_times()
    act()  # type: ignore[operator]  # a function
    after = process.cpu_times()
    return (after.user + after.system - before.user - before.system) * 1000


def _get(empty: _Empty, count: int) -> None:
    for _number in range(count):
        connection = HTTPConnection("127.0.0.1", empty.port)
        connection.request("GET", "/")
        connection.getresponse().read()
        connection.close()


def _post(site: Process, purse: Purse, count: int, name: str) -> None:
    for number in range(count):
        voucher, contract = purse.pairs[number % len(purse.pairs)]
        _spend(site, purse, voucher, contract, f"{name}-{number:06d}")


def _spend(site: Process, purse: Purse, voucher: int, contract: int, key: str) -> int:
    values = spending.form(purse, contract, fen=1_00, key=key)
    status, _location = site.ask("POST", f"/vouchers/{voucher}/use", cookie=purse.cookie, values=values)
    return status


def _rates(server: postgresql.Server, site: Process, purse: Purse, chosen: argparse.Namespace, workers: int) -> None:
    """Compare the rate over many vouchers with pgbench's TPC-B, and that of one voucher with that of many."""
    pgbench = postgresql.binaries() / "pgbench"
    common = [*server._as_user, str(pgbench), "-h", str(server.folder), "-U", "postgres"]
    _run([*common, "-i", "-q", "-s", "10", "tpc"])
    # Connections are opened, and statements prepared at the fifth time.
    _rate(site, purse, 3, f"warm{workers}", hot=False)
    spread, hot, tpc = [], [], []
    for number in range(chosen.rounds):
        spread.append(_rate(site, purse, chosen.seconds, f"spread{workers}-{number}", hot=False))
        said = _run([*common, "-c8", "-j2", "-T", str(round(chosen.seconds)), "-n", "tpc"])
        tpc.append(float(re.search(r"tps = ([\d.]+)", said)[1]))  # type: ignore[index]  # pgbench always says it
        hot.append(_rate(site, purse, chosen.seconds, f"hot{workers}-{number}", hot=True))
    rate, one, base = (statistics.median(values) for values in (spread, hot, tpc))
    ratio = statistics.median(ours / theirs for ours, theirs in zip(spread, tpc, strict=True))
    share = statistics.median(single / many for single, many in zip(hot, spread, strict=True))
    print(f"redemptions over {len(purse.pairs)} vouchers: {rate:.0f}/s; pgbench TPC-B -c8 -j2 -s10: {base:.0f}/s; "
          f"ratio {ratio:.3f}")  # fmt: skip
    print(f"one voucher: {one:.0f}/s; ratio to many {share:.2f}")


def _rate(site: Process, purse: Purse, seconds: float, name: str, *, hot: bool) -> float:
    until = time.monotonic() + seconds
    counts = [0] * CLIENTS

    def work(client: int) -> None:
        # Connections are kept, as browsers and pgbench keep theirs.
        chance, number, connection = random.Random(client), 0, HTTPConnection("127.0.0.1", site.port, timeout=20)
        while time.monotonic() < until:
            voucher, contract = purse.pairs[1] if hot else chance.choice(purse.pairs)
            number += 1
            values = spending.form(purse, contract, fen=1_00, key=f"{name}-{client}-{number:06d}")
            status, _location = site.ask(
                "POST", f"/vouchers/{voucher}/use", cookie=purse.cookie, values=values, over=connection
            )
            counts[client] += status == 303
        connection.close()

    threads = [threading.Thread(target=work, args=(client,)) for client in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


def _run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ)
    return done.stdout


if __name__ == "__main__":
    main()
