"""What a table is, and what somebody asks of one. Pure: no session, no request."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from matchmaker import clock, money
from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.sheets.columns import NO, YES, label
from matchmaker.errors import Invalid
from matchmaker.messages import Message, _l
from matchmaker.reference.queries import Code, CodeLists

Labels = Mapping[Any, Message | Code]
Given = Mapping[str, Sequence[str]]
Value = str | int | Decimal | date | None

MAX_NAME = 40
#: More than a person keeps apart.
MAX_VIEWS = 50
_LARGEST_ID = 2**31 - 1


def never(_row: object) -> bool:
    """Not."""
    return False


def none(_lists: CodeLists) -> Labels:
    """No choices."""
    return {}


def districts(lists: CodeLists) -> Labels:
    """Every district."""
    return lists.districts


def industries(lists: CodeLists) -> Labels:
    """Every industry."""
    return lists.industries


def categories(lists: CodeLists) -> Labels:
    """Every service category."""
    return lists.categories


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table. ``order`` is what the database sorts by; without one it cannot be sorted."""

    name: str
    title: Message
    value: Callable[[Any], Any]
    order: Any = None
    labels: Callable[[CodeLists], Labels] = none
    is_fen: bool = False
    #: Shown to those who chose no columns.
    is_usual: bool = True

    def written(self, row: Any, lists: CodeLists, language: str) -> Value:
        """Return the cell of ``row`` as page and files say it: labels of codes, civil days, amounts in yuan."""
        value = self.value(row)
        if value is None or value == "":
            return None
        if isinstance(value, bool):
            return label(YES if value else NO, language)
        if isinstance(value, datetime):
            return clock.civil_day(value)
        if self.is_fen:
            return Decimal(value) / money.FEN_PER_YUAN
        named = self.labels(lists).get(value)
        if named is not None:
            return label(named, language)
        return value if isinstance(value, int | date) else str(value)


@dataclass(frozen=True, slots=True)
class Choice:
    """A column by whose values a table is narrowed."""

    title: Message
    column: Any
    labels: Callable[[CodeLists], Labels]


@dataclass(frozen=True, slots=True)
class Tick:
    """A condition that is on or off."""

    title: Message
    condition: Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Listing:
    """A table: whose rows, in whose scope, narrowed by what, with which columns."""

    name: str
    title: Message
    table: Any
    #: The conditions on what a reader may know of.
    scope: Callable[[Reader], Sequence[Any]]
    #: The page of one row, and what its address calls the id.
    endpoint: str
    argument: str
    columns: tuple[Column, ...]
    choices: Mapping[str, Choice]
    #: Loaded with the rows.
    options: tuple[Any, ...] = ()
    #: Columns of ids, by their name in the address.
    ids: Mapping[str, Any] = field(default_factory=dict)
    ticks: Mapping[str, Tick] = field(default_factory=dict)
    #: The day by which a period narrows, and what it is.
    day: Any = None
    day_title: Message | None = None
    #: What is left out, when it is not plain.
    note: Message | None = None
    #: Whether a row is not for everybody who reads tables; the trail tells how many of those a file holds.
    is_secret: Callable[[Any], bool] = never

    def column(self, name: str) -> Column | None:
        """Return the column of that name."""
        return next((column for column in self.columns if column.name == name), None)

    @property
    def usual(self) -> tuple[Column, ...]:
        """The columns that are shown to those who chose none."""
        return tuple(column for column in self.columns if column.is_usual)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks of a table; everything in it is known to the listing."""

    listing: Listing
    columns: tuple[Column, ...]
    #: ``None``: the latest first.
    sort: Column | None
    is_descending: bool
    chosen: Mapping[str, str]
    ids: Mapping[str, int]
    ticks: frozenset[str]
    since: date | None
    until: date | None

    def address(self, **changes: str | None) -> dict[str, Any]:
        """Return the query of the page that shows this, each thing in one way only; ``None`` takes one out."""
        values: dict[str, str | None] = {"list": self.listing.name, **self.chosen}
        values |= {name: str(number) for name, number in self.ids.items()}
        values |= dict.fromkeys(self.ticks, "1")
        values["since"] = self.since.isoformat() if self.since else None
        values["until"] = self.until.isoformat() if self.until else None
        if self.columns != self.listing.usual:
            values["cols"] = ",".join(column.name for column in self.columns)
        if self.sort is not None:
            values["sort"], values["desc"] = self.sort.name, "1" if self.is_descending else None
        return {name: value for name, value in (values | changes).items() if value}

    def sorted_by(self, column: Column) -> dict[str, Any]:
        """Return the query of the same sorted by ``column``; asked once more, the other way round."""
        again = self.sort is column and not self.is_descending
        return self.address(sort=column.name, desc="1" if again else None)

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out but what the reader may not know of."""
        return bool(self.chosen or self.ids or self.ticks or self.since or self.until)


def asked(listing: Listing, given: Given) -> Asked:
    """Read what an address or a kept view asks; what the listing does not know is nothing asked."""
    wanted = {name for text in (*given.get("cols", ()), *given.get("col", ())) for name in text.split(",")}
    columns = tuple(column for column in listing.columns if column.name in wanted)
    sort = listing.column(_one(given, "sort"))
    numbers = {name: _id(_one(given, name)) for name in listing.ids}
    return Asked(
        listing=listing,
        columns=columns or listing.usual,
        sort=sort if sort is not None and sort.order is not None else None,
        is_descending=_one(given, "desc") == "1",
        chosen={name: value for name in listing.choices if (value := _one(given, name))},
        ids={name: number for name, number in numbers.items() if number is not None},
        ticks=frozenset(name for name in listing.ticks if _one(given, name) == "1"),
        since=_day(_one(given, "since")) if listing.day is not None else None,
        until=_day(_one(given, "until")) if listing.day is not None else None,
    )


def check_name(name: str) -> str:
    """Return what a view is called. Raises ``Invalid``."""
    bare = " ".join(name.split())
    if not bare or len(bare) > MAX_NAME or not bare.isprintable():
        raise Invalid(field="name", message=_l("Write a name of at most %(most)s characters.", most=MAX_NAME))
    return bare


def _one(given: Given, name: str) -> str:
    values = given.get(name, ())
    value = values[0] if values else ""
    return value if len(value) <= 64 and value.isprintable() else ""


def _id(text: str) -> int | None:
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        return None
    return number if (number := int(text)) <= _LARGEST_ID else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
