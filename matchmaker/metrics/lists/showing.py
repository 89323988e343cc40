"""What the pages of live and of frozen lists share: which period and list is asked for, the table, the files."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue

from matchmaker import clock, spreadsheets
from matchmaker.db import Base
from matchmaker.db.pages import PAGE_SIZE, Page
from matchmaker.errors import Invalid
from matchmaker.messages import Message, _l
from matchmaker.metrics import asked
from matchmaker.metrics.lists import columns, queries, rules, writing
from matchmaker.metrics.lists.models import LIST_LABELS, Freeze, ListKind
from matchmaker.metrics.lists.rules import Difference, Row
from matchmaker.metrics.periods import Month, Period
from matchmaker.web import looks
from matchmaker.web.attachments import made
from matchmaker.web.codes import codes
from matchmaker.web.database import session
from matchmaker.web.facets import ticked
from matchmaker.web.i18n import language, say
from matchmaker.web.paging import page_number

#: How many years back a period can be chosen.
_YEARS = 3

Read = Callable[[ListKind], Iterable[Row]]


def asked_period() -> Period:
    """Return the period in the address, else this year. Raises ``Invalid`` on what is none."""
    period, wrong = asked.period(Period.year(clock.today().year))
    if wrong is not None:
        raise Invalid(field="period", message=wrong)
    return period


def period_choices(chosen: Period) -> list[tuple[str, str]]:
    """Return the periods to choose from: years, their quarters and months that have begun, the latest first."""
    now = Month.of(clock.today())
    found = []
    for year in range(now.year, now.year - _YEARS, -1):
        found.append(Period.year(year))
        found += [Period.quarter(year, number) for number in (4, 3, 2, 1)]
        found += [Period.month(Month(year, number)) for number in range(12, 0, -1)]
    begun = [period for period in found if period.first <= now]
    return [(str(period), say(period.label)) for period in ([] if chosen in begun else [chosen]) + begun]


def asked_list(lists: Sequence[ListKind]) -> ListKind:
    """Return which of a scope's lists the address asks for, else the first."""
    asked = request.args.get("list", "")
    return next((list_ for list_ in lists if list_.value == asked), lists[0])


@dataclass(frozen=True, slots=True)
class Table:
    """One list on a page: its columns, and its rows or what differs from the list frozen before."""

    list: ListKind
    page: Page[Row] | Page[Difference]
    before: Freeze | None
    is_compared: bool

    @property
    def columns(self) -> tuple[columns.Column, ...]:
        """Its columns."""
        return columns.COLUMNS[self.list]


def table(list_: ListKind, page: Callable[[int], Page[Row]], *, before: Freeze | None, was: Read, now: Read) -> Table:
    """Return a page of a list; of what differs from ``before`` when that is asked for and there is one."""
    if before is None or not ticked("changes"):
        return Table(list_, page(page_number()), before, is_compared=False)
    differences = rules.compare(was(list_), now(list_), columns.names(list_))
    number = min(page_number(), max(1, -(-len(differences) // PAGE_SIZE)))
    part = differences[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return Table(list_, Page(rows=part, number=number, total=len(differences)), before, is_compared=True)


def render(template: str, shown: Table, **more: object) -> str:
    """Render a page of a list."""
    return render_template(
        template,
        table=shown,
        labels=LIST_LABELS,
        changes=rules.CHANGE_LABELS,
        cell=lambda column, row: columns.words(column, row.cells, codes(), language()),
        **more,
    )


def file(
    lists: Sequence[ListKind], read: Read, *, of: Base, name: str, about: Sequence[tuple[Message, str]]
) -> ResponseReturnValue:
    """Answer with all lists as a workbook, or with the one that is asked for as text with commas.

    The trail keeps under ``of`` who took it, and how many confidential needs it tells of.
    """
    taken = _Taken()
    answer = _file(lists, lambda list_: taken.follow(read(list_)), name=name, about=about)
    secret = queries.secret_count(session(), taken.needs)
    looks.note(of, file=name, rows=taken.rows, confidential=secret)
    return answer


class _Taken:
    """What goes into a file, counted on its way."""

    def __init__(self) -> None:
        self.rows = 0
        self.needs: set[int] = set()

    def follow(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield the rows."""
        for row in rows:
            self.rows += 1
            self.needs |= rules.needs_of([row])
            yield row


def _file(
    lists: Sequence[ListKind], read: Read, *, name: str, about: Sequence[tuple[Message, str]]
) -> ResponseReturnValue:
    words = writing.Words(codes(), language())
    if request.args.get("format") == "csv":
        list_ = asked_list(lists)
        return made(writing.commas(list_, read(list_), words), f"{name}-{list_}.csv", spreadsheets.CSV)
    sheets = ((list_, read(list_)) for list_ in lists)
    return made(writing.workbook(sheets, [*about, _made_at()], words), f"{name}.xlsx")


def _made_at() -> tuple[Message, str]:
    return _l("Made at"), clock.now().astimezone(clock.CIVIL_ZONE).strftime("%Y-%m-%d %H:%M")


def counted(lists: Sequence[ListKind], counts: dict[str, int]) -> Iterator[tuple[Message, str]]:
    """Yield how many rows each list has, for the sheet about them."""
    return ((LIST_LABELS[list_], str(counts.get(list_.value, 0))) for list_ in lists)
