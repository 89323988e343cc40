"""Every route, every method, everybody, everything: the site does what the access table says and nothing else."""

import pytest
from werkzeug.routing import Map

from tests.access.table import TABLE
from tests.access.walking import MONEY, Route, auditor_cells, cells, difference, outcome
from tests.access.world import World
from tests.conftest import MakeApp
from tests.support.databases import Database

UNHANDLED = {"HEAD", "OPTIONS"}


def routes_of(url_map: Map) -> set[Route]:
    return {(method, rule.rule) for rule in url_map.iter_rules() for method in (rule.methods or set()) - UNHANDLED}


def test_every_route_has_a_row_and_every_row_a_route(make_app: MakeApp, database: Database) -> None:
    assert routes_of(make_app(database).url_map) == set(TABLE)


@pytest.mark.parametrize("route", TABLE, ids=" ".join)
def test_everybody_gets_what_is_promised_and_nothing_more(world: World, route: Route) -> None:
    differences = [found for cell in cells(world, route) if (found := difference(world, cell))]

    assert differences == []


@pytest.mark.parametrize(
    "route", [(method, rule) for method, rule in TABLE if method == "POST" and rule.startswith(MONEY)], ids=" ".join
)
def test_an_auditor_of_the_bureau_writes_nothing_of_money(world: World, route: Route) -> None:
    differences = [found for cell in auditor_cells(world, route) if (found := difference(world, cell))]

    assert differences == []


@pytest.mark.parametrize("role", ["anonymous", "other-enterprise", "bureau-elsewhere"])
def test_asking_for_the_headers_alone_tells_no_more(world: World, role: str) -> None:
    for route in TABLE:
        if route[0] == "GET":
            for cell in cells(world, route):
                if cell.role == role and len(cell.things) < 2:
                    page = world.ask(role, "HEAD", cell.path)
                    assert outcome(page) == cell.promised and page.text == "", str(cell)
