"""Asks for every cell of the access table and says where the site differs from it."""

from collections.abc import Iterator
from dataclasses import dataclass

from matchmaker import resources
from tests.access.table import ALL_ROLES, TABLE, Row
from tests.access.world import World, cases
from tests.support.pages import Page

Route = tuple[str, str]
#: Beside the table's roles: the auditor of ``bureau-district``, who reads what it reads and writes nothing of money.
AUDITOR = "auditor"
MONEY = ("/vouchers/", "/lists/", "/review/", "/batches/", "/redemptions/")


@dataclass(frozen=True)
class Cell:
    """One question: who, what, and which things; ``promised`` is the answer by the table."""

    route: Route
    role: str
    things: tuple[str, ...]
    path: str
    thing_id: int
    promised: str

    def __str__(self) -> str:
        method, rule = self.route
        return f"{self.role}: {method} {rule} {' × '.join(self.things)}".rstrip()


def cells(world: World, route: Route) -> Iterator[Cell]:
    """Return the cells of one route."""
    row = TABLE[route]
    for role in ALL_ROLES:
        for names, values in _named(world, row, role):
            yield Cell(
                route, role, names, _path(route[1], values), values[0] if values else 0, promised(row, role, names)
            )


def auditor_cells(world: World, route: Route) -> Iterator[Cell]:
    """Return what the auditor asks for: what the auditor's bureau may do is refused, unless anybody may."""
    method, rule = route
    if method != "POST" or not rule.startswith(MONEY):
        return
    row, bureau = TABLE[route], "bureau-district"
    for names, values in _named(world, row, bureau):
        promise = promised(row, bureau, names)
        is_anybodys = promised(row, "unattached", names) == promise
        refused = promise if is_anybodys or promise in ("403", "404") else "403"
        yield Cell(route, AUDITOR, names, _path(rule, values), values[0] if values else 0, refused)


def promised(row: Row, role: str, names: tuple[str, ...]) -> str:
    """Return what the table says; the second thing of a pair must be one that the reader may see."""
    first = row.grid[role].get(names[0] if names else "", row.grid[role].get("", ""))
    if first == "200" and row.second is not None:
        return row.second[role][names[1]]
    return first


def difference(world: World, cell: Cell) -> str:
    """Ask, and return how the answer differs from the promise; "" when it does not."""
    method, _rule = cell.route
    row = TABLE[cell.route]
    page = world.ask(cell.role, method, cell.path, row.form, cell.thing_id)
    got = outcome(page)
    faults = [] if got == cell.promised else [f"promised {cell.promised}, got {got}"]
    faults += [f"shows {word}" for word in world.leaks(cell.role, page)]
    changed = method == "POST" and world.has_changed()
    if changed and got != "done":
        faults.append(f"was refused ({got}) but changed the database")
    if not changed and got == "done" and row.things and row.things[0] in world.ids:
        faults.append("says that it is done but changed nothing")
    if changed:
        world.restore()
    return f"{cell}: {'; '.join(faults)}" if faults else ""


def outcome(page: Page) -> str:
    """Return an answer in the table's words."""
    if page.status == 303:
        return "in" if page.location.startswith("/sign-in") else "done"
    return str(page.status)


def _named(world: World, row: Row, role: str) -> Iterator[tuple[tuple[str, ...], tuple[object, ...]]]:
    if not row.things or row.things[0] in ("file", "language"):
        yield (), tuple({"file": resources.asset("app.css"), "language": "en"}[kind] for kind in row.things)
    elif len(row.things) == 1:
        for name, number in cases(row.things[0], world, role):
            yield (name,), (number,)
    else:
        first, second = row.things
        for name, number in cases(first, world, role):
            for other, other_number in cases(second, world, role):
                yield (name, other), (number, other_number)


def _path(rule: str, values: tuple[object, ...]) -> str:
    parts = rule.split("<")
    return parts[0] + "".join(f"{value}{part.partition('>')[2]}" for value, part in zip(values, parts[1:], strict=True))
