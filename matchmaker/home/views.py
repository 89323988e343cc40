"""The home page, the page of components, and the health check."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from matchmaker import clock
from matchmaker.accounts.models import KIND_LABELS
from matchmaker.accounts.policies import anyone
from matchmaker.accounts.queries import organisation_counts
from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.arrivals import queries as arrivals
from matchmaker.catalogue.needs.models import Need
from matchmaker.catalogue.needs.rules import ShownNeed, shown
from matchmaker.catalogue.offerings.queries import asked_after
from matchmaker.catalogue.policies import may_match
from matchmaker.catalogue.suggestions import glances
from matchmaker.catalogue.suggestions.views import indexes
from matchmaker.catalogue.twins import queries as twins
from matchmaker.contracts.introductions.rules import patience
from matchmaker.contracts.introductions.waiting import todo
from matchmaker.contracts.services.waiting import todo as contracts_todo
from matchmaker.home import queries
from matchmaker.metrics.lists import queries as three_lists
from matchmaker.registry.profiles.queries import waiting as proposals_waiting
from matchmaker.statistics import views as statistics
from matchmaker.vouchers.redemptions.queries import todo as claims_todo
from matchmaker.vouchers.waiting import todo as vouchers_todo
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
        return _enterprise(who)
    if who.is_provider:
        return _provider(who)
    needs = session().scalars(queries.latest_needs(who)).all()
    if who.is_bureau:
        return _bureau(who, needs)
    return _home("visitor", needs=_shown(who, needs), best=_best(who, needs))


def _bureau(who: Reader, needs: Sequence[Need]) -> ResponseReturnValue:
    return _home(
        "bureau",
        needs=_shown(who, needs),
        best=_best(who, needs),
        waiting=session().scalars(queries.waiting_needs(who)).all(),
        waiting_count=queries.count_waiting(session(), who),
        proposals=proposals_waiting(session(), who),
        twins=twins.count_open(session(), who),
        claims=claims_todo(session(), who),
        lists=three_lists.to_confirm(session(), who),
        **statistics.on_home(),
    )


def _enterprise(who: Reader) -> ResponseReturnValue:
    needs = session().scalars(queries.own_needs(who, on=clock.today())).all()
    claims = claims_todo(session(), who)
    return _home("enterprise", own_needs=_shown(who, needs), best=_best(who, needs), claims=claims, **_waiting(who))


def _provider(who: Reader) -> ResponseReturnValue:
    offerings = session().scalars(queries.own_offerings(who)).all()
    servable = glances.servable_needs(
        session(), offerings, indexes().needs.current(session()), reader=who, limit=queries.GLANCE
    )
    asked = session().scalars(asked_after(who.organisation_id)).all()
    posted = session().scalars(queries.own_needs(who, on=clock.today())).all() if who.mandates else []
    return _home(
        "provider",
        own_offerings=offerings[: queries.GLANCE],
        servable=servable,
        asked=asked[: queries.GLANCE],
        asked_count=len(asked),
        own_needs=_shown(who, posted),
        best=_best(who, posted),
        **_waiting(who),
    )


def _waiting(who: Reader) -> dict[str, int]:
    return {
        "arrivals": arrivals.count_unseen(session(), who, on=clock.today()),
        "twins": twins.count_open(session(), who),
    }


def _home(role: str, **own: Any) -> ResponseReturnValue:
    who = reader()
    return render_template(
        f"home/{role}.html",
        totals=queries.totals(session(), who),
        introductions=todo(session(), who, overdue_before=patience(clock.today()).overdue_before(clock.now())),
        contracts=contracts_todo(session(), who),
        vouchers=vouchers_todo(session(), who),
        offerings=session().scalars(queries.latest_offerings(who)).all(),
        **own,
    )


def _shown(who: Reader, needs: Sequence[Need]) -> list[ShownNeed]:
    return [shown(who, need) for need in needs]


def _best(who: Reader, needs: Sequence[Need]) -> dict[int, glances.BestOffering]:
    """Return the best match of those needs whose match pages the reader may open."""
    theirs = [need for need in needs if may_match(who, need)]
    return glances.best_offerings(session(), theirs, indexes().offerings.current(session()), on=clock.today())


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
