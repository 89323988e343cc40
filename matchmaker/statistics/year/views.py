"""Pages of an enterprise's year: the figures, and the records behind each of them."""

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.db.pages import page_of
from matchmaker.statistics.year import policies, queries, rules
from matchmaker.web.access import protect, reader
from matchmaker.web.database import session
from matchmaker.web.facets import chosen
from matchmaker.web.paging import page_number

bp = Blueprint("year", __name__, url_prefix="/year")


def _year() -> int:
    return rules.year_of(chosen("year")["year"], today=clock.today())


@bp.get("/")
@protect(policies.may_read)
def index() -> ResponseReturnValue:
    """Show what the year brought, beside the same days of the year before."""
    today, year = clock.today(), _year()
    now = rules.period(year, today=today)
    before = rules.year_before(now)
    lines = queries.lines(session(), reader(), now, before)
    return render_template(
        "year/index.html",
        year=year,
        years=range(today.year, max(rules.FIRST_YEAR, today.year - 4) - 1, -1),
        now=now,
        before=before,
        lines=lines,
        saved=rules.saved(lines),
    )


@bp.get("/records")
@protect(policies.may_read)
def records() -> ResponseReturnValue:
    """List the records behind a figure: exactly those that it counts."""
    wanted = chosen("figure")["figure"] or queries.FIGURES[0].name
    figure = next((one for one in queries.FIGURES if one.name == wanted), None) or abort(404)
    # The figures of a year that is over end on its last day, those beside a running one on the same day before.
    now = rules.period(_year(), today=clock.today())
    period = rules.year_before(now) if chosen("before")["before"] else now
    return render_template(
        "year/records.html",
        figure=figure,
        year=now.since.year,
        period=period,
        page=page_of(session(), queries.records(reader(), figure, period), number=page_number()),
        amount=figure.amount.key if figure.amount is not None else "",
        when=figure.when.key,
    )
