"""Pages of reports: one page that shows any of them, and the same as a PDF and as a workbook."""

from dataclasses import dataclass
from io import BytesIO

from flask import Blueprint, abort, render_template, request, send_file
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.accounts.models import PROVIDER_KINDS, Organisation
from matchmaker.errors import Invalid
from matchmaker.files.rules import PDF, XLSX
from matchmaker.messages import Message, _l
from matchmaker.metrics.models import ScopeKind
from matchmaker.metrics.periods import Month, Period
from matchmaker.metrics.queries import Scope
from matchmaker.reference.models import CITY_CODE
from matchmaker.statistics.reports import policies, queries, tables, typesetting, writing
from matchmaker.statistics.reports.rules import Report
from matchmaker.web import i18n
from matchmaker.web.access import protect, reader
from matchmaker.web.codes import codes
from matchmaker.web.database import session

bp = Blueprint("reports", __name__, url_prefix="/reports")

#: What sentences call the city: 全市.
_WHOLE_CITY = _l("the city")
#: No column of ids holds more digits.
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class _Asked:
    scope: Scope
    name: str
    #: What sentences call it.
    called: Message | str
    period: Period

    @property
    def word(self) -> str:
        """How the address names the scope."""
        return f"{self.scope.kind.value}:{self.scope.code}"


@bp.get("/")
@protect(policies.may_see)
def show() -> ResponseReturnValue:
    """Show the report of a scope and a month or year, with the ways to its files."""
    period, wrong = _period()
    asked = _asked(period)
    report = _report(asked)
    return render_template(
        "reports/show.html",
        asked=asked,
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
@protect(policies.may_see)
def as_pdf() -> ResponseReturnValue:
    """Send the report typeset."""
    asked = _asked_exactly()
    return _send(typesetting.pdf(_report(asked), i18n.language()), asked, PDF, "pdf")


@bp.get("/report.xlsx")
@protect(policies.may_see)
def as_workbook() -> ResponseReturnValue:
    """Send the report as a workbook."""
    asked = _asked_exactly()
    return _send(writing.workbook(_report(asked), i18n.language()), asked, XLSX, "xlsx")


def _send(content: bytes, asked: _Asked, kind: str, ending: str) -> ResponseReturnValue:
    name = f"{asked.name}-{asked.period}.{ending}"
    return send_file(BytesIO(content), mimetype=kind, as_attachment=True, download_name=name)


def _report(asked: _Asked) -> Report:
    return queries.report(session(), asked.scope, asked.period, name=asked.name, called=asked.called)


def _asked_exactly() -> _Asked:
    period, wrong = _period()
    return abort(404) if wrong else _asked(period)


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


def _asked(period: Period) -> _Asked:
    """Return what the address asks for, the reader's own where it names nothing; 404 where they may not open it."""
    word = request.args.get("of", "") or _own()
    kind, _colon, code = word.partition(":")
    if kind == ScopeKind.PROVIDER:
        body = _provider(code)
        if body is not None and policies.may_open_provider(reader(), body.id, body.district_code):
            return _Asked(Scope(ScopeKind.PROVIDER, code), body.name, body.name, period)
    elif kind == ScopeKind.CITY and not code and policies.may_open(reader(), ScopeKind.CITY, ""):
        return _Asked(Scope(ScopeKind.CITY), i18n.local_name(codes().districts[CITY_CODE]), _WHOLE_CITY, period)
    elif kind == ScopeKind.DISTRICT:
        districts = {one.code: one for one in codes().city_districts(CITY_CODE)}
        if code in districts and policies.may_open(reader(), ScopeKind.DISTRICT, code):
            name = i18n.local_name(districts[code])
            return _Asked(Scope(ScopeKind.DISTRICT, code), name, name, period)
    return abort(404)


def _own() -> str:
    who = reader()
    if who.is_city_bureau:
        return f"{ScopeKind.CITY.value}:"
    if who.is_bureau:
        return f"{ScopeKind.DISTRICT.value}:{who.district_code}"
    return f"{ScopeKind.PROVIDER.value}:{who.organisation_id}"


def _provider(code: str) -> Organisation | None:
    if not (code.isascii() and code.isdigit() and len(code) <= _DIGITS):
        return None
    body = session().get(Organisation, int(code))
    return body if body is not None and body.kind in PROVIDER_KINDS else None


def _choices() -> list[tuple[str, str]]:
    """Return the scopes that a bureau may choose: the address's word and the name. A provider has but its own."""
    who = reader()
    if not who.is_bureau:
        return []
    districts = [one for one in codes().city_districts(CITY_CODE) if who.is_bureau_of(one.code)]
    city = [(f"{ScopeKind.CITY.value}:", i18n.local_name(codes().districts[CITY_CODE]))] if who.is_city_bureau else []
    bodies = session().scalars(queries.providers(None if who.is_city_bureau else who.district_code or ""))
    return [
        *city,
        *((f"{ScopeKind.DISTRICT.value}:{one.code}", i18n.local_name(one)) for one in districts),
        *((f"{ScopeKind.PROVIDER.value}:{body.id}", body.name) for body in bodies),
    ]
