"""Pages of needs."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.accounts.policies import anyone
from matchmaker.catalogue import edges, operations, policies
from matchmaker.catalogue.models import STATE_LABELS, PostingState
from matchmaker.catalogue.needs import queries
from matchmaker.catalogue.needs.forms import NeedForm
from matchmaker.catalogue.needs.models import (
    CONFIDENTIALITY_LABELS,
    MODE_LABELS,
    Confidentiality,
    Need,
    SolutionMode,
)
from matchmaker.catalogue.needs.policies import may_post
from matchmaker.catalogue.needs.rules import NeedText, shown
from matchmaker.db.pages import page_of
from matchmaker.messages import _l
from matchmaker.web.access import protect, reader
from matchmaker.web.codes import codes
from matchmaker.web.database import session
from matchmaker.web.facets import Facet, Titles, chosen, facet, ticked
from matchmaker.web.htmx import page_or_fragment
from matchmaker.web.i18n import say
from matchmaker.web.paging import page_number

bp = Blueprint("needs", __name__, url_prefix="/needs")
bp.record_once(lambda setup: setup.app.jinja_env.globals.update(new_form_id=edges.new_form_id))

SORT_LABELS = {"newest": _l("Newest"), "deadline": _l("Deadline"), "budget": _l("Budget")}


@bp.get("/")
@protect(anyone)
def index() -> ResponseReturnValue:
    """List the needs the reader may know of."""
    filters = queries.NeedFilters(**chosen(*queries.FACETS), mine=ticked("mine"))
    page = page_of(
        session(), queries.listed_needs(reader(), filters, sort=chosen("sort")["sort"]), number=page_number()
    )
    return page_or_fragment(
        "needs/index.html",
        "needs/_results.html",
        page=page,
        shown=[shown(reader(), need) for need in page.rows],
        facets=_facets(filters),
        sorts=SORT_LABELS,
        filters=filters,
    )


def _facets(filters: queries.NeedFilters) -> list[Facet]:
    lists = codes()
    titles: Titles = {
        "state": (_l("State"), STATE_LABELS),
        "industry": (_l("Industry"), lists.industries),
        "district": (_l("District"), lists.districts),
        "mode": (_l("How it should be solved"), MODE_LABELS),
    }
    return [
        facet(name, title, queries.facet_base(reader(), filters, name), queries.FACETS[name], labels)
        for name, (title, labels) in titles.items()
    ]


@bp.get("/new")
@protect(may_post)
def new() -> ResponseReturnValue:
    """Show an empty form."""
    form = NeedForm(data={"mode": SolutionMode.ANY, "confidentiality": Confidentiality.PUBLIC})
    return render_template("needs/edit.html", form=form, need=None)


@bp.post("/")
@protect(may_post)
def create() -> ResponseReturnValue:
    """Keep a new need as a draft, or publish it at once."""
    form = NeedForm(request.form)
    need = edges.add(Need, form, form.text, reader())
    if need is None:
        return edges.refused("needs/edit.html", form=form, need=None)
    if need.state is PostingState.PUBLISHED:
        flash(say(_l("“%(title)s” is published. These offerings fit it best.", title=need.title)), "success")
        return redirect(url_for("matches.for_need", need_id=need.id), code=303)
    flash(say(_l("“%(title)s” is kept as a draft; only you see it.", title=need.title)), "success")
    return redirect(url_for("needs.show", need_id=need.id), code=303)


@bp.get("/<int:need_id>")
@protect(policies.may_see, load=queries.need_by_id, as_="need")
def show(need: Need) -> ResponseReturnValue:
    """Show a need as far as the reader may read it."""
    return render_template(
        "needs/show.html",
        need=need,
        shown=shown(reader(), need),
        mode=MODE_LABELS[need.mode],
        confidentiality=CONFIDENTIALITY_LABELS[need.confidentiality],
        today=clock.today(),
    )


@bp.get("/<int:need_id>/edit")
@protect(policies.may_edit, load=queries.need_by_id, as_="need")
def edit(need: Need) -> ResponseReturnValue:
    """Show the form with what the need says."""
    return render_template("needs/edit.html", form=NeedForm(obj=need), need=need)


@bp.post("/<int:need_id>")
@protect(policies.may_edit, load=queries.need_by_id, as_="need")
def update(need: Need) -> ResponseReturnValue:
    """Replace what the need says."""
    form = NeedForm(request.form)
    if not edges.change(need, form, form.text):
        return edges.refused("needs/edit.html", form=form, need=need)
    flash(say(_l("“%(title)s” is saved.", title=need.title)), "success")
    return redirect(url_for("needs.show", need_id=need.id), code=303)


@bp.post("/<int:need_id>/publish")
@protect(policies.owns, load=queries.need_by_id, as_="need")
def publish(need: Need) -> ResponseReturnValue:
    """Publish a draft."""
    return edges.move(
        need,
        lambda: operations.publish(session(), need, NeedText.of(need)),
        done=_l("“%(title)s” is published. These offerings fit it best."),
        to=url_for("matches.for_need", need_id=need.id),
    )


@bp.post("/<int:need_id>/withdraw")
@protect(policies.owns, load=queries.need_by_id, as_="need")
def withdraw(need: Need) -> ResponseReturnValue:
    """Take a need back to a draft."""
    return edges.move(
        need,
        lambda: operations.withdraw(session(), need),
        done=_l("“%(title)s” is a draft again; nobody else sees it."),
        to=url_for("needs.show", need_id=need.id),
    )


@bp.post("/<int:need_id>/close")
@protect(policies.owns, load=queries.need_by_id, as_="need")
def close(need: Need) -> ResponseReturnValue:
    """End a need."""
    return edges.move(
        need,
        lambda: operations.close(session(), need),
        done=_l("“%(title)s” is closed."),
        to=url_for("needs.show", need_id=need.id),
    )
