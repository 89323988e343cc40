"""A process that ends at a named point of one request: ``python -m tests.faults.dying POINT URL INSTANCE PURSE``."""

import json
import os
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from matchmaker.vouchers.models import Use
from matchmaker.web import idempotency
from tests.support import databases, sites
from tests.support.spending import Hand, Purse


def die(*_anything: Any) -> None:
    """End as ``kill -9`` would: nothing is closed, nothing is flushed."""
    os._exit(9)


def main() -> None:
    """Spend a yuan of the first voucher, and die on the way."""
    point, url, instance, purse = sys.argv[1:]
    database = databases.open_database(url)
    held = Purse(**json.loads(purse))
    with sites.site(database, Path(instance)) as app:
        hand = Hand(app, held)
        if point == "before-reply":
            app.after_request(die)
        elif point == "after-the-claim-of-the-key":
            claimed = idempotency._claim
            idempotency._claim = lambda *given: (claimed(*given), die())[0]  # type: ignore[func-returns-value]  # it never does
        else:
            _die_around_the_commit("before_commit" if point == "before-commit" else "after_commit")
        voucher, contract = held.pairs[0]
        hand.spend(voucher, contract, key="the-last-one", fen=1_00)
    sys.exit("still alive")


def _die_around_the_commit(moment: str) -> None:
    def note(session: Session, _context: object) -> None:
        if any(isinstance(thing, Use) for thing in session.new):
            session.info["has_use"] = True

    def look(session: Session) -> None:
        if session.info.get("has_use"):
            die()

    event.listen(Session, "after_flush", note)
    event.listen(Session, moment, look)


if __name__ == "__main__":
    main()
