"""Pages of reports: one page that shows any of them, and the same as a PDF and as a workbook."""

from collections.abc import Callable

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.files.rules import PDF, XLSX
from matchmaker.messages import Message, _l
from matchmaker.metrics import asked as periods
from matchmaker.metrics.models import ScopeKind
from matchmaker.metrics.periods import Month, Period
from matchmaker.metrics.places import Place
from matchmaker.metrics.policies import may_see
from matchmaker.statistics import asked
from matchmaker.statistics.reports import queries, tables, typesetting, writing
from matchmaker.statistics.reports.rules import Report
from matchmaker.web import i18n
from matchmaker.web.access import protect, reader
from matchmaker.web.attachments import made
from matchmaker.web.database import session

bp = Blueprint("reports", __name__, url_prefix="/reports")

#: Whose reports a bureau may choose.
_KINDS = frozenset(ScopeKind) - {ScopeKind.INDUSTRY}
#: What sentences call the city: 全市.
_WHOLE_CITY = _l("the city")


@bp.get("/")
@protect(may_see)
def show() -> ResponseReturnValue:
    """Show the report of a scope and a month or year, with the ways to its files."""
    (period, wrong), place = _period(), asked.place("of")
    report = _report(place, period)
    return render_template(
        "reports/show.html",
        word=asked.word(place.scope),
        period=period,
        report=report,
        head=tables.head(report),
        about=tables.about(report, report.read_at.astimezone(clock.CIVIL_ZONE)),
        sections=tables.sections(report),
        notes=tables.notes(report),
        notes_title=tables.NOTES,
        choices=asked.choices(_KINDS) if reader().is_bureau else [],
        wrong=wrong,
    )


@bp.get("/report.pdf")
@protect(may_see)
def as_pdf() -> ResponseReturnValue:
    """Send the report typeset."""
    return _send(PDF, "pdf", typesetting.pdf)


@bp.get("/report.xlsx")
@protect(may_see)
def as_workbook() -> ResponseReturnValue:
    """Send the report as a workbook."""
    return _send(XLSX, "xlsx", writing.workbook)


def _send(kind: str, ending: str, write: Callable[[Report, str], bytes]) -> ResponseReturnValue:
    (period, wrong), place = _period(), asked.place("of")
    if wrong:
        abort(404)
    content = write(_report(place, period), i18n.language())
    name = f"{i18n.local_name(place)}-{period}.{ending}"
    return made(content, name, kind)


def _report(place: Place, period: Period) -> Report:
    name = i18n.local_name(place)
    called = _WHOLE_CITY if place.scope.kind is ScopeKind.CITY else name
    return queries.report(session(), place.scope, period, name=name, called=called)


def _period() -> tuple[Period, Message | None]:
    """Return the month or year that the address names, else last month; and what is wrong with what it names."""
    return periods.period(Period.month(Month.of(clock.today()).later(-1)))
