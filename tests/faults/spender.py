"""Four processes that spend the same vouchers: ``python -m tests.faults.spender`` with their orders as JSON."""

import json
import multiprocessing
import sys
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest

from tests.support import breaking, databases, sites, spending
from tests.support.spending import Hand, Purse

PROCESSES = 4


def main() -> None:
    """Fork as many processes as there are, wait for the statuses that each was answered, and print them all."""
    orders = json.loads(sys.argv[1])
    # Forked, they are as apart as if each had been started, and need not import everything each for itself.
    forking = multiprocessing.get_context("fork")
    ready = forking.Barrier(PROCESSES)
    ends = [forking.Pipe(duplex=False) for _ in range(PROCESSES)]
    for number, (_here, there) in enumerate(ends):
        forking.Process(target=_process, args=(number, orders, ready, there)).start()
        # What only a process holds is at its end when that process is.
        there.close()
    sys.stdout.write(json.dumps([status for here, _there in ends for status in here.recv()]))


def _process(number: int, orders: dict[str, Any], ready: Barrier, told: Any) -> None:
    """Spend every voucher as often as told, from the same moment as the other processes."""
    purse = Purse(**orders["purse"])
    if orders["is_broken"]:
        breaking.without_guards(pytest.MonkeyPatch())
    database = databases.open_database(orders["url"])
    with sites.site(database, Path(orders["instance"])) as app:

        def act(voucher: int, contract: int, again: int) -> object:
            return lambda hand: _spend(hand, voucher, contract, f"process-{number}-{voucher}-{again}")

        acts = [act(*pair, again) for again in range(orders["times"]) for pair in purse.pairs]
        ready.wait(60)
        answers = spending.crowd(app, purse, acts, clients=orders["clients"])  # type: ignore[arg-type]  # lambdas have no types
    told.send([answer.status for answer in answers])


def _spend(hand: Hand, voucher: int, contract: int, key: str) -> spending.Answer:
    return hand.spend(voucher, contract, key=key)


if __name__ == "__main__":
    main()
