"""What the lists of vouchers and claims cost with 100,000 rows, as a multiple of their cost with 1,000 in the same run.

    python -m benchmarks.money_lists [--rows N] [--rounds N] [--postgresql] [--all]

As ``benchmarks.lists`` does it, for vouchers, applications, claims, the reviewers' queue, public notices and the pool.
The rows are the demo's vouchers over and over, with their accounts, transfers, uses and claims; a third are one
enterprise's. Nothing here gates a test.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, insert, or_, select, text
from sqlalchemy.orm import Session

from benchmarks.lists import READERS, Queries, run
from matchmaker.accounts.models import Membership, Organisation, Person
from matchmaker.db import create_engine, schema, transaction
from matchmaker.db.engines import WRITING
from matchmaker.ledger.models import Account, Transfer
from matchmaker.resources import SEEDS
from matchmaker.seeding import check, demo, reference
from matchmaker.vouchers.models import Use, Voucher
from matchmaker.vouchers.redemptions.models import Redemption

TABLES: tuple[Any, ...] = (Account, Transfer, Voucher, Use, Redemption)
#: List → reader → queries, each asked on its first, middle and last page.
QUERIES: Queries = {
    "/vouchers/": {
        "city": ["", "state=issued", "district=330603", "state=expired&district=330603"],
        "enterprise": [""],
    },
    "/vouchers/queue": {"city": [""]},
    "/redemptions/": {
        "city": ["", "state=paid", "district=330603", "state=filed&district=330603"],
        "enterprise": ["", "state=paid"],
    },
    "/review/": {"city": ["", "stage=first", "stage=second&district=330603", "assigned=nobody"]},
    "/redemptions/notices": {"": [""], "city": ["district=330603"]},
    "/vouchers/pool": {"city": ["", "by=type", "by=scheme", "first=1&last=3"]},
    "/vouchers/transfers": {"city": ["figure=issued", "figure=used&district=330603"]},
}


def main() -> None:
    """Print the table."""
    run(__doc__ or "", QUERIES, grow)


def grow(url: str, rows: int) -> None:
    """Make the demo with so many vouchers."""
    engine = create_engine(url)
    schema.upgrade(engine)
    with Session(engine, expire_on_commit=False) as session:
        seeds = check.read(SEEDS)
        with transaction(session):
            reference.load(session, seeds.reference)
            demo.load(session, seeds.demo)
    writing = engine.connect().execution_options(**{WRITING: True})
    with writing as connection, connection.begin(), _without_triggers(connection):
        _copy(connection, rows)
    if engine.dialect.name == "postgresql":
        # As its autovacuum does; the program asks SQLite for no statistics.
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")
    engine.dispose()


@contextmanager
def _without_triggers(connection: Connection) -> Iterator[None]:
    """Write past the ledger's rules: balances are copied with the accounts."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        yield
        for table in TABLES:
            name = table.__tablename__
            connection.execute(text(f"SELECT setval('{name}_id_seq', (SELECT max(id) FROM {name}))"))  # noqa: S608 - a constant
        return
    triggers = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
    for name, _sql in triggers:
        connection.execute(text(f"DROP TRIGGER {name}"))
    yield
    for _name, sql in triggers:
        connection.exec_driver_sql(sql)


def _copy(connection: Connection, rows: int) -> None:
    chance = random.Random(20261123)
    models = {table: connection.execute(select(table.__table__).order_by(table.id)).all() for table in TABLES}
    vouchers = models[Voucher]
    own = {row.account_id for row in vouchers if row.account_id is not None}
    models[Account] = [row for row in models[Account] if row.id in own]
    models[Transfer] = [row for row in models[Transfer] if {row.debit_account_id, row.credit_account_id} & own]
    email = READERS["enterprise"]
    theirs = connection.execute(
        select(Organisation.id, Organisation.district_code)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .join(Person, Person.id == Membership.person_id)
        .where(Person.email == email, or_(Organisation.key == "textile-jinlan"))
    ).one()
    first = {table: (connection.scalar(select(func.max(table.id))) or 0) + 1 for table in TABLES}
    places = {table: {row.id: at for at, row in enumerate(models[table])} for table in TABLES}
    copies = max(0, rows - len(vouchers)) // len(vouchers)
    for number in range(copies):
        ids = {
            table: {old: first[table] + number * len(models[table]) + at for old, at in places[table].items()}
            for table in TABLES
        }
        whose = theirs if chance.random() < 1 / 3 else None
        for table in TABLES:
            made = [_made(table, row, ids, number, chance) for row in models[table]]
            if whose is not None and table in (Voucher, Redemption):
                made = [row | {"enterprise_id": whose.id, "district_code": whose.district_code} for row in made]
            connection.execute(insert(table.__table__), made)


def _made(
    table: Any, row: Row[Any], ids: Mapping[Any, Mapping[int, int]], number: int, chance: random.Random
) -> dict[str, Any]:
    """Return a copy of a row that points at the copies of what it pointed at."""
    values = dict(row._mapping) | {"id": ids[table][row.id]}
    if "key" in values:
        values["key"] = None
    for name, of in _POINTERS.get(table, ()):
        values[name] = ids[of].get(values[name], values[name])
    if table is Account:
        values["code"] = f"copied/{number}/{row.code}"
    if table is Voucher:
        values["number"] = f"{row.number}-{number}"
        values["applied_at"] = row.applied_at - timedelta(seconds=chance.randrange(10**6))
    if table is Transfer:
        kind, _, of = row.reference.partition("/")
        known = ids[{"use": Use, "redemption": Redemption, "voucher": Voucher}.get(kind, Account)]
        values["reference"] = f"{kind}/{known.get(int(of), of)}" if of.isdecimal() else row.reference
    if table is Redemption and row.filed_at is not None:
        values["filed_at"] = row.filed_at - timedelta(seconds=chance.randrange(10**6))
    return values


#: Columns that point at what is copied too.
_POINTERS: Mapping[Any, Sequence[tuple[str, Any]]] = {
    Transfer: (
        ("debit_account_id", Account),
        ("credit_account_id", Account),
        ("resolves_id", Transfer),
        ("reverses_id", Transfer),
    ),
    Voucher: (("account_id", Account),),
    Use: (("voucher_id", Voucher), ("reservation_id", Transfer), ("quota_reservation_id", Transfer)),
    Redemption: (("use_id", Use), ("voucher_id", Voucher)),
}


if __name__ == "__main__":
    main()
