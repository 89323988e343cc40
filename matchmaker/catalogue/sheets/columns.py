"""The columns of the spreadsheet: how each is called, what stands in it, and what is made of that. Pure."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from matchmaker import money
from matchmaker.catalogue.offerings import hours
from matchmaker.catalogue.offerings.models import (
    COOPERATION_LABELS,
    IP_LABELS,
    KIND_LABELS,
    REACH_LABELS,
    STATE_LABELS,
    TRANSFER_LABELS,
    UNIT_LABELS,
    OfferingState,
    PriceUnit,
    Reach,
)
from matchmaker.catalogue.offerings.rules import OLDEST_MAKE, split_patents
from matchmaker.catalogue.rules import clean, split_keywords
from matchmaker.messages import Message, _l
from matchmaker.phrases import LANGUAGES, in_language
from matchmaker.reference.models import CITY_CODE
from matchmaker.reference.queries import Code, CodeLists

Labels = Mapping[Any, Message | Code]

YES, NO = _l("yes"), _l("no")
#: A posting comes in as one of these; the other states are reached on its page.
STATES = {state: STATE_LABELS[state] for state in (OfferingState.DRAFT, OfferingState.PUBLISHED)}


class CellFault(ValueError):
    """A cell that stands for nothing; the message says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Column:
    """One column. ``name`` is the field of ``OfferingText`` or "state"; ``read`` raises ``CellFault``."""

    name: str
    title: Message
    read: Callable[[str, CodeLists], Any]
    note: Message | None = None
    needed: bool = False
    #: What may be chosen, by what it stands for; empty where anything may be written.
    choices: Callable[[CodeLists], Labels] = field(default=lambda lists: {})
    many: bool = False
    width: int = 16


def label(thing: Message | Code, language: str) -> str:
    """Return what a choice is called."""
    if isinstance(thing, Message):
        return in_language(thing, language)
    return thing.name_en if language == "en" and thing.name_en else thing.name


def folded(text: str) -> str:
    """Return ``text`` without what does not tell one word from another: case, blanks, width, stars."""
    return "".join(unicodedata.normalize("NFKC", text).lower().replace("*", "").split())


def written(column: Column, value: Any, lists: CodeLists, language: str) -> str | int | float | date:
    """Return what stands in a cell for ``value``."""
    if value in (None, "", []):
        return ""
    if isinstance(value, bool):
        return in_language(YES if value else NO, language)
    choices = column.choices(lists)
    if column.many:
        marks = "，" if language == "zh" else ", "
        return marks.join(label(choices[one], language) if choices else str(one) for one in value)
    if choices:
        return label(choices[value], language)
    if column.name.endswith("_fen"):
        return float(money.plain(value, fen_per_unit=money.FEN_PER_YUAN))
    return value  # type: ignore[no-any-return]  # texts, numbers and days stand for themselves


def text_cell(text: str, _lists: CodeLists) -> str:
    """Return any text, cleaned."""
    return clean(text)


def maybe_cell(text: str, _lists: CodeLists) -> str | None:
    """Return any text, ``None`` for an empty cell."""
    return clean(text) or None


def _fen(text: str, _lists: CodeLists) -> int | None:
    if not text:
        return None
    try:
        return money.parse(text, fen_per_unit=money.FEN_PER_YUAN)
    except ValueError:
        raise CellFault(_l("Write an amount in figures, such as 12.5, not below zero.")) from None


def _whole(least: int, most: int) -> Callable[[str, CodeLists], int | None]:
    def read(text: str, _lists: CodeLists) -> int | None:
        if not text:
            return None
        if text.isdecimal() and len(text) < 10 and least <= int(text) <= most:
            return int(text)
        raise CellFault(_l("Write a whole number from %(least)s to %(most)s.", least=least, most=most))

    return read


def day_cell(text: str, _lists: CodeLists) -> date | None:
    """Return a civil day, in any of the usual forms."""
    if not text:
        return None
    plain = unicodedata.normalize("NFKC", text).replace("年", "-").replace("月", "-").replace("日", "")
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y-%m-%dT%H:%M:%S"):
        try:
            return datetime.strptime(plain, form).date()  # noqa: DTZ007 - a civil day has no zone
        except ValueError:
            continue
    raise CellFault(_l("Write a date such as 2026-12-31."))


def _hours(text: str, _lists: CodeLists) -> str:
    try:
        return hours.written(hours.parse(text))
    except hours.Unclear as unclear:
        raise CellFault(unclear.message) from None


def yes_cell(text: str, _lists: CodeLists) -> bool:
    """Return whether it says yes."""
    word = folded(text)
    if word in ("", "no", "n", "0", "false", "否", "不可", "不"):
        return False
    if word in ("yes", "y", "1", "true", "是", "可", "√"):
        return True
    raise CellFault(_l("Write “yes” or “no”."))


def _one(choices: Callable[[CodeLists], Labels], default: Any = None) -> Callable[[str, CodeLists], Any]:
    def read(text: str, lists: CodeLists) -> Any:
        if not text:
            return default
        return _chosen(text, choices(lists))

    return read


def _any(choices: Callable[[CodeLists], Labels]) -> Callable[[str, CodeLists], list[str]]:
    def read(text: str, lists: CodeLists) -> list[str]:
        labels = choices(lists)
        return sorted({str(_chosen(word, labels)) for word in split_keywords(text)})

    return read


def _chosen(text: str, labels: Labels) -> Any:
    word = folded(text)
    for value, thing in labels.items():
        if word in {folded(str(value)), *(folded(label(thing, language)) for language in LANGUAGES)}:
            return value
    raise CellFault(_l("“%(word)s” is not one of the choices.", word=text[:40]))


def labelled(labels: Mapping[Any, Message]) -> Callable[[CodeLists], Labels]:
    """Return choices that are no code list."""
    return lambda _lists: labels


def categories(lists: CodeLists) -> Labels:
    """Return the service categories by their codes."""
    return {code.code: code for code in lists.leaf_categories()}


def _districts(lists: CodeLists) -> Labels:
    return {code.code: code for code in lists.city_districts(CITY_CODE)}


def choice_column(
    name: str, title: Message, labels: Callable[[CodeLists], Labels], default: Any = None, **more: Any
) -> Column:
    """Return a column in which one of ``labels`` stands."""
    return Column(name, title, _one(labels, default), choices=labels, **more)


_COMMAS = _l("Several are separated by commas.")

COLUMNS = (
    Column(
        "reference",
        _l("Your own number of it"),
        maybe_cell,
        _l("A row with the number of an offering that you have rewrites it."),
    ),
    choice_column(
        "state", _l("State"), labelled(STATES), note=_l("Empty: a draft; a published offering stays published.")
    ),
    choice_column("kind", _l("Kind"), labelled(KIND_LABELS), needed=True),
    Column("title", _l("Name of the offering"), text_cell, needed=True, width=32),
    Column(
        "description",
        _l("What you do for the enterprise"),
        text_cell,
        _l("Processes, materials and figures are what needs are matched by: name them."),
        width=60,
    ),
    choice_column("category_code", _l("Service category"), categories, needed=True, width=24),
    choice_column(
        "industry_code", _l("Industry"), lambda lists: lists.industries, note=_l("Empty: serves every industry.")
    ),
    Column(
        "keywords",
        _l("Keywords"),
        lambda text, _lists: split_keywords(text),
        _l("One to five, separated by commas."),
        many=True,
        width=24,
    ),
    Column("price_min_fen", _l("Price from, in yuan"), _fen, _l("Empty: to be negotiated.")),
    Column("price_max_fen", _l("Price to, in yuan"), _fen, _l("Empty: the price is fixed.")),
    choice_column("price_unit", _l("Price is"), labelled(UNIT_LABELS), PriceUnit.PROJECT),
    Column("delivery_days", _l("Delivery in days"), _whole(1, 3650)),
    Column("trl", _l("Maturity (TRL 1–9)"), _whole(1, 9)),
    Column(
        "is_voucher_eligible",
        _l("Can be paid with innovation vouchers"),
        yes_cell,
        choices=labelled({True: YES, False: NO}),
    ),
    choice_column("reach", _l("Region served"), labelled(REACH_LABELS), Reach.CITY),
    Column(
        "served_districts", _l("Districts served"), _any(_districts), _COMMAS, choices=_districts, many=True, width=24
    ),
    Column("valid_from", _l("Can be ordered from"), day_cell, _l("Empty: at once.")),
    Column("valid_until", _l("Can be ordered until"), day_cell, _l("Empty: no end.")),
    Column("model", _l("Model"), text_cell, _l("Instruments only, as printed on the type plate.")),
    Column("accuracy", _l("Accuracy"), text_cell),
    Column("maker", _l("Maker"), text_cell),
    Column("made_in", _l("Year of make"), _whole(OLDEST_MAKE, 2100)),
    Column("location", _l("Where it stands"), text_cell),
    Column("booking_contact", _l("Whom to ask for an hour"), text_cell),
    Column(
        "bookable_hours",
        _l("Opening hours"),
        _hours,
        _l("Days and times; several are separated by a semicolon."),
        width=28,
    ),
    Column("booking_note", _l("Note on booking"), text_cell),
    Column("team_field", _l("Field"), text_cell, _l("Expert teams only.")),
    Column("team_lead", _l("Who leads it"), text_cell),
    Column("team_size", _l("Team size"), _whole(1, 999)),
    Column("achievements", _l("What the team has achieved"), text_cell, width=40),
    Column(
        "cooperation",
        _l("Ways of working together"),
        _any(labelled(COOPERATION_LABELS)),
        _COMMAS,
        choices=labelled(COOPERATION_LABELS),
        many=True,
        width=24,
    ),
    choice_column("ip_status", _l("Protected by"), labelled(IP_LABELS), note=_l("Technical results only.")),
    Column("patents", _l("Patent numbers"), lambda text, _lists: split_patents(text), _COMMAS, many=True, width=24),
    choice_column("transfer_mode", _l("How it changes hands"), labelled(TRANSFER_LABELS)),
)

BY_NAME = {column.name: column for column in COLUMNS}


def headings(columns: Sequence[Column] = COLUMNS) -> dict[str, Column]:
    """Return the columns by what a heading may call them, folded: in either language or by the field's name."""
    return {
        folded(name): column
        for column in columns
        for name in (column.name, *(in_language(column.title, language) for language in LANGUAGES))
    }
