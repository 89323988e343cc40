"""How the access table is written: grids of who gets what from which thing, and the rows that hold them."""

from collections.abc import Mapping
from dataclasses import dataclass

Grid = Mapping[str, Mapping[str, str]]

ALL_ROLES = (
    "anonymous", "enterprise", "other-enterprise", "complex", "institute",
    "bureau-district", "bureau-elsewhere", "bureau-city", "admin", "unattached",
)  # fmt: skip


def grid(text: str) -> Grid:
    """Read a table: the first line names the columns, the first word of each other line the row."""
    head, *rows = [line.split() for line in text.strip().splitlines()]
    read = {row[0]: dict(zip(head, row[1:], strict=True)) for row in rows}
    assert tuple(read) == ALL_ROLES, f"rows are {tuple(read)}"
    return read


def same(everybody: str = "403", **others: str) -> Grid:
    """Return a grid of one column, without a thing: ``others`` by role, with _ for -."""
    cells = {name.replace("_", "-"): cell for name, cell in others.items()}
    return {role: {"": cells.get(role, everybody)} for role in ALL_ROLES}


def with_row(base: Grid, role: str, cells: str) -> Grid:
    """Return ``base`` with another row for ``role``."""
    columns = list(base[role])
    return {**base, role: dict(zip(columns, cells.split(), strict=True))}


@dataclass(frozen=True)
class Row:
    """What is promised of one route. ``things`` are the kinds its address names; a pair is judged by ``second`` too."""

    grid: Grid
    things: tuple[str, ...] = ()
    second: Grid | None = None
    #: The form that is sent, by its name in ``world``.
    form: str = ""


def also_done(base: Grid) -> Grid:
    """Return the grid of sending the form whose page ``base`` is about."""
    return {role: {name: "done" if cell == "200" else cell for name, cell in row.items()} for role, row in base.items()}
