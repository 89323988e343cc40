"""How the databases go about the pages of statistics: no records are read from end to end."""

import pytest
from sqlalchemy import select

from matchmaker.catalogue.needs.models import Need
from tests.conftest import MakeApp
from tests.metrics.conftest import fill
from tests.support import cast, factories, sites
from tests.support.databases import Database
from tests.support.statements import planned, whole_tables

PAGES = (
    ("bureau-city", "/statistics/"),
    ("bureau-district", f"/statistics/?scope=district:{cast.HERE}"),
    ("bureau-city", "/statistics/?scope=industry:dyeing"),
    ("bureau-city", "/statistics/?scope=provider:PROVIDER"),
    ("bureau-city", "/statistics/ranking"),
    ("bureau-city", "/statistics/seasons"),
    ("bureau-city", "/statistics/needs"),
    ("bureau-city", "/statistics/unmet"),
    ("bureau-city", "/statistics/quality/"),
    ("bureau-city", "/reports/"),
    ("complex", "/metrics/"),
    ("enterprise", "/year/"),
    ("bureau-city", "/"),
)


@pytest.mark.parametrize(("role", "path"), PAGES)
def test_a_page_of_figures_reads_no_records_from_end_to_end(
    make_app: MakeApp, either_database: Database, role: str, path: str
) -> None:
    with either_database.writing() as session:
        fill(session)
        factories.need(session, "enterprise")
        path = path.replace("PROVIDER", str(cast.organisation_of(session, "complex").id))
    visitor = sites.visitor_as(make_app(either_database), role)
    # The first page of a process reads the lists that it holds in memory.
    visitor.get(path)
    with planned(either_database) as plans:
        visitor.get(path)

    assert plans
    assert whole_tables(plans) == []


def test_a_page_that_did_would_be_found(either_database: Database) -> None:
    with planned(either_database) as plans, either_database.reading() as session:
        session.scalars(select(Need).where(Need.title == "染色")).all()

    assert len(whole_tables(plans)) == 1, plans
