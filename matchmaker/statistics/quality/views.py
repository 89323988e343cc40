"""The page of what the records lack: how often, and the records themselves."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.db.pages import page_of
from matchmaker.metrics.freezes import queries as freezes
from matchmaker.statistics import policies
from matchmaker.statistics.quality import queries, rules
from matchmaker.web.access import protect, reader
from matchmaker.web.database import session
from matchmaker.web.facets import chosen
from matchmaker.web.paging import page_number

bp = Blueprint("quality", __name__, url_prefix="/statistics/quality")


@bp.get("/")
@protect(policies.may_see)
def index() -> ResponseReturnValue:
    """Show what is lacking and how often; of the one that is chosen also the records."""
    today, wanted = clock.today(), chosen("lack")["lack"]
    lack = next((one for one in queries.LACKS if one.name == wanted), None)
    found = queries.rows(reader(), lack, on=today) if lack is not None else None
    return render_template(
        "quality/index.html",
        lacks=queries.LACKS,
        counts=queries.counts(session(), reader(), on=today),
        lack=lack,
        page=page_of(session(), found, number=page_number()) if found is not None else None,
        days_since=rules.days_since,
        moved=len(freezes.moved_since_frozen(session(), only=freezes.in_scope(reader()))),
    )
