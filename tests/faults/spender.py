"""One process of several that spend the same vouchers: ``python -m tests.faults.spender`` with its orders as JSON."""

import json
import sys
import time
from pathlib import Path

import pytest

from tests.support import breaking, databases, sites, spending
from tests.support.spending import Hand, Purse


def main() -> None:
    """Wait for the moment, spend every voucher as often as told, and print the statuses."""
    orders = json.loads(sys.argv[1])
    purse = Purse(**orders["purse"])
    if orders["is_broken"]:
        breaking.without_guards(pytest.MonkeyPatch())
    database = databases.open_database(orders["url"])
    with sites.site(database, Path(orders["instance"])) as app:

        def act(voucher: int, contract: int, number: int) -> object:
            return lambda hand: _spend(hand, voucher, contract, f"process-{orders['number']}-{voucher}-{number}")

        acts = [act(*pair, number) for number in range(orders["times"]) for pair in purse.pairs]
        time.sleep(max(0.0, orders["at"] - time.time()))
        answers = spending.crowd(app, purse, acts, clients=orders["clients"])  # type: ignore[arg-type]  # lambdas have no types
    sys.stdout.write(json.dumps([answer.status for answer in answers]))


def _spend(hand: Hand, voucher: int, contract: int, key: str) -> spending.Answer:
    return hand.spend(voucher, contract, key=key)


if __name__ == "__main__":
    main()
