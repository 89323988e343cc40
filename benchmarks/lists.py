"""What a page of each list costs with 100,000 rows, as a multiple of its cost with 1,000 in the same run.

    python -m benchmarks.lists [--rows N] [--rounds N] [--postgresql] [--all]

Every list is asked with each filter and each order, on its first, middle and last page, signed in and not. Printed are
the median times of the two sizes over interleaved rounds (the page's whole making; on PostgreSQL the server's part is
in it), their ratio and the number of SQL statements. The first view after the start, which reads the columns into
memory, is told apart. Nothing here gates a test.
"""

import argparse
import gc
import random
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, insert, select, text
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.models import Organisation, OrganisationKind, Person
from matchmaker.catalogue.needs.models import Confidentiality, Need, SolutionMode
from matchmaker.catalogue.offerings.models import Offering
from matchmaker.db import create_engine, schema, tables, transaction
from matchmaker.reference.models import CITY_CODE, District, Industry, ServiceCategory
from matchmaker.resources import SEEDS
from matchmaker.seeding import check, demo, reference
from matchmaker.settings import Settings
from matchmaker.web.app import create_app
from matchmaker.web.database import engine as engine_of

PASSWORD = "matchmaker-demo"  # noqa: S105 - the demo's published one
READERS = {"enterprise": "owner@demo.example", "city": "city@demo.example", "admin": "admin@demo.example"}

#: List → reader → queries, each asked on its first, middle and last page.
Queries = Mapping[str, Mapping[str, list[str]]]
QUERIES: Queries = {
    "/needs/": {
        "": [
            "",
            "state=closed",
            "district=330603",
            "industry=textile",
            "state=published&industry=bearing",
            "sort=budget",
        ],
        "enterprise": ["", "mode=service", "mine=1", "sort=deadline", "sort=budget&industry=textile", "sort=newest"],
        "city": ["", "sort=deadline", "sort=ending", "district=330681&mode=any"],
    },
    "/offerings/": {
        "": ["", "kind=instrument", "category=testing", "industry=textile", "sort=price", "sort=delivery", "voucher=1"],
        "enterprise": ["", "kind=service&district=330602", "sort=price&voucher=1", "state=closed"],
    },
    "/organisations/": {
        "": ["", "kind=enterprise", "district=330602", "industry=textile", "kind=enterprise&district=330681"],
    },
    "/people": {"admin": [""]},
}


def main() -> None:
    """Print the table."""
    run(__doc__ or "", QUERIES, _grow)


def run(description: str, queries: Queries, grow: Callable[[str, int], None]) -> None:
    """Print the table of these lists, whose rows ``grow`` puts into the database of an address."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--all", action="store_true", help="print every query, not only the worst of each list")
    parser.add_argument("--only", help="only the list of this address")
    chosen = parser.parse_args()
    tables.load()
    names = ("few", "many")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        own = [f"sqlite:///{folder / name}.db" for name in names]
        urls = postgresql(stack, names) if chosen.postgresql else own
        sites = [
            Site(url, folder / name, rows, grow)
            for name, url, rows in zip(names, urls, (1_000, chosen.rows), strict=True)
        ]
        compare(sites, {path: one for path, one in queries.items() if chosen.only in (None, path)}, chosen)
        for site in sites:
            site.close()


def postgresql(stack: ExitStack, names: Sequence[str]) -> list[str]:
    """Start a server with empty databases, and return their addresses."""
    from tests.support.postgresql import Server

    server = Server()
    stack.callback(server.remove)
    server.start()
    for name in names:
        server.create_database(name)
    return [server.url(name) for name in names]


class Site:
    """The application on a database with so many rows in each list."""

    def __init__(self, url: str, instance: Path, rows: int, grow: Callable[[str, int], None]) -> None:
        self.rows = rows
        grow(url, rows)
        self.app: Flask = create_app(
            Settings(instance=instance, database_url=url, secret_key="for benchmarks", secure_cookies=False),  # noqa: S106 - for benchmarks
            RATELIMIT_ENABLED=False,
        )
        self.statements = 0
        with self.app.app_context():
            self.engine: Engine = engine_of()
        event.listen(self.engine, "before_cursor_execute", self._count)
        self.clients: dict[str, FlaskClient] = {"": self.app.test_client()}
        for name, email in READERS.items():
            self.clients[name] = self.app.test_client()
            token = re.search(r'name="csrf_token" value="([^"]+)', self.clients[name].get("/sign-in").text)
            form = {"csrf_token": token[1] if token else "", "email": email, "password": PASSWORD}
            self.clients[name].post("/sign-in", data=form)

    def _count(self, *_arguments: object) -> None:
        self.statements += 1

    def ms(self, reader: str, path: str) -> tuple[float, int, str]:
        """Return milliseconds, statements and the page."""
        self.statements = 0
        # SQLite works in this very process; what PostgreSQL does is seen only on the clock.
        watch = time.process_time if self.engine.dialect.name == "sqlite" else time.perf_counter
        started = watch()
        answer = self.clients[reader].get(path)
        elapsed_ms = (watch() - started) * 1e3
        if answer.status_code != 200:
            raise SystemExit(f"{path} answered {answer.status_code} to {reader or 'anybody'}")
        return elapsed_ms, self.statements, answer.text

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


def compare(sites: list[Site], queries: Queries, chosen: argparse.Namespace) -> None:
    """Print what each query costs on the first site and on the last."""
    for site in sites:
        first = {path: site.ms(next(iter(readers)), path)[0] for path, readers in queries.items()}
        print(f"{site.rows:,} rows, first view: " + ", ".join(f"{path} {ms:.0f} ms" for path, ms in first.items()))
    print(f"{'list':16}{'reader':12}{'query':36}{'few ms':>8}{'many ms':>9}{'ratio':>7}{'SQL':>5}")
    for path, readers in queries.items():
        lines = sorted(_measured(sites, path, readers, chosen.rounds), key=lambda line: -line[0])
        for ratio, line in lines if chosen.all else lines[:3]:
            print(f"{path:16}{line}{'' if ratio <= 1.5 else '  !'}")
        ratios = [ratio for ratio, _line in lines]
        print(f"{path:16}{len(lines)} queries, worst {max(ratios):.2f}, median {statistics.median(ratios):.2f}")


def _measured(
    sites: list[Site], path: str, readers: Mapping[str, list[str]], rounds: int
) -> Iterator[tuple[float, str]]:
    for reader, queries in readers.items():
        for query in queries:
            pages = [_pages(site.ms(reader, f"{path}?{query}")[2]) for site in sites]
            for where in ("first", "middle", "last"):
                numbers = [{"first": 1, "middle": (last + 1) // 2, "last": last}[where] for last in pages]
                times: list[list[float]] = [[], []]
                statements = 0
                gc.collect()
                for _ in range(rounds):
                    for at, site in enumerate(sites):
                        ms, statements, _page = site.ms(reader, f"{path}?{query}&page={numbers[at]}")
                        times[at].append(ms)
                few, many = (statistics.median(part) for part in times)
                name = f"{query or '-'} {where}"
                yield many / few, f"{reader or '-':12}{name:36}{few:8.1f}{many:9.1f}{many / few:7.2f}{statements:5}"


def _pages(page: str) -> int:
    found = [int(number) for number in re.findall(r"[?&;]page=(\d+)", page)]
    return max(found, default=1)


def _grow(url: str, rows: int) -> None:
    engine = create_engine(url)
    schema.upgrade(engine)
    chance = random.Random(20261122)
    with Session(engine, expire_on_commit=False) as session:
        seeds = check.read(SEEDS)
        with transaction(session):
            reference.load(session, seeds.reference)
            demo.load(session, seeds.demo)
        with transaction(session):
            for table in (Organisation, Person, Need, Offering):
                session.execute(insert(table), list(_more(session, table, rows, chance)))
        if engine.dialect.name == "postgresql":
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("ANALYZE"))
    engine.dispose()


def _more(session: Session, table: Any, wanted: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    models = list(session.scalars(select(table)))
    columns = [column.key for column in table.__table__.columns if column.key not in ("id", "key", "credit_code")]
    districts = session.scalars(select(District.code).where(District.code != CITY_CODE)).all()
    industries = session.scalars(select(Industry.code)).all()
    categories = session.scalars(select(ServiceCategory.code)).all()
    owners = session.scalars(select(Organisation.id).where(Organisation.kind == OrganisationKind.ENTERPRISE)).all()
    now = clock.now()
    for number in range(max(0, wanted - len(models))):
        model = chance.choice(models)
        row = {column: getattr(model, column) for column in columns}
        if "district_code" in row:
            row["district_code"] = chance.choice(districts)
        if "industry_code" in row:
            row["industry_code"] = chance.choice(industries)
        if "category_code" in row:
            row["category_code"] = chance.choice(categories)
        if table is Organisation:
            row |= {"name": f"第{chance.randrange(10**6)}号{model.name[-8:]}", "kind": OrganisationKind.ENTERPRISE}
        if table is Person:
            row |= {"email": f"person-{number}@example.test", "created_at": now - timedelta(minutes=number)}
        if table is Need:
            day = clock.today() + timedelta(days=chance.randrange(-200, 400))
            row |= {
                "organisation_id": chance.choice(owners),
                "mode": chance.choice(list(SolutionMode)),
                "confidentiality": chance.choice(list(Confidentiality)),
                "budget_fen": chance.choice([None, chance.randrange(1, 300) * 1_000_000]),
                "needed_by": chance.choice([None, day]),
                "agent_id": None,
                "agent_person_id": None,
            }
        if row.get("published_at"):
            row["published_at"] = now - timedelta(minutes=chance.randrange(10**6))
        yield row


if __name__ == "__main__":
    main()
