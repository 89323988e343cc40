"""What figures cost as records grow, and how fast they are counted anew, on PostgreSQL.

Run by hand: ``python -m benchmarks.metrics [--sizes 10000 100000 …]``. Service records are made by
``INSERT … SELECT generate_series`` into a server of this benchmark's own; each size is counted anew, its pages are
asked for, and one record is added through the application. Told are the ratio of each to the smallest size, and that
of the rebuild to a bare ``INSERT … SELECT … GROUP BY`` over the same records. Nothing here gates a test.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from matchmaker.accounts.models import OrganisationKind
from matchmaker.metrics import queries, rebuilding
from matchmaker.metrics.definitions import for_kind
from matchmaker.metrics.models import ScopeKind
from matchmaker.metrics.periods import Period
from tests.support import cast, databases, deals, factories, postgresql, sites
from tests.support.databases import Database

PROVIDERS, ENTERPRISES = 65, 6_000
RUN = Period.parse("2025-01..2025-11")

_RECORDS = text(
    """
    INSERT INTO service_record (enterprise_id, provider_id, source, district_code, industry_code,
        provider_district_code, category_code, description, served_on, amount_fen, paid_by, with_voucher, state,
        recorded_at, confirmed_at, satisfaction, effect, words, version, change_number)
    SELECT e.ids[1 + n % cardinality(e.ids)], p.ids[1 + (n * 7) % cardinality(p.ids)], 'off_platform',
        CASE WHEN n % 3 = 0 THEN :here ELSE :elsewhere END, CASE WHEN n % 4 = 0 THEN 'dyeing' ELSE 'textiles' END,
        :here, CASE WHEN n % 2 = 0 THEN 'testing' ELSE 'development' END, '', DATE '2024-01-01' + (n % 720)::int,
        100 + n % 100000, 'enterprise', false, 'confirmed', now(), now(), 1 + n % 5, 1 + n % 4, '', 1, 0
    FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS n,
        (SELECT array_agg(id ORDER BY id) AS ids FROM organisation WHERE kind = 'enterprise') AS e,
        (SELECT array_agg(id ORDER BY id) AS ids FROM organisation WHERE kind = 'complex') AS p
    """
)
_BARE = text(
    """
    CREATE TABLE bare AS
    SELECT district_code, industry_code, provider_id, date_trunc('month', served_on) AS month, category_code,
        paid_by, satisfaction, effect, count(*) AS often, sum(amount_fen) AS fen
    FROM service_record GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
    """
)


def main() -> None:
    """Print a line for each size, and the ratios to the smallest."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=7)
    chosen = parser.parse_args()
    server = postgresql.Server()
    try:
        server.start()
        server.create_database("site")
        databases.prepare(server.url("site"))
        database = databases.open_database(server.url("site"))
        with tempfile.TemporaryDirectory() as folder:
            _measure(database, Path(folder), chosen)
        database.engine.dispose()
    finally:
        server.remove()


def _measure(database: Database, folder: Path, chosen: argparse.Namespace) -> None:
    with database.writing() as session:
        for number in range(PROVIDERS - 1):
            factories.organisation(session, kind=OrganisationKind.COMPLEX, name=f"综合体{number}")
        for number in range(ENTERPRISES):
            factories.organisation(session, name=f"企业{number}")
        provider = str(cast.organisation_of(session, "complex").id)
    made, first = 0, {}
    with sites.site(database, folder) as app:
        city = sites.visitor_as(app, "bureau-city", checks=False)
        pages = {
            "city page": "/metrics/?period=2025-01..2025-11",
            "provider page": f"/metrics/?scope_kind=provider&scope_code={provider}&period=2025-01..2025-11",
        }
        for size in chosen.sizes:
            _grow(database, made, size)
            made = size
            took = _counted_anew(database)
            for name, path in pages.items():
                took[name] = _median(lambda path=path: city.get(path), chosen.rounds)
            took["rankings"] = _median(lambda: _read(database, _rankings), chosen.rounds)
            took["one record"] = _median(lambda: _add(database), chosen.rounds)
            first = first or took
            told = " · ".join(f"{name} {took[name] * 1e3:.1f} ms (×{took[name] / first[name]:.2f})" for name in took)
            print(f"{size:,} records: {told} · rebuild ÷ bare {took['rebuild'] / took['bare']:.1f}", flush=True)


def _grow(database: Database, made: int, size: int) -> None:
    values = {"first": made, "last": size - 1, "here": cast.HERE, "elsewhere": cast.ELSEWHERE}
    with database.writing() as session:
        session.connection().execute(_RECORDS, values)
    with database.writing() as session:
        session.connection().execute(text("ANALYZE"))


def _counted_anew(database: Database) -> dict[str, float]:
    took = {}
    with database.writing() as session:
        started = time.perf_counter()
        session.connection().execute(_BARE)
        took["bare"] = time.perf_counter() - started
        session.connection().execute(text("DROP TABLE bare"))
    with database.writing() as session:
        started = time.perf_counter()
        rebuilding.rebuild(session)
        took["rebuild"] = time.perf_counter() - started
    with database.writing() as session:
        session.connection().execute(text("ANALYZE"))
    return took


def _rankings(session: Session) -> None:
    queries.rankings(session, for_kind(ScopeKind.PROVIDER), RUN, ScopeKind.PROVIDER)


def _read(database: Database, read: Callable[[Session], None]) -> None:
    with database.reading() as session:
        read(session)


def _add(database: Database) -> None:
    with database.writing() as session:
        deals.service(session, "confirmed")


def _median(act: Callable[[], object], rounds: int) -> float:
    act()
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        act()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
