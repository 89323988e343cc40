"""What the rows of a spreadsheet would do, or what keeps them from it. Pure."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from matchmaker.catalogue.offerings.models import OfferingState
from matchmaker.catalogue.offerings.rules import KIND_FIELDS, OfferingText
from matchmaker.catalogue.sheets.columns import BY_NAME, COLUMNS, CellFault, Column, folded, headings
from matchmaker.catalogue.sheets.reading import Table
from matchmaker.errors import Invalid
from matchmaker.messages import Message, _l
from matchmaker.reference.queries import CodeLists

#: Where the form's field has another name than the column.
_FORM_NAMES = {"price_min": "price_min_fen", "price_max": "price_max_fen"}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a row, and in which column when one is to blame."""

    row: int
    column: Message | None
    message: Message


@dataclass(frozen=True, slots=True)
class Held:
    """An offering that the provider has already, as a spreadsheet may find it again."""

    id: int
    version: int
    state: OfferingState
    text: OfferingText


@dataclass(frozen=True, slots=True)
class Entry:
    """A row that says an offering: a new one, or ``held`` in other words."""

    row: int
    text: OfferingText
    #: What it becomes; ``None`` leaves the state alone.
    state: OfferingState | None
    held: Held | None = None

    @property
    def changed(self) -> list[Message]:
        """The columns in which it differs from what is held."""
        if self.held is None:
            return []
        now, then = self.text, self.held.text
        changed = [
            column.title for column in COLUMNS if column.name != "state" and _of(now, column) != _of(then, column)
        ]
        return [*changed, BY_NAME["state"].title] if self.publishes else changed

    @property
    def publishes(self) -> bool:
        """Whether the row shows to others what they did not see before."""
        was = OfferingState.DRAFT if self.held is None else self.held.state
        return self.state is OfferingState.PUBLISHED and was is OfferingState.DRAFT


@dataclass(frozen=True, slots=True)
class Plan:
    """What keeping a spreadsheet would do; nothing while there is any fault."""

    entries: list[Entry]
    faults: list[Fault]

    @property
    def new(self) -> list[Entry]:
        """Rows that add an offering."""
        return [entry for entry in self.entries if entry.held is None]

    @property
    def changed(self) -> list[Entry]:
        """Rows that rewrite one."""
        return [entry for entry in self.entries if entry.held is not None and entry.changed]

    @property
    def same(self) -> list[Entry]:
        """Rows that say what is said already."""
        return [entry for entry in self.entries if entry.held is not None and not entry.changed]

    @property
    def digest(self) -> str:
        """A word that is another one when the plan would do something else."""
        steps = [
            (entry.row, entry.held.id, entry.held.version) if entry.held else (entry.row,) for entry in self.entries
        ]
        return hashlib.sha256(repr(steps).encode()).hexdigest()[:16]


def plan(table: Table, held: Iterable[Held], *, lists: CodeLists, on: date, may_publish: bool = True) -> Plan:
    """Read every row of ``table`` and find what it would add or rewrite among ``held``."""
    columns, faults = columns_of(table.headings)
    if faults:
        return Plan([], faults)
    finder = _Finder(held, may_publish=may_publish)
    entries: list[Entry] = []
    for row, cells in table.rows:
        found = list(_row(row, cells, columns, lists=lists, on=on, finder=finder))
        faults += [one for one in found if isinstance(one, Fault)]
        entries += [one for one in found if isinstance(one, Entry)]
    return Plan(entries, faults)


def columns_of(written: Sequence[str], known: Sequence[Column] = COLUMNS) -> tuple[list[Column], list[Fault]]:
    """Return which of the ``known`` columns the headings of a sheet name, in its order, and what is wrong in them."""
    faults: list[Fault] = []
    columns: list[Column] = []
    named = headings(known)
    for place, heading in enumerate(written, start=1):
        column = named.get(folded(heading))
        if column is None:
            message = _l(
                "Column %(place)s, “%(heading)s”, is none of the template's.", place=place, heading=heading[:40]
            )
            faults.append(Fault(1, None, message))
        elif column in columns:
            faults.append(Fault(1, column.title, _l("This column stands in the sheet twice.")))
        else:
            columns.append(column)
    for column in known:
        if column.needed and column not in columns and not faults:
            faults.append(Fault(1, column.title, _l("This column is missing.")))
    return columns, faults


def _row(
    row: int, cells: list[str], columns: list[Column], *, lists: CodeLists, on: date, finder: "_Finder"
) -> Iterator[Fault | Entry]:
    values = values_of(row, cells, columns, lists=lists)
    if isinstance(values, Fault):
        yield values
    else:
        yield from _entry(row, values, on=on, finder=finder)


def values_of(row: int, cells: list[str], columns: Sequence[Column], *, lists: CodeLists) -> dict[str, Any] | Fault:
    """Return what the cells of a row stand for by the names of their columns, or the first fault."""
    if any(cells[len(columns) :]):
        return Fault(row, None, _l("There are more cells than headings; something stands in the wrong column."))
    values: dict[str, Any] = {}
    for column, cell in zip(columns, cells + [""] * (len(columns) - len(cells)), strict=False):
        try:
            if column.needed and not cell:
                raise CellFault(_l("This must be filled in."))
            values[column.name] = column.read(cell, lists)
        except CellFault as fault:
            return Fault(row, column.title, fault.message)
    return values


def _entry(row: int, values: dict[str, Any], *, on: date, finder: "_Finder") -> Iterator[Fault | Entry]:
    state = values.pop("state", None)
    try:
        held = finder.find(row, values)
        # Columns that the sheet leaves out stay as they are.
        kept = {} if held is None else {field.name: getattr(held.text, field.name) for field in fields(held.text)}
        text = _text(kept | values)
        text.check()
        entry = Entry(row, text, state, held)
        if entry.publishes or (held is not None and held.state is OfferingState.PUBLISHED):
            text.check_publishable(on=on)
        if entry.publishes and not finder.may_publish:
            message = _l("The bureau has not approved your organisation yet: keep drafts until then.")
            raise Invalid(field="state", message=message)
        if held is not None and held.state is OfferingState.PUBLISHED and state is OfferingState.DRAFT:
            raise Invalid(field="state", message=_l("It is published. Withdraw it on its page, then rewrite it."))
    except Invalid as error:
        column = BY_NAME.get(_FORM_NAMES.get(error.field, error.field))
        yield Fault(row, column.title if column else None, error.message)
        return
    yield entry


def _text(values: dict[str, Any]) -> OfferingText:
    values["price_max_fen"] = _highest(values)
    text = OfferingText(**{"description": "", **values})
    for kind, names in KIND_FIELDS.items():
        for name in names:
            if kind is not text.kind and values.get(name):
                message = _l("Only another kind of offering has this; leave it empty.")
                raise Invalid(field=name, message=message)
    return text


def _highest(values: dict[str, Any]) -> int | None:
    highest: int | None = values.get("price_max_fen")
    return values.get("price_min_fen") if highest is None else highest


def _of(text: OfferingText, column: Column) -> Any:
    return getattr(text, column.name)


class _Finder:
    """Finds again what a row says: by the provider's own number, or by the name of what has none."""

    def __init__(self, held: Iterable[Held], *, may_publish: bool) -> None:
        self.may_publish = may_publish
        self._by_reference: dict[str, Held] = {}
        self._by_title: dict[tuple[str, str], Held] = {}
        self._taken: dict[object, int] = {}
        for one in held:
            if one.text.reference:
                self._by_reference[one.text.reference] = one
            else:
                self._by_title.setdefault((one.text.kind, one.text.title), one)

    def find(self, row: int, values: dict[str, Any]) -> Held | None:
        """Return what the row rewrites, ``None`` for a new offering. Raises ``Invalid`` when another row did so."""
        reference = values.get("reference")
        named = (str(values["kind"]), values["title"])
        held = self._by_reference.get(reference) if reference else None
        held = held or self._by_title.get(named)
        for key in ("number", reference) if reference else ("name", *named), ("held", held.id if held else -row):
            other = self._taken.setdefault(key, row)
            if other != row:
                raise Invalid(
                    field="reference" if reference else "title",
                    message=_l("Row %(other)s says the same offering.", other=other),
                )
        if held is not None and held.state is OfferingState.CLOSED:
            raise Invalid(field="reference", message=_l("The offering with this number is closed and stays so."))
        return held
