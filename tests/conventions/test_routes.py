"""Routes have policies, and asking never changes anything."""

from collections.abc import Iterator

import pytest
from flask import Blueprint, Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from werkzeug.routing import Rule

from matchmaker.audit.models import AuditRow
from matchmaker.web import app as application
from matchmaker.web.access import UnprotectedView
from tests.access.table import ALL_ROLES
from tests.conftest import MakeApp
from tests.support import deals, factories, sites
from tests.support.databases import Database

#: Who may read needs that are not public without acting for their enterprise.
LOOK = ("complex", "bureau-district", "bureau-elsewhere", "bureau-city")
#: Values for the addresses' places.
GIVEN = {"language": "zh", "token": "nobody-has-it", "filename": "favicon.svg"}


def test_an_application_with_an_unprotected_view_does_not_start(
    make_app: MakeApp, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = Blueprint("bare", __name__)
    bare.get("/bare")(lambda: "everybody sees this")
    monkeypatch.setattr(application, "BLUEPRINTS", (*application.BLUEPRINTS, bare))

    with pytest.raises(UnprotectedView, match="bare"):
        make_app(database)


def test_the_real_application_starts(make_app: MakeApp, database: Database) -> None:
    assert len(make_app(database).view_functions) > 30


@pytest.mark.parametrize("role", ALL_ROLES)
def test_looking_at_every_page_changes_nothing_but_the_trail_of_looks(
    make_app: MakeApp, database: Database, role: str
) -> None:
    _look_at_every_page(make_app, database, role)


@pytest.mark.postgres
@pytest.mark.parametrize("role", ["enterprise", "complex", "bureau-city", "admin"])
def test_nor_does_it_on_postgresql(make_app: MakeApp, postgresql_database: Database, role: str) -> None:
    _look_at_every_page(make_app, postgresql_database, role)


def _look_at_every_page(make_app: MakeApp, database: Database, role: str) -> None:
    with database.writing() as session:
        for life in factories.NEED_LIVES:
            factories.need(session, "enterprise", life)
        for life in factories.OFFERING_LIVES:
            factories.offering(session, "complex", life)
        for life in factories.INTRODUCTION_LIVES:
            factories.introduction(session, life=life)
        for life in deals.CONTRACT_LIVES:
            deals.contract(session, life)
        for life in deals.SERVICE_LIVES:
            deals.service(session, life)
    app = make_app(database)
    visitor = sites.visitor_as(app, role, checks=False)
    before = database.dump()

    paths = {path for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) for path in _paths(app, rule)}
    for path in paths:
        visitor.open(path)
        visitor.open(f"{path}?q=染色&page=2&sort=budget&more=1")

    assert len(paths) > 40
    after = database.dump()
    trail = AuditRow.__tablename__
    new = after.pop(trail)[len(before[trail]) :]
    # Whoever reads what is confidential is written down; nothing else is.
    act = list(AuditRow.__table__.columns.keys()).index("act")
    assert all(row[act].endswith(".looked") for row in new)
    assert bool(new) == (role in LOOK)
    assert after == {name: rows for name, rows in before.items() if name != trail}
    assert before["need"] and before["offering"]


def _paths(app: Flask, rule: Rule) -> Iterator[str]:
    numbers = range(1, len(factories.NEED_LIVES) + 1)
    for number in numbers if any(name.endswith("_id") for name in rule.arguments) else (1,):
        values = {name: GIVEN.get(name, number) for name in rule.arguments}
        yield app.url_map.bind("localhost").build(rule.endpoint, values)


def test_a_write_outside_a_transaction_is_refused_by_the_database(either_database: Database) -> None:
    with either_database.reading() as session, pytest.raises(DBAPIError, match=r"(?i)read-?only"):
        session.execute(text("UPDATE person SET name = 'x'"))
