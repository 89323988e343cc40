"""The columns of each list: what they are called and how their cells read on a page and in a file. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from matchmaker import money
from matchmaker.catalogue.needs.models import STATE_LABELS, NeedState
from matchmaker.contracts.introductions.models import STATE_LABELS as INTRODUCTION_LABELS
from matchmaker.contracts.introductions.models import IntroductionState
from matchmaker.messages import Message, _l
from matchmaker.metrics.lists.models import ListKind
from matchmaker.phrases import in_language
from matchmaker.reference.queries import Code, CodeLists

Plain = str | int | float | date
Write = Callable[[Any, CodeLists, str], Plain]

_FIRST, _REPEAT = _l("First time"), _l("Served before")
_INDUSTRY, _INTRODUCED, _BOTH = _l("Of its industry"), _l("Introduced to it"), _l("Both")
CAME = {"industry": _INDUSTRY, "introduced": _INTRODUCED, "both": _BOTH}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the name of its cells, its title, how a cell is written, and whether it is an amount or a count."""

    name: str
    title: Message
    write: Write
    width: int = 14
    is_number: bool = False
    is_fen: bool = False

    @property
    def is_short(self) -> bool:
        """Whether it is read better on one line: days, and the names of districts."""
        return self.write in (_day, _district)


def _text(value: Any, _lists: CodeLists, _language: str) -> Plain:
    return str(value)


def _count(value: Any, _lists: CodeLists, _language: str) -> Plain:
    return int(value)


def _fen(value: Any, _lists: CodeLists, _language: str) -> Plain:
    return float(money.plain(value, fen_per_unit=money.FEN_PER_YUAN))


def _day(value: Any, _lists: CodeLists, _language: str) -> Plain:
    return date.fromisoformat(value)


def _local(code: Code | None, value: str, language: str) -> str:
    if code is None:
        return value
    return code.name_en if language == "en" and code.name_en else code.name


def _district(value: Any, lists: CodeLists, language: str) -> Plain:
    return _local(lists.districts.get(value), value, language)


def _industry(value: Any, lists: CodeLists, language: str) -> Plain:
    return _local(lists.industries.get(value), value, language)


def _categories(value: Mapping[str, int], lists: CodeLists, language: str) -> Plain:
    marks = "、" if language == "zh" else ", "
    ordered = sorted(value.items(), key=lambda item: (-item[1], item[0]))
    return marks.join(f"{_local(lists.categories.get(code), code, language)} {count}" for code, count in ordered)


def _needs(value: Sequence[Mapping[str, Any]], _lists: CodeLists, language: str) -> Plain:
    return ("；" if language == "zh" else "; ").join(str(need["title"]) for need in value)


def _said(labels: Mapping[Any, Message], read: Callable[[str], Any]) -> Write:
    def write(value: Any, _lists: CodeLists, language: str) -> Plain:
        return in_language(labels[read(value)], language)

    return write


def _is_first(value: Any, _lists: CodeLists, language: str) -> Plain:
    return in_language(_FIRST if value else _REPEAT, language)


def _number(name: str, title: Message) -> Column:
    return Column(name, title, _count, is_number=True)


def _amount(name: str, title: Message) -> Column:
    return Column(name, title, _fen, is_number=True, is_fen=True)


_ENTERPRISE = Column("enterprise", _l("Enterprise"), _text, width=30)
_DISTRICT = Column("district", _l("District"), _district)
_INDUSTRY_COLUMN = Column("industry", _l("Industry"), _industry)
_STATE = Column("state", _l("State"), _said(STATE_LABELS, NeedState))
_TITLE = Column("title", _l("Need"), _text, width=36)
_BUDGET = _amount("budget_fen", _l("Budget in yuan"))

_TAGGED = (
    _TITLE,
    _ENTERPRISE,
    _DISTRICT,
    _INDUSTRY_COLUMN,
    _STATE,
    _BUDGET,
    Column("tagged_on", _l("On the list since"), _day),
    Column("evidence", _l("What shows it"), _text, width=50),
)

COLUMNS: Mapping[ListKind, tuple[Column, ...]] = {
    ListKind.SERVED: (
        _ENTERPRISE,
        _DISTRICT,
        _INDUSTRY_COLUMN,
        _number("services", _l("Services")),
        Column("categories", _l("By category"), _categories, width=40),
        _amount("amount_fen", _l("Amount in yuan")),
        _number("with_voucher", _l("Of these with a voucher")),
        Column("first_on", _l("First in the period"), _day),
        Column("last_on", _l("Last in the period"), _day),
        Column("is_first", _l("First or repeat"), _is_first),
    ),
    ListKind.NEEDS: (
        _TITLE,
        _ENTERPRISE,
        _DISTRICT,
        _INDUSTRY_COLUMN,
        Column("came", _l("Why it is listed"), _said(CAME, str)),
        _STATE,
        Column("introduction", _l("Introduction to this complex"), _said(INTRODUCTION_LABELS, IntroductionState)),
        _BUDGET,
        Column("needed_by", _l("Needed by"), _day),
        Column("published_on", _l("Published on"), _day),
        Column("solver", _l("Solved by"), _text, width=30),
    ),
    ListKind.TECHNOLOGIES: (
        Column("title", _l("Technology"), _text, width=32),
        _INDUSTRY_COLUMN,
        Column("summary", _l("What is to be solved"), _text, width=50),
        Column("target", _l("Expected target"), _text, width=40),
        _number("need_count", _l("Needs")),
        _number("enterprise_count", _l("Enterprises")),
        Column("needs", _l("Its needs"), _needs, width=60),
        Column("confirmed_on", _l("On the list since"), _day),
    ),
    ListKind.SHORTAGE: _TAGGED,
    ListKind.SUBSTITUTION: _TAGGED,
    ListKind.CHOKE_POINT: _TAGGED,
}


def plain(column: Column, cells: Mapping[str, Any], lists: CodeLists, language: str) -> Plain:
    """Return what stands in a cell of a file: a text, a number, yuan or a day; "" where there is nothing to say."""
    value = cells.get(column.name)
    if value is None or value in ("", {}, []):
        return ""
    return column.write(value, lists, language)


def words(column: Column, cells: Mapping[str, Any], lists: CodeLists, language: str) -> str:
    """Return what stands in a cell of a page."""
    value = plain(column, cells, lists, language)
    if isinstance(value, float):
        return money.grouped(cells[column.name], fen_per_unit=money.FEN_PER_YUAN)
    return f"{value:,}" if isinstance(value, int) else str(value)


def names(list_: ListKind) -> list[str]:
    """Return the names of a list's columns, which two periods are compared by."""
    return [column.name for column in COLUMNS[list_]]
