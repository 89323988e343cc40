"""Many at once: nothing is paid twice, nobody waits in a circle."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from matchmaker.errors import Busy, Conflict
from matchmaker.ledger import operations, queries, rules
from matchmaker.ledger.models import Account, Transfer
from tests.ledger.conftest import accounts, check
from tests.support.databases import Database


def test_of_sixty_four_who_want_the_last_money_as_many_get_it_as_there_is(either_database: Database) -> None:
    with either_database.writing() as session:
        world, pool, firm = accounts(session, "world", "pool", "firm")
        operations.post(session, debit=world, credit=pool, amount_fen=1_000, purpose="fund")
        ids = pool.id, firm.id

    def take(number: int) -> str:
        try:
            with either_database.writing() as session:
                pool, firm = (session.get_one(Account, identity) for identity in ids)
                operations.post(session, debit=pool, credit=firm, amount_fen=100, purpose="take", key=f"take-{number}")
        except rules.Overdrawn:
            return "empty"
        except Busy:
            return "busy"
        return "taken"

    with ThreadPoolExecutor(16) as crowd:
        outcomes = list(crowd.map(take, range(64)))

    assert outcomes.count("taken") == 10
    assert outcomes.count("empty") == 54
    check(either_database)


@pytest.mark.postgres
def test_transfers_in_opposite_directions_do_not_lock_each_other_out(postgresql_database: Database) -> None:
    with postgresql_database.writing() as session:
        world, a, b = accounts(session, "world", "a", "b")
        for account in (a, b):
            operations.post(session, debit=world, credit=account, amount_fen=10_000, purpose="fund")
        ids = a.id, b.id

    def swap(number: int) -> None:
        with postgresql_database.writing() as session:
            a, b = (session.get_one(Account, identity) for identity in ids)
            debit, credit = (a, b) if number % 2 else (b, a)
            operations.post(session, debit=debit, credit=credit, amount_fen=1 + number, purpose="swap")

    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(swap, range(100)))

    assert check(postgresql_database).transfers == 102


def test_a_reservation_that_two_want_to_end_ends_once(either_database: Database) -> None:
    with either_database.writing() as session:
        world, pool, firm = accounts(session, "world", "pool", "firm")
        operations.post(session, debit=world, credit=pool, amount_fen=100, purpose="fund")
        held = operations.reserve(session, debit=pool, credit=firm, amount_fen=100, purpose="hold").id

    def end(number: int) -> str:
        try:
            with either_database.writing() as session:
                reservation = session.get_one(Transfer, held)
                if number % 2:
                    operations.settle(session, reservation, purpose="pay")
                    return "settled"
                operations.void(session, reservation, purpose="free")
                return "freed"
        except Conflict:
            return "late"

    with ThreadPoolExecutor(8) as crowd:
        outcomes = list(crowd.map(end, range(16)))

    assert outcomes.count("late") == 15
    with either_database.reading() as session:
        paid = session.scalars(queries.account_by_code("firm")).one().posted_fen
    assert paid == (100 if "settled" in outcomes else 0)
    check(either_database)
