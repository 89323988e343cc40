"""What the rows of a spreadsheet of services would record, or what keeps them from it. Pure."""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

from matchmaker.accounts.models import Organisation
from matchmaker.catalogue.sheets.columns import Column
from matchmaker.catalogue.sheets.reading import Table
from matchmaker.catalogue.sheets.rules import Fault, columns_of, values_of
from matchmaker.contracts.agreements.models import Contract
from matchmaker.contracts.services.columns import BY_NAME, COLUMNS
from matchmaker.contracts.services.queries import Directory
from matchmaker.contracts.services.rules import ServiceText
from matchmaker.errors import Invalid
from matchmaker.messages import _l
from matchmaker.reference.queries import CodeLists


@dataclass(frozen=True, slots=True)
class Entry:
    """A row that says a service."""

    row: int
    text: ServiceText
    enterprise: Organisation
    contract: Contract | None
    #: Another row of the sheet that says the same: perhaps by mistake.
    twin: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What keeping a spreadsheet would record; nothing while there is any fault."""

    entries: list[Entry]
    faults: list[Fault]

    @property
    def total_fen(self) -> int:
        """What the services cost together."""
        return sum(entry.text.amount_fen for entry in self.entries)

    @property
    def enterprises(self) -> int:
        """How many enterprises they were done for."""
        return len({entry.enterprise.id for entry in self.entries})

    @property
    def twins(self) -> list[Entry]:
        """Rows that say what another row says."""
        return [entry for entry in self.entries if entry.twin is not None]

    @property
    def digest(self) -> str:
        """A word that is another one when the plan would do something else."""
        steps = [(entry.row, entry.enterprise.id, entry.contract.id if entry.contract else 0) for entry in self.entries]
        return hashlib.sha256(repr(steps).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Cells:
    """The rows of a sheet as far as their cells can be read."""

    rows: list[tuple[int, dict[str, Any]]]
    faults: list[Fault]

    def named(self, column: str) -> list[Any]:
        """Return what stands in a column, each once."""
        return sorted({values[column] for _row, values in self.rows if values.get(column)})


def cells_of(table: Table, *, lists: CodeLists) -> Cells:
    """Read every cell of ``table``."""
    columns, faults = columns_of(table.headings, COLUMNS)
    rows: list[tuple[int, dict[str, Any]]] = []
    for row, cells in [] if faults else table.rows:
        values = values_of(row, cells, columns, lists=lists)
        if isinstance(values, Fault):
            faults.append(values)
        else:
            rows.append((row, values))
    return Cells(rows, faults)


def plan(cells: Cells, directory: Directory, *, on: date) -> Plan:
    """Return what the rows would record, or every fault with its row."""
    reader = _Reader(directory, on)
    entries: list[Entry] = []
    faults = list(cells.faults)
    for row, values in cells.rows:
        try:
            entries.append(reader.entry(row, dict(values)))
        except Invalid as error:
            column = _column(error.field)
            faults.append(Fault(row, column.title if column else None, error.message))
    return Plan(entries, sorted(faults, key=lambda fault: fault.row))


def _column(field: str) -> Column | None:
    return BY_NAME.get({"party": "enterprise"}.get(field, field))


class _Reader:
    """Reads row after row and remembers what the ones before said."""

    def __init__(self, directory: Directory, on: date) -> None:
        self._directory = directory
        self._on = on
        self._references: dict[str, int] = {}
        self._said: dict[object, int] = {}

    def entry(self, row: int, values: dict[str, Any]) -> Entry:
        """Return what the row says. Raises ``Invalid`` on its first fault."""
        enterprise = self._enterprise(values.pop("enterprise"))
        contract = self._contract(values.pop("contract_id", None), enterprise)
        text = ServiceText(**values)
        text.check(on=self._on)
        text.check_within(contract)
        self._check_reference(row, text.reference)
        same = (enterprise.id, text.served_on, text.category_code, text.amount_fen, text.description)
        first = self._said.setdefault(same, row)
        return Entry(row, text, enterprise, contract, twin=first if first != row else None)

    def _enterprise(self, name: str) -> Organisation:
        found = self._directory.enterprises.get(name) or self._directory.enterprises.get(name.upper(), [])
        if not found:
            raise Invalid(
                field="enterprise", message=_l("No enterprise of this name or credit code is in the directory.")
            )
        if len(found) > 1:
            raise Invalid(field="enterprise", message=_l("Several are called so; write the credit code."))
        return found[0]

    def _contract(self, contract_id: int | None, enterprise: Organisation) -> Contract | None:
        if contract_id is None:
            return None
        contract = self._directory.contracts.get(contract_id)
        if contract is None:
            raise Invalid(field="contract_id", message=_l("You have no confirmed contract of this number."))
        if contract.enterprise_id != enterprise.id:
            raise Invalid(field="contract_id", message=_l("This contract is with another enterprise."))
        return contract

    def _check_reference(self, row: int, reference: str | None) -> None:
        if not reference:
            return
        if reference in self._directory.taken:
            raise Invalid(field="reference", message=_l("A service with this number is recorded already."))
        other = self._references.setdefault(reference, row)
        if other != row:
            raise Invalid(field="reference", message=_l("Row %(other)s has the same number.", other=other))
