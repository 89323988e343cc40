"""The home page, the page of components, and the health check."""

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from matchmaker.accounts.models import KIND_LABELS
from matchmaker.accounts.policies import anyone
from matchmaker.accounts.queries import organisation_counts
from matchmaker.catalogue.needs.rules import shown
from matchmaker.home import queries
from matchmaker.web.access import protect, reader
from matchmaker.web.database import session

bp = Blueprint("home", __name__)


@bp.get("/")
@protect(anyone)
def index() -> ResponseReturnValue:
    """Show the reader's own home page."""
    who = reader()
    if who.is_admin:
        return render_template("home/admin.html", counts=organisation_counts(session()), kinds=KIND_LABELS)
    if who.is_enterprise:
        return _home("enterprise", own_needs=session().scalars(queries.own_needs(who)).all())
    if who.is_provider:
        return _home("provider", own_offerings=session().scalars(queries.own_offerings(who)).all())
    return _home("bureau" if who.is_bureau else "visitor")


def _home(role: str, **own: Any) -> ResponseReturnValue:
    who = reader()
    needs = session().scalars(queries.latest_needs(who)).all()
    return render_template(
        f"home/{role}.html",
        totals=queries.totals(session(), who),
        needs=[shown(who, need) for need in needs],
        offerings=session().scalars(queries.latest_offerings(who)).all(),
        **own,
    )


@bp.get("/components")
@protect(anyone)
def components() -> ResponseReturnValue:
    """Show every component of the design language."""
    return render_template("home/components.html")


@bp.get("/health")
@protect(anyone)
def health() -> ResponseReturnValue:
    """Answer "ok" when the database answers."""
    session().execute(text("SELECT 1"))
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}
