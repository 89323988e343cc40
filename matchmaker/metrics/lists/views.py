"""Pages of the live lists: a complex's three, and the city's three."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.accounts.models import Organisation
from matchmaker.db.pages import page_of
from matchmaker.messages import Message, _l
from matchmaker.metrics.lists import operations, policies, queries, rows, selects, showing
from matchmaker.metrics.lists.models import FREEZE_LABELS, Freeze
from matchmaker.metrics.periods import Period
from matchmaker.web.access import protect, reader
from matchmaker.web.database import session
from matchmaker.web.i18n import say
from matchmaker.web.idempotency import Reply, once
from matchmaker.web.paging import page_number

bp = Blueprint("three_lists", __name__, url_prefix="/lists")


@bp.get("/")
@protect(policies.may_list)
def index() -> ResponseReturnValue:
    """Show whose lists the reader may see, and what was frozen of them."""
    return render_template(
        "three_lists/index.html",
        complexes=page_of(session(), queries.complexes(reader()), number=page_number()),
        freezes=session().scalars(queries.listed_freezes(reader()).limit(20)).all(),
        states=FREEZE_LABELS,
    )


@bp.get("/complexes/<int:organisation_id>")
@protect(policies.may_see, load=queries.complex_by_id, as_="organisation")
def of_complex(organisation: Organisation) -> ResponseReturnValue:
    """Show one of a complex's lists of a period, or what changed since the last one."""
    period = showing.asked_period()
    return _live(_scope(organisation, period), period, drafts=queries.drafts(organisation.id))


@bp.get("/complexes/<int:organisation_id>/export")
@protect(policies.may_see, load=queries.complex_by_id, as_="organisation")
def export(organisation: Organisation) -> ResponseReturnValue:
    """Hand a complex's lists out as a file."""
    period = showing.asked_period()
    return _file(_scope(organisation, period), period, of=organisation, whose=organisation.name)


@bp.post("/complexes/<int:organisation_id>/freeze")
@protect(policies.may_draw_up, load=queries.complex_by_id, as_="organisation")
def freeze(organisation: Organisation) -> ResponseReturnValue:
    """Propose to freeze a complex's lists of a period."""
    period = Period.parse(request.form.get("period", ""))
    return _propose(_scope(organisation, period), period)


@bp.get("/city")
@protect(policies.may_see_city)
def of_city() -> ResponseReturnValue:
    """Show one of the city's lists of a period, or what changed since the last one."""
    return _live(selects.CITY, showing.asked_period())


@bp.get("/city/export")
@protect(policies.may_see_city)
def export_city() -> ResponseReturnValue:
    """Hand the city's lists out as a file."""
    bureau = session().get_one(Organisation, reader().organisation_id)
    return _file(selects.CITY, showing.asked_period(), of=bureau, whose=say(_l("The city")))


@bp.post("/city/freeze")
@protect(policies.may_draw_up_city)
def freeze_city() -> ResponseReturnValue:
    """Propose to freeze the city's lists of a period."""
    return _propose(selects.CITY, Period.parse(request.form.get("period", "")))


def _scope(organisation: Organisation, period: Period) -> selects.Scope:
    return selects.scope_of(session(), organisation, on=min(period.last_day, clock.today()))


def _live(scope: selects.Scope, period: Period, **more: object) -> str:
    who, list_ = reader(), showing.asked_list(scope.lists)
    before = session().scalars(queries.frozen_before(scope.name, period)).one_or_none()
    shown = showing.table(
        list_,
        lambda number: rows.page(session(), scope, list_, period, who, number=number),
        before=before,
        was=lambda one: rows.frozen(session(), before.id if before else 0, one, who),
        now=lambda one: rows.everything(session(), scope, one, period, who),
    )
    if "drafts" in more:
        more["drafts"] = session().scalars(more["drafts"]).all()  # type: ignore[call-overload]  # a select, as given above
    return showing.render(
        "three_lists/show.html",
        shown,
        scope=scope,
        period=period,
        periods=showing.period_choices(period),
        counts=rows.counts(session(), scope, period, who),
        kept=session().scalars(queries.kept(scope.name, period)).one_or_none(),
        states=FREEZE_LABELS,
        is_over=period.last_day < clock.today(),
        **more,
    )


def _file(scope: selects.Scope, period: Period, *, of: Organisation, whose: str) -> ResponseReturnValue:
    about: list[tuple[Message, str]] = [(_l("Whose"), whose), (_l("Period"), say(period.label))]
    return showing.file(
        scope.lists,
        lambda list_: rows.everything(session(), scope, list_, period, reader()),
        of=of,
        name=f"lists-{scope.name}-{str(period).replace('..', '-to-')}",
        about=about,
    )


def _propose(scope: selects.Scope, period: Period) -> ResponseReturnValue:
    # Before the transaction: others go on writing meanwhile.
    with operations.drawn_up(session(), scope, period) as drawn:

        def act() -> Reply:
            made: Freeze = operations.keep(session(), scope, period, drawn)
            said = _l("Proposed. Somebody else has to confirm it.")
            return Reply(url_for("frozen_lists.show", freeze_id=made.id), said)

        return once(act)
