"""Figures are read from cells by their indexes, and from no record, on either database."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from matchmaker.metrics import queries
from matchmaker.metrics.definitions import DEFINITIONS, for_kind
from matchmaker.metrics.models import MetricCell, MetricPresence, ScopeKind
from matchmaker.metrics.periods import Period
from matchmaker.metrics.queries import Scope
from tests.metrics.conftest import fill
from tests.support import cast
from tests.support.databases import Database
from tests.support.statements import counted

RECORDS = ("service_record", "introduction", "contract", "ledger_transfer", "voucher")
RUN, YEAR = Period.parse("2026-01..2026-11"), Period.year(2026)
KEYS = [key for key in DEFINITIONS if key != "institutes_brought_in"]

READS: dict[str, tuple[Callable[[Session], Any], int]] = {
    "figures-of-the-city": (lambda session: queries.figures(session, queries.CITY, RUN, KEYS), 4),
    "figures-of-a-provider": (lambda session: queries.figures(session, Scope(ScopeKind.PROVIDER, "5"), YEAR, KEYS), 4),
    "series": (lambda session: queries.series(session, queries.CITY, "services", RUN), 1),
    "parts": (lambda session: queries.parts(session, Scope(ScopeKind.DISTRICT, cast.HERE), "contracts", YEAR), 1),
    "ranking": (lambda session: queries.ranking(session, "satisfaction", RUN, ScopeKind.PROVIDER), 1),
    "rankings": (
        lambda session: queries.rankings(session, for_kind(ScopeKind.INDUSTRY), RUN, ScopeKind.INDUSTRY),
        2,
    ),
}


@pytest.fixture
def many(either_database: Database) -> Database:
    """Cells and presences enough for the database to think before it scans them."""
    with either_database.writing() as session:
        fill(session)
        enterprise = cast.organisation_of(session, "enterprise").id
        scopes = [(kind, str(code)) for kind in ScopeKind for code in range(60)]
        months = [year * 100 + month for year in range(2015, 2027) for month in range(1, 13)]
        keys = [(kind, code, month) for kind, code in scopes for month in months]
        names = ("scope_kind", "scope_code", "span")
        cells = [{**dict(zip(names, key, strict=True)), "measure": "services", "part": "x", "value": 1} for key in keys]
        presences = [{**dict(zip(names, key, strict=True)), "enterprise_id": enterprise, "records": 1} for key in keys]
        session.connection().execute(MetricCell.__table__.insert(), cells)
        session.connection().execute(MetricPresence.__table__.insert(), presences)
        session.connection().execute(text("ANALYZE"))
    return either_database


@pytest.mark.parametrize("name", READS)
def test_a_reading_takes_few_statements_and_scans_no_table(many: Database, name: str) -> None:
    read, most = READS[name]
    with many.reading() as session:
        with counted() as statements:
            read(session)
        # Others than these open the connection.
        asked = [one for one in statements if "metric_" in one]
        assert 0 < len(asked) <= most
        assert not any(table in one for one in statements for table in RECORDS)
    for plan in _plans(many, read):
        assert "Seq Scan on metric_" not in plan, plan
        assert "SCAN metric_" not in plan, plan


def _plans(database: Database, read: Callable[[Session], Any]) -> list[str]:
    """Return the plans of the statements with the values they were run with."""
    is_postgresql = database.engine.dialect.name == "postgresql"
    explain = "EXPLAIN " if is_postgresql else "EXPLAIN QUERY PLAN "
    plans: list[str] = []
    with database.reading() as session:
        plain = session.execute

        def explained(statement: Any, *args: Any, **more: Any) -> Any:
            compiled = statement.compile(database.engine, compile_kwargs={"render_postcompile": True})
            words = compiled.string
            values = compiled.construct_params()
            if compiled.positional:
                ordered = tuple(_bound(compiled, key, values[key]) for key in compiled.positiontup)
                rows = session.connection().exec_driver_sql(explain + words, ordered)
            else:
                bound = {key: _bound(compiled, key, value) for key, value in values.items()}
                rows = session.connection().exec_driver_sql(explain + words, bound)
            plans.append("\n".join(str(row[-1]) for row in rows))
            return plain(statement, *args, **more)

        session.execute = explained  # type: ignore[method-assign]  # the plans are read beside the answers
        read(session)
    assert plans
    return plans


def _bound(compiled: Any, key: str, value: Any) -> Any:
    """Return a value as the driver gets it."""
    processor = compiled._bind_processors.get(key)
    return processor(value) if processor else value
