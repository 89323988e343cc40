"""What the registry's bodies come to: the grid, the tile map, and the figures that targets ask for. Pure."""

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from matchmaker.accounts.models import OrganisationKind
from matchmaker.messages import _l
from matchmaker.reference.queries import Code
from matchmaker.registry.coverage.models import Basis, Indicator
from matchmaker.registry.models import InstituteKind, Level, Status

#: Where each district of Shaoxing lies on the tile map, as column and row; a drawing of our own, not to scale.
TILES = {
    "3306-bh": (1, 0),
    "330603": (0, 1),
    "330602": (1, 1),
    "330604": (2, 1),
    "330681": (0, 2),
    "330683": (1, 2),
    "330624": (2, 2),
}
#: Kinds of industry that are meant by "key industries": the "5+4" of S1.
TRADITIONAL, EMERGING = "traditional", "emerging"


@dataclass(frozen=True, slots=True)
class Body:
    """A complex or an institute as the registry knows it on one day; ``level`` is ``None`` where nobody said."""

    id: int
    name: str
    name_en: str
    is_demo: bool
    organisation_kind: OrganisationKind
    district_code: str
    level: Level | None = None
    status: Status | None = None
    kind: InstituteKind | None = None
    industries: frozenset[str] = frozenset()
    premises_m2: int | None = None
    institutes: int = 0

    @property
    def is_complex(self) -> bool:
        """Whether it is a complex, whatever its level."""
        return self.organisation_kind is OrganisationKind.COMPLEX

    @property
    def covers(self) -> bool:
        """A complex of which a level is on record; a planned one covers nothing yet."""
        return self.is_complex and self.level not in (None, Level.PLANNED)

    @property
    def is_shown(self) -> bool:
        """Whether the grid names it: a planned complex stands in its cell and leaves it empty."""
        return self.is_complex and self.level is not None


# --- The grid --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cell:
    """The complexes of one industry in one district, planned ones too."""

    district: Code
    bodies: tuple[Body, ...]

    @property
    def is_empty(self) -> bool:
        """Whether no complex works there."""
        return not any(body.covers for body in self.bodies)


@dataclass(frozen=True, slots=True)
class GridRow:
    """One industry with what belongs to it, district by district."""

    industry: Code
    cells: tuple[Cell, ...]
    #: Complexes of the city of which no document or profile gives the district.
    nowhere: tuple[Body, ...]

    @property
    def is_covered(self) -> bool:
        """Whether a complex works anywhere in the city."""
        return any(body.covers for cell in self.cells for body in cell.bodies) or any(
            body.covers for body in self.nowhere
        )

    @property
    def empty(self) -> list[Code]:
        """The districts without a complex of this industry."""
        return [cell.district for cell in self.cells if cell.is_empty]


@dataclass(frozen=True, slots=True)
class Grid:
    """Industries by districts of one city on one day."""

    districts: tuple[Code, ...]
    rows: tuple[GridRow, ...]

    @property
    def uncovered(self) -> list[Code]:
        """The industries without any complex in the city."""
        return [row.industry for row in self.rows if not row.is_covered]

    @property
    def bare(self) -> list[Code]:
        """The districts without a complex of any industry."""
        return [
            district
            for place, district in enumerate(self.districts)
            if all(row.cells[place].is_empty for row in self.rows)
        ]


def grid(
    bodies: Collection[Body], *, industries: Mapping[str, Code], key: Collection[str], districts: Sequence[Code]
) -> Grid:
    """Lay the complexes out by industry and district.

    Rows are the ``key`` industries and every other one at the top of the list that has a complex, in the list's
    order; a cluster counts for the industry that it belongs to.
    """
    shown = [body for body in bodies if body.is_shown]
    held: dict[str, list[Body]] = {}
    for body in shown:
        for top in {top_of(code, industries) for code in body.industries}:
            held.setdefault(top, []).append(body)
    rows = [
        _row(industry, held.get(code, []), districts)
        for code, industry in industries.items()
        if industry.parent_code is None and (code in key or code in held)
    ]
    return Grid(tuple(districts), tuple(rows))


def _row(industry: Code, bodies: Iterable[Body], districts: Sequence[Code]) -> GridRow:
    placed = sorted(bodies, key=_order)
    known = {district.code for district in districts}
    return GridRow(
        industry,
        tuple(
            Cell(district, tuple(body for body in placed if body.district_code == district.code))
            for district in districts
        ),
        tuple(body for body in placed if body.district_code not in known),
    )


def _order(body: Body) -> tuple[int, str, int]:
    return (list(Level).index(body.level) if body.level else len(Level), body.name, body.id)


def top_of(code: str, industries: Mapping[str, Code]) -> str:
    """Return the industry at the top of the list that ``code`` belongs to."""
    while code in industries and (parent := industries[code].parent_code):
        code = parent
    return code


@dataclass(frozen=True, slots=True)
class Tile:
    """One district on the tile map, with a number."""

    district: Code
    column: int
    row: int
    number: float
    #: From 0, none, to 3, the most; the number stands on the tile, so that nobody has to tell shades apart.
    shade: int


def tiles(numbers: Mapping[str, float], districts: Sequence[Code]) -> list[Tile]:
    """Return a tile for each district with its number; a city that was not drawn gets rows of three."""
    most = max((numbers.get(district.code, 0) for district in districts), default=0)
    placed = []
    for place, district in enumerate(districts):
        column, row = TILES.get(district.code, (place % 3, place // 3))
        number = numbers.get(district.code, 0)
        placed.append(Tile(district, column, row, number, math.ceil(3 * number / most) if most else 0))
    return placed


def complexes_by_district(bodies: Iterable[Body]) -> dict[str, int]:
    """Count the complexes at work in each district."""
    return Counter(body.district_code for body in bodies if body.covers)


# --- Targets ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Counted:
    """What the registry comes to: a number, of how many where it is a share."""

    number: int
    of: int | None = None

    @property
    def percent(self) -> float | None:
        """The share in percent."""
        return 100 * self.number / self.of if self.of else None

    def reaches(self, value: int, *, unit: str) -> bool:
        """Whether it is at least ``value``."""
        return (self.percent or 0) >= value if unit == "%" else self.number >= value

    def equals(self, value: int, *, unit: str) -> bool:
        """Whether it is just ``value``."""
        return (self.percent if unit == "%" else self.number) == value


@dataclass(frozen=True, slots=True)
class Situation:
    """What is to be counted: the bodies on a day and at the end of the year before, and the lists to count against."""

    bodies: Collection[Body]
    before: Collection[Body]
    industries: Mapping[str, Code]
    traditional: Collection[str]
    emerging: Collection[str]
    districts: Collection[str]


def counted(indicator: Indicator, situation: Situation) -> Counted | None:
    """Return what the registry comes to; ``None`` where it holds nothing to judge by."""
    return _COUNTS[indicator](situation)


def _complexes(bodies: Iterable[Body], level: Level | None = None) -> dict[int, Body]:
    return {body.id: body for body in bodies if body.covers and level in (None, body.level)}


def _of_kind(bodies: Iterable[Body], kind: InstituteKind, *levels: Level) -> Counted:
    return Counted(sum(body.kind is kind and body.level in levels for body in bodies))


def _covered(situation: Situation, industries: Collection[str]) -> Counted:
    tops = {top_of(code, situation.industries) for body in situation.bodies if body.covers for code in body.industries}
    return Counted(len(tops & set(industries)), of=len(industries))


def _new(situation: Situation, level: Level | None = None) -> Counted:
    return Counted(len(_complexes(situation.bodies, level).keys() - _complexes(situation.before, level).keys()))


def _least(numbers: Iterable[int]) -> Counted | None:
    found = sorted(numbers)
    return Counted(found[0]) if found else None


def _districts(situation: Situation) -> Counted:
    covered = {body.district_code for body in situation.bodies if body.covers}
    return Counted(len(covered & set(situation.districts)), of=len(situation.districts))


_COUNTS: dict[Indicator, Callable[[Situation], Counted | None]] = {
    Indicator.COMPLEXES: lambda now: Counted(len(_complexes(now.bodies))),
    Indicator.PROVINCIAL_COMPLEXES: lambda now: Counted(len(_complexes(now.bodies, Level.PROVINCIAL))),
    Indicator.KEY_INDUSTRIES_COVERED: lambda now: _covered(now, [*now.traditional, *now.emerging]),
    Indicator.TRADITIONAL_COVERED: lambda now: _covered(now, now.traditional),
    Indicator.EMERGING_COVERED: lambda now: _covered(now, now.emerging),
    Indicator.DISTRICTS_COVERED: _districts,
    Indicator.NEW_IN_YEAR: _new,
    Indicator.NEW_PROVINCIAL_IN_YEAR: lambda now: _new(now, Level.PROVINCIAL),
    Indicator.LEAST_PREMISES: lambda now: _least(
        body.premises_m2 for body in now.bodies if body.covers and body.premises_m2 is not None
    ),
    Indicator.LEAST_INSTITUTES: lambda now: _least(
        body.institutes for body in _complexes(now.bodies, Level.PROVINCIAL).values()
    ),
    Indicator.NEW_RND: lambda now: _of_kind(now.bodies, InstituteKind.NEW_RND, Level.PROVINCIAL, Level.CITY),
    Indicator.PROVINCIAL_LABORATORIES: lambda now: _of_kind(now.bodies, InstituteKind.LABORATORY, Level.PROVINCIAL),
    Indicator.PROVINCIAL_MAKERSPACES: lambda now: _of_kind(now.bodies, InstituteKind.MAKERSPACE, Level.PROVINCIAL),
}


class Verdict(StrEnum):
    """How the registry stands to a figure of a document."""

    REACHED = "reached"
    MISSED = "missed"
    NOT_YET = "not_yet"
    AGREES = "agrees"
    DIFFERS = "differs"
    UNKNOWN = "unknown"


VERDICT_LABELS = {
    Verdict.REACHED: _l("Reached"),
    Verdict.MISSED: _l("Not reached"),
    Verdict.NOT_YET: _l("Not yet due"),
    Verdict.AGREES: _l("The same"),
    Verdict.DIFFERS: _l("Differs"),
    Verdict.UNKNOWN: _l("Nothing on record"),
}


def verdict(have: Counted | None, value: int, *, unit: str, basis: Basis, is_due: bool) -> Verdict:
    """Compare what the registry comes to with a goal, or with what a document counted itself."""
    if have is None:
        return Verdict.UNKNOWN
    if basis is Basis.STATED:
        return Verdict.AGREES if have.equals(value, unit=unit) else Verdict.DIFFERS
    if have.reaches(value, unit=unit):
        return Verdict.REACHED
    return Verdict.MISSED if is_due else Verdict.NOT_YET


def judged_on(due: date | None, *, on: date) -> date:
    """Return the day whose figures a target is compared with: its own, or the one looked at when that comes first."""
    return on if due is None else min(due, on)
