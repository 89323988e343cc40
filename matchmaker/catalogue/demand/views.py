"""The page on which a provider sees which of its offerings nobody finds, and why."""

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from matchmaker.catalogue.demand import queries, rules
from matchmaker.catalogue.demand.findings import Counted
from matchmaker.catalogue.offerings.models import Offering
from matchmaker.catalogue.offerings.policies import may_list
from matchmaker.db.pages import Page
from matchmaker.web.access import protect, reader
from matchmaker.web.database import session
from matchmaker.web.paging import page_number

bp = Blueprint("demand", __name__, url_prefix="/offerings/found")
bp.record_once(lambda setup: setup.app.extensions.setdefault("matchmaker_findings", Counted()))

SHOWN = 50


@bp.get("/")
@protect(may_list)
def index() -> ResponseReturnValue:
    """List the reader's own offerings, those that fewest needs find first."""
    counted: Counted = current_app.extensions["matchmaker_findings"]
    findings = counted.current(session(), current_app.extensions["matchmaker_indexes"])
    own = _own()
    found = {row.id: findings.found(row.id) for row in own}
    own.sort(key=lambda row: (found[row.id], row.id))
    number = min(page_number(), max(1, -(-len(own) // SHOWN)))
    shown = own[(number - 1) * SHOWN : number * SHOWN]
    page = Page([rules.judged(row, findings) for row in shown], number, len(own), SHOWN)
    return render_template(
        "demand/index.html",
        page=page,
        findings=findings,
        unfound=sum(not times for times in found.values()),
    )


def _own() -> list[Offering]:
    return list(session().scalars(queries.own_offerings(reader().organisation_id)))
