"""The columns of a spreadsheet of services. Pure."""

import re
import unicodedata

from matchmaker import money
from matchmaker.catalogue.sheets.columns import (
    NO,
    YES,
    CellFault,
    Column,
    categories,
    choice_column,
    day_cell,
    labelled,
    maybe_cell,
    text_cell,
    yes_cell,
)
from matchmaker.contracts.services.models import PAID_BY_LABELS
from matchmaker.contracts.services.rules import minutes
from matchmaker.messages import _l
from matchmaker.reference.queries import CodeLists

_CONTRACT = re.compile(r"C\d{4}-(\d{1,9})")


def _yuan(text: str, _lists: CodeLists) -> int:
    try:
        return money.typed(text, may_be_zero=True)
    except money.Unclear as unclear:
        raise CellFault(unclear.message) from None


def _hours(text: str, _lists: CodeLists) -> int | None:
    try:
        return minutes(unicodedata.normalize("NFKC", text))
    except ValueError:
        raise CellFault(_l("Write hours in figures, such as 1.5.")) from None


def _contract(text: str, _lists: CodeLists) -> int | None:
    """Return the id in a contract's number."""
    if not text:
        return None
    found = _CONTRACT.fullmatch(unicodedata.normalize("NFKC", text).strip().upper())
    if found is None:
        raise CellFault(_l("Write the contract's number as on its page, such as C2026-000123."))
    return int(found[1])


COLUMNS = (
    Column(
        "enterprise",
        _l("Enterprise"),
        text_cell,
        _l("Its full name as in the directory, or its credit code."),
        needed=True,
        width=32,
    ),
    Column("served_on", _l("Done on"), day_cell, needed=True),
    choice_column("category_code", _l("Service category"), categories, needed=True, width=24),
    Column("description", _l("What was done"), text_cell, needed=True, width=48),
    Column("amount_fen", _l("Amount in yuan"), _yuan, _l("0 where it was free of charge."), needed=True),
    choice_column("paid_by", _l("Paid by"), labelled(PAID_BY_LABELS), needed=True, width=24),
    Column("with_voucher", _l("With an innovation voucher"), yes_cell, choices=labelled({True: YES, False: NO})),
    Column("instrument_minutes", _l("Hours of an instrument"), _hours),
    Column(
        "contract_id",
        _l("Contract"),
        _contract,
        _l("Its number on this platform. Empty: the service is recorded as done without a match."),
    ),
    Column("reference", _l("Your own number of it"), maybe_cell, _l("A number that you have used is refused.")),
)

BY_NAME = {column.name: column for column in COLUMNS}
