"""What figures cost as records grow, and how fast they are counted anew, on PostgreSQL.

Run by hand: ``python -m benchmarks.metrics [--sizes 10000 100000 …] [--rounds 15]``. Services, for every ten of them an
introduction, and for two in five of these a contract, are made by ``INSERT … SELECT generate_series`` into a server
of this benchmark's own, its secondary indexes made anew after each filling. Each size is counted anew, its pages are
asked for, and one record is added through the application. Told are the ratio of each to the smallest size, which
stands in a database beside it and is asked in turns, and that of the rebuild to a bare ``INSERT … SELECT … GROUP BY``
over the same records. Nothing here gates a test.

Ten million services take some 10 GB below the folder for temporary files (``TMPDIR``).
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from matchmaker.accounts.models import Organisation
from matchmaker.metrics import queries, rebuilding
from matchmaker.metrics.definitions import for_kind
from matchmaker.metrics.models import ScopeKind
from matchmaker.metrics.periods import Period
from tests.support import cast, databases, deals, factories, postgresql, sites
from tests.support.databases import Database
from tests.support.visitor import Visitor

PROVIDERS, ENTERPRISES = 65, 6_000
RUN = Period.parse("2025-01..2025-11")

#: Ids of introductions and contracts that are made here; those of the application stay far below.
_BEGIN = 1_000_000
_VALUES = {
    "here": cast.HERE,
    "elsewhere": cast.ELSEWHERE,
    "begin": _BEGIN,
}
_SOURCE = """
    FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS n,
        (SELECT array_agg(id ORDER BY id) AS ids FROM organisation WHERE kind = 'enterprise') AS e,
        (SELECT array_agg(id ORDER BY id) AS ids FROM organisation WHERE kind = 'complex') AS p
"""
_PARTIES = """
    e.ids[1 + n % cardinality(e.ids)], p.ids[1 + (n * 7) % cardinality(p.ids)],
    CASE WHEN n % 3 = 0 THEN :here ELSE :elsewhere END, CASE WHEN n % 4 = 0 THEN 'dyeing' ELSE 'textiles' END
"""
_OPENED = "TIMESTAMPTZ '2024-01-01 09:00+08' + (n % 720) * INTERVAL '1 day'"
_INTRODUCTIONS = f"""
    INSERT INTO introduction (enterprise_id, provider_id, district_code, industry_code, id, need_id, opened_by_side,
        title, match_terms, match_band, match_score, shares_text, state, failed_reason, opened_at, answered_at,
        accepted_at, ended_at, reminders, last_message_id, began_discussion, version, change_number)
    SELECT {_PARTIES}, :begin + n, (SELECT min(id) FROM need), 'enterprise', '', '[]',
        CASE WHEN n % 3 = 0 THEN 'strong' END, CASE WHEN n % 3 = 0 THEN 0.5 END, false,
        CASE WHEN n / 10 % 5 < 2 THEN 'signed' ELSE 'failed' END, CASE WHEN n / 10 % 5 >= 2 THEN 'price' END, {_OPENED},
        {_OPENED} + (n % 200) * INTERVAL '1 hour', CASE WHEN n / 10 % 5 < 3 THEN {_OPENED} + INTERVAL '200 hours' END,
        {_OPENED} + INTERVAL '300 hours', 0, 0, false, 1, 0
    {_SOURCE} WHERE n % 10 = 0
    """  # noqa: S608 - the program's own words
_CONTRACTS = f"""
    INSERT INTO contract (enterprise_id, provider_id, district_code, industry_code, id, introduction_id, source,
        written_by_side, state, title, kind, category_code, contract_amount_fen, technology_amount_fen, signed_on,
        starts_on, ends_on, written_at, shared_at, confirmed_by_enterprise_at, confirmed_by_provider_at, signed_at,
        version, change_number)
    SELECT {_PARTIES}, :begin + n, :begin + n, 'match', 'provider', 'signed', '', 'service', 'testing', 1000, 800,
        DATE '2024-01-15' + (n % 720)::int, DATE '2024-01-15', DATE '2027-01-15', now(), now(), now(), now(), now(),
        1, 0
    {_SOURCE} WHERE n % 10 = 0 AND n / 10 % 5 < 2
    """
_SERVICES = f"""
    INSERT INTO service_record (enterprise_id, provider_id, district_code, industry_code, introduction_id, source,
        provider_district_code, category_code, description, served_on, amount_fen, paid_by, with_voucher, state,
        recorded_at, confirmed_at, satisfaction, effect, words, version, change_number)
    SELECT {_PARTIES}, CASE WHEN n % 10 = 0 AND n / 10 % 5 < 2 THEN :begin + n END,
        CASE WHEN n % 10 = 0 AND n / 10 % 5 < 2 THEN 'match' ELSE 'off_platform' END, :here,
        CASE WHEN n % 2 = 0 THEN 'testing' ELSE 'development' END, '', DATE '2024-01-20' + (n % 720)::int,
        100 + n % 100000, 'enterprise', n % 9 = 0, 'confirmed', now(), now(), 1 + n % 5, 1 + n % 4, '', 1, 0
    {_SOURCE}
    """
#: Table, and how its rows are made.
_FILLED = {"introduction": _INTRODUCTIONS, "contract": _CONTRACTS, "service_record": _SERVICES}
_BARE = (
    """
    CREATE TABLE bare_services AS
    SELECT district_code, industry_code, provider_id, date_trunc('month', served_on) AS month, category_code,
        paid_by, satisfaction, effect, count(*) AS often, sum(amount_fen) AS fen
    FROM service_record GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
    """,
    """
    CREATE TABLE bare_introductions AS
    SELECT district_code, industry_code, provider_id, date_trunc('month', opened_at) AS month, state, failed_reason,
        count(*) AS often
    FROM introduction GROUP BY 1, 2, 3, 4, 5, 6
    """,
    """
    CREATE TABLE bare_contracts AS
    SELECT district_code, industry_code, provider_id, date_trunc('month', signed_on) AS month, kind,
        count(*) AS often, sum(contract_amount_fen) AS fen
    FROM contract GROUP BY 1, 2, 3, 4, 5
    """,
)


@dataclass(frozen=True)
class Filled:
    """A database of one size, and the city's bureau at its site."""

    database: Database
    city: Visitor
    provider_id: int


def main() -> None:
    """Print, for each size, what everything costs there and beside the smallest size at the same moments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=15)
    chosen = parser.parse_args()
    server = postgresql.Server()
    try:
        server.start()
        with ExitStack() as stack:
            smallest, grown = (_site(server, name, stack) for name in ("smallest", "grown"))
            made = first = 0
            for size in chosen.sizes:
                if not first:
                    first = size
                    _grow(smallest.database, 0, first)
                    _told(first, _counted_anew(smallest.database))
                _grow(grown.database, made, size)
                made = size
                _told(size, _counted_anew(grown.database))
                for name, act in _acts().items():
                    ours, theirs = _medians(act, grown, smallest, chosen.rounds)
                    print(f"  {name:<20} {ours * 1e3:>10,.1f} ms  ×{ours / theirs:.2f}", flush=True)
    finally:
        server.remove()


def _site(server: postgresql.Server, name: str, stack: ExitStack) -> Filled:
    server.create_database(name)
    databases.prepare(server.url(name))
    database = databases.open_database(server.url(name))
    stack.callback(database.engine.dispose)
    _alone(database, "ALTER SYSTEM SET max_wal_size = '4GB'", "SELECT pg_reload_conf()")
    with database.writing() as session:
        complex_, enterprise = (cast.organisation_of(session, role).id for role in ("complex", "enterprise"))
        _copies(session, complex_, PROVIDERS - 1)
        _copies(session, enterprise, ENTERPRISES)
        factories.need(session, "enterprise")
    app = stack.enter_context(sites.site(database, Path(stack.enter_context(tempfile.TemporaryDirectory()))))
    return Filled(database, sites.visitor_as(app, "bureau-city", checks=False), complex_)


def _acts() -> dict[str, Callable[[Filled], object]]:
    """Return what is measured, by its name."""
    run = f"period={RUN}"
    pages = {
        "figures, city": f"/metrics/?{run}",
        "figures, provider": f"/metrics/?scope_kind=provider&scope_code=PROVIDER&{run}",
        "dashboard, city": f"/statistics/?scope=city&{run}",
        "dashboard, district": f"/statistics/?scope=district:{cast.HERE}&{run}",
        "dashboard, industry": f"/statistics/?scope=industry:dyeing&{run}",
        "dashboard, provider": f"/statistics/?scope=provider:PROVIDER&{run}",
        "ranking": f"/statistics/ranking?{run}",
        "seasons": f"/statistics/seasons?{run}",
        "quality": "/statistics/quality/",
    }

    def page(path: str) -> Callable[[Filled], object]:
        return lambda site: site.city.get(path.replace("PROVIDER", str(site.provider_id)))

    return {name: page(path) for name, path in pages.items()} | {
        "rankings": lambda site: _read(site.database, _rankings),
        "one record": lambda site: _add(site.database),
    }


def _told(size: int, took: dict[str, float]) -> None:
    told = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in took.items())
    print(f"{size:,} services: {told}, rebuild ÷ bare {took['rebuild'] / took['bare']:.1f}", flush=True)


def _copies(session: Session, organisation_id: int, often: int) -> None:
    """Add so many organisations that are like one, but for their names."""
    own = ("id", "key", "name", "credit_code")
    columns = ", ".join(column.name for column in inspect(Organisation).columns if column.name not in own)
    statement = f"""
        INSERT INTO organisation (key, name, {columns})
        SELECT 'like-' || id || '-' || n, name || n, {columns} FROM organisation, generate_series(1, :often) AS n
        WHERE id = :id
        """  # noqa: S608 - columns are the program's own
    session.connection().execute(text(statement), {"often": often, "id": organisation_id})


def _alone(database: Database, *statements: str) -> None:
    """Run statements that take no transaction."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.execute(text(statement))


def _grow(database: Database, made: int, size: int) -> None:
    """Add records as a restored dump comes: no foreign key is asked for each row, and indexes are made at the end."""
    started = time.perf_counter()
    values = {"first": made, "last": size - 1, **_VALUES}
    secondary = text(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = :table AND indexname LIKE 'ix%' ORDER BY 1"
    )
    with database.writing() as session:
        connection = session.connection()
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
        for table, statement in _FILLED.items():
            indexes = connection.execute(secondary, {"table": table}).all()
            for name, _definition in indexes:
                connection.execute(text(f"DROP INDEX {name}"))
            connection.execute(text(statement), values)
            for _name, definition in indexes:
                connection.execute(text(definition))
    _alone(database, "VACUUM ANALYZE")
    print(f"{size:,} services made in {time.perf_counter() - started:.0f} s", flush=True)


def _counted_anew(database: Database) -> dict[str, float]:
    took = {}
    with database.writing() as session:
        started = time.perf_counter()
        for statement in _BARE:
            session.connection().execute(text(statement))
        took["bare"] = time.perf_counter() - started
        session.connection().execute(text("DROP TABLE bare_services, bare_introductions, bare_contracts"))
    with database.writing() as session:
        started = time.perf_counter()
        rebuilding.rebuild(session)
        took["rebuild"] = time.perf_counter() - started
    _alone(database, "VACUUM ANALYZE")
    return took


def _rankings(session: Session) -> None:
    queries.rankings(session, for_kind(ScopeKind.PROVIDER), RUN, ScopeKind.PROVIDER)


def _read(database: Database, read: Callable[[Session], None]) -> None:
    with database.reading() as session:
        read(session)


def _add(database: Database) -> None:
    with database.writing() as session:
        deals.service(session, "confirmed")


def _medians(act: Callable[[Filled], object], one: Filled, other: Filled, rounds: int) -> tuple[float, float]:
    """Return how long it takes with either, asked in turns, so that a busy machine slows both."""
    taken: tuple[list[float], list[float]] = ([], [])
    for turn in range(rounds + 1):
        for site, times in zip((one, other), taken, strict=True):
            started = time.perf_counter()
            act(site)
            if turn:
                times.append(time.perf_counter() - started)
    ours, theirs = map(statistics.median, taken)
    return ours, theirs


if __name__ == "__main__":
    main()
