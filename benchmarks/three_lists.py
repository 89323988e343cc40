"""What the three lists cost with many rows, as a multiple of their cost with 1,000 in the same run, on SQLite.

Run by hand: ``python -m benchmarks.three_lists [--rows N] [--rounds N]``. One complex served so many enterprises in one
month, and so many needs are of its industry. Told is the CPU time of reading each page, the first, the middle and the
last, and of drawing up and keeping both lists, of which only the keeping makes others wait. Nothing here gates a test.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import insert, inspect, select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.models import Organisation
from matchmaker.accounts.rules import Reader
from matchmaker.db import Base
from matchmaker.metrics import rebuilding
from matchmaker.metrics.lists import operations, rows, selects
from matchmaker.metrics.lists.models import ListKind
from matchmaker.metrics.periods import Period
from tests.support import cast, databases, deals, factories
from tests.support.databases import Database

MONTH = Period.parse("2026-09")
LISTS = (ListKind.SERVED, ListKind.NEEDS)


def main() -> None:
    """Print a line for each reading, and one for keeping."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=7)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        few, many = (_grown(Path(folder), size) for size in (1_000, chosen.rows))
        for list_ in LISTS:
            for place in (0.0, 0.5, 1.0):
                took = _both(few, many, list_, place, chosen.rounds)
                print(f"{list_.value} at {place:.0%}: {_told(*took)}", flush=True)
        print(f"drawing up: {_told(*(_drawing(one)[0] for one in (few, many)))}")
        print(f"keeping: {_told(*(_drawing(one)[1] for one in (few, many)))}")
        for one in (few, many):
            one.engine.dispose()


def _told(few: float, many: float) -> str:
    return f"{few * 1e3:.1f} ms → {many * 1e3:.1f} ms (×{many / few:.2f})"


def _grown(folder: Path, size: int) -> Database:
    file = folder / f"{size}.db"
    databases.prepare_sqlite(file)
    database = databases.open_database(databases.sqlite_url(file))
    with database.writing() as session:
        service = deals.service(session, "confirmed", served_on=MONTH.first_day)
        need = factories.need(session, "enterprise")
        need.published_at = clock.now().replace(year=2026, month=9, day=5)
        firm = cast.organisation_of(session, "enterprise")
        session.flush()
        _copy(session, firm, size, lambda at: {"name": f"{firm.name}{at}", "key": f"like-{at}", "credit_code": None})
        firms = list(session.scalars(select(Organisation.id).where(Organisation.key.like("like-%"))))
        _copy(session, service, size, lambda at: {"enterprise_id": firms[at]})
        _copy(session, need, size, lambda at: {"title": f"需求{at}", "key": None, "revision": need.revision + 1 + at})
    with database.writing() as session:
        rebuilding.rebuild(session)
    return database


def _copy(session: Session, model: Base, size: int, own: Callable[[int], dict[str, Any]]) -> None:
    names = [column.key for column in inspect(type(model)).column_attrs if column.key != "id"]
    like = {name: getattr(model, name) for name in names}
    made = ({**like, **own(at)} for at in range(size))
    session.connection().execute(insert(type(model)), [{key: row[key] for key in row if key in like} for row in made])


def _reader(session: Session) -> tuple[Reader, selects.Scope]:
    bureau = cast.organisation_of(session, "bureau-city")
    reader = Reader(
        person_id=1, organisation_id=bureau.id, organisation_kind=bureau.kind, district_code=bureau.district_code
    )
    return reader, selects.scope_of(session, cast.organisation_of(session, "complex"), on=MONTH.last_day)


def _both(few: Database, many: Database, list_: ListKind, place: float, rounds: int) -> tuple[float, float]:
    taken: tuple[list[float], list[float]] = ([], [])
    for _round in range(rounds + 1):
        for database, times in zip((few, many), taken, strict=True):
            with database.reading() as session:
                reader, scope = _reader(session)
                last = -(-selects.count(session, scope, list_, MONTH, reader) // 20)
                number = max(1, int(last * place))
                started = time.process_time()
                rows.page(session, scope, list_, MONTH, reader, number=number)
                times.append(time.process_time() - started)
    return statistics.median(taken[0][1:]), statistics.median(taken[1][1:])


def _drawing(database: Database) -> tuple[float, float]:
    with database.reading() as session:
        _who, scope = _reader(session)
        started = time.process_time()
        with operations.drawn_up(session, scope, MONTH) as drawn:
            between = time.process_time()
            with database.writing() as writing:
                operations.keep(writing, scope, MONTH, drawn)
                writing.rollback()
            return between - started, time.process_time() - between


if __name__ == "__main__":
    main()
