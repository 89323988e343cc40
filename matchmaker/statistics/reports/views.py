"""Pages of reports: one page that shows any of them, and the same as a PDF and as a workbook."""

from collections.abc import Callable

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.errors import Invalid
from matchmaker.files.rules import PDF, XLSX
from matchmaker.messages import Message, _l
from matchmaker.metrics import places
from matchmaker.metrics.models import ScopeKind
from matchmaker.metrics.periods import Month, Period
from matchmaker.metrics.places import Place
from matchmaker.metrics.policies import may_see
from matchmaker.metrics.queries import CITY, Scope
from matchmaker.reference.models import CITY_CODE
from matchmaker.statistics.queries import providers
from matchmaker.statistics.reports import queries, tables, typesetting, writing
from matchmaker.statistics.reports.rules import Report
from matchmaker.web import i18n
from matchmaker.web.access import protect, reader
from matchmaker.web.attachments import made
from matchmaker.web.codes import codes
from matchmaker.web.database import session

bp = Blueprint("reports", __name__, url_prefix="/reports")

#: What sentences call the city: 全市.
_WHOLE_CITY = _l("the city")


@bp.get("/")
@protect(may_see)
def show() -> ResponseReturnValue:
    """Show the report of a scope and a month or year, with the ways to its files."""
    (period, wrong), place = _period(), _place()
    report = _report(place, period)
    return render_template(
        "reports/show.html",
        word=_word(place.scope),
        period=period,
        report=report,
        head=tables.head(report),
        about=tables.about(report, report.read_at.astimezone(clock.CIVIL_ZONE)),
        sections=tables.sections(report),
        notes=tables.notes(report),
        notes_title=tables.NOTES,
        choices=_choices(),
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
    (period, wrong), place = _period(), _place()
    if wrong:
        abort(404)
    content = write(_report(place, period), i18n.language())
    name = f"{i18n.local_name(place)}-{period}.{ending}"
    return made(content, name, kind)


def _report(place: Place, period: Period) -> Report:
    name = i18n.local_name(place)
    called = _WHOLE_CITY if place.scope.kind is ScopeKind.CITY else name
    return queries.report(session(), place.scope, period, name=name, called=called)


def _place() -> Place:
    """Return whose report is asked for, the reader's own where nobody is named; 404 where they may not open it."""
    kind, _colon, code = request.args.get("of", "").partition(":")
    found = places.of(session(), reader(), kind, code)
    return found if found is not None else abort(404)


def _period() -> tuple[Period, Message | None]:
    """Return the month or year that the address names, else last month; and what is wrong with what it names."""
    text = request.args.get("period", "").strip()
    last_month = Period.month(Month.of(clock.today()).later(-1))
    if not text:
        return last_month, None
    try:
        return Period.parse(text), None
    except Invalid as error:
        return last_month, error.message


def _word(scope: Scope) -> str:
    """Return how the address names a scope."""
    return f"{scope.kind.value}:{scope.code}"


def _choices() -> list[tuple[str, str]]:
    """Return the scopes that a bureau may choose: the address's word and the name. A provider has but its own."""
    who = reader()
    if not who.is_bureau:
        return []
    city = [(_word(CITY), i18n.local_name(codes().districts[CITY_CODE]))] if who.is_city_bureau else []
    districts = [one for one in codes().city_districts(CITY_CODE) if who.is_bureau_of(one.code)]
    bodies = session().scalars(providers("" if who.is_city_bureau else str(who.district_code)))
    return [
        *city,
        *((_word(Scope(ScopeKind.DISTRICT, one.code)), i18n.local_name(one)) for one in districts),
        *((_word(Scope(ScopeKind.PROVIDER, str(body.id))), body.name) for body in bodies),
    ]
