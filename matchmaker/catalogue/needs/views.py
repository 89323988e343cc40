"""Pages of needs: the list, writing, one need."""

from datetime import date
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.accounts.mandates.queries import represented
from matchmaker.accounts.policies import anyone
from matchmaker.catalogue import edges
from matchmaker.catalogue.needs import operations, policies, queries
from matchmaker.catalogue.needs.forms import NeedForm, OnBehalfForm
from matchmaker.catalogue.needs.models import (
    CONFIDENTIALITY_LABELS,
    ENDING_LABELS,
    MODE_LABELS,
    STATE_LABELS,
    Confidentiality,
    Need,
    NeedState,
    SolutionMode,
)
from matchmaker.catalogue.needs.rules import VALIDITY, NeedText, confides_in, shown
from matchmaker.catalogue.policies import may_edit, may_match, may_see, owns
from matchmaker.catalogue.suggestions import glances
from matchmaker.db.pages import page_of
from matchmaker.messages import Message, _l
from matchmaker.web import looks
from matchmaker.web.access import protect, reader
from matchmaker.web.codes import codes
from matchmaker.web.database import session
from matchmaker.web.facets import Facet, Titles, chosen, facet, ticked
from matchmaker.web.forms import labels_of
from matchmaker.web.htmx import page_or_fragment
from matchmaker.web.i18n import say
from matchmaker.web.paging import page_number

bp = Blueprint("needs", __name__, url_prefix="/needs")
bp.record_once(
    lambda setup: setup.app.jinja_env.globals.update(
        new_form_id=edges.new_form_id, endings=ENDING_LABELS, need_validity=VALIDITY
    )
)

SORT_LABELS = {
    "newest": _l("Newest"),
    "deadline": _l("Deadline"),
    "budget": _l("Budget"),
    "ending": _l("Expiring first"),
}


@bp.get("/")
@protect(anyone)
def index() -> ResponseReturnValue:
    """List the needs the reader may know of."""
    filters = queries.NeedFilters(**chosen(*queries.FACETS), mine=ticked("mine"), ending=_soon())
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


def _soon() -> date | None:
    return clock.today() if ticked("ending") else None


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
@protect(policies.may_post)
def new() -> ResponseReturnValue:
    """Show an empty form."""
    form = new_form(data={"mode": SolutionMode.ANY, "confidentiality": Confidentiality.PUBLIC})
    return render_template("needs/edit.html", form=form, need=None)


@bp.get("/<int:need_id>/copy")
@protect(owns, load=queries.need_by_id, as_="need")
def copy(need: Need) -> ResponseReturnValue:
    """Show a form for a new need that begins with what this one says."""
    data = NeedText.of(need).plain() | {"organisation_id": need.organisation_id}
    if need.needed_by is not None and need.needed_by < clock.today():
        data["needed_by"] = None
    return render_template("needs/edit.html", form=new_form(data=data), need=None, copied=need)


@bp.post("/")
@protect(policies.may_post)
def create() -> ResponseReturnValue:
    """Keep a new need as a draft, or submit it at once."""
    form = new_form(request.form)
    need = edges.add(
        Need,
        form,
        form.text,
        reader(),
        publish=_submit_unchecked,
        rewrite=operations.rewrite,
        **_agency(form),
    )
    if need is None:
        return edges.refused("needs/edit.html", form=form, need=None)
    return _told(need)


def new_form(*arguments: Any, **more: Any) -> NeedForm:
    """Return the form of an enterprise for itself, or of somebody with mandates for one of several."""
    if not reader().mandates:
        return NeedForm(*arguments, **more)
    return OnBehalfForm(*arguments, enterprises=session().scalars(represented(reader())).all(), **more)


def _agency(form: NeedForm) -> dict[str, int | None]:
    """Return whose the need is and who posts it on their behalf."""
    who = reader()
    if not isinstance(form, OnBehalfForm):
        return {}
    return {"owner_id": form.organisation_id.data, "agent_id": who.organisation_id, "agent_person_id": who.person_id}


def _submit_unchecked(need: Need, text: NeedText) -> None:
    """Submit what still is to be, when its organisation may; otherwise it stays as it is."""
    if need.state in (NeedState.DRAFT, NeedState.RETURNED) and policies.may_submit(reader(), need):
        operations.submit(session(), need, text)


def _told(need: Need) -> ResponseReturnValue:
    """Say where the need stands now; what was submitted is shown with its best matches at once."""
    if need.state is NeedState.DRAFT:
        flash(say(_l("“%(title)s” is kept as a draft; only you see it.", title=need.title)), "success")
        return redirect(url_for("needs.show", need_id=need.id), code=303)
    said = _PUBLISHED if need.is_open else _SUBMITTED
    flash(say(Message(said.text, {"title": need.title})), "success")
    return redirect(url_for("matches.for_need", need_id=need.id), code=303)


_PUBLISHED = _l("“%(title)s” is published. These offerings fit it best.")
_SUBMITTED = _l("“%(title)s” was submitted; your bureau checks it. These offerings fit it best.")


@bp.get("/<int:need_id>")
@protect(may_see, load=queries.need_by_id, as_="need")
def show(need: Need) -> ResponseReturnValue:
    """Show a need as far as the reader may read it."""
    if confides_in(reader(), need):
        looks.note(need)
    moves = session().scalars(queries.moves(need)).all() if policies.may_see_history(reader(), need) else []
    return render_template(
        "needs/show.html",
        need=need,
        shown=shown(reader(), need),
        mode=MODE_LABELS[need.mode],
        confidentiality=CONFIDENTIALITY_LABELS[need.confidentiality],
        outcome=session().scalars(queries.last_end(need)).first() if need.ending else None,
        moves=moves,
        states=STATE_LABELS,
        field_labels=labels_of(NeedForm),
        today=clock.today(),
        alike=_alike(need),
    )


def _alike(need: Need) -> glances.Alike | None:
    """Return needs like an open one, for whom its match page is."""
    if not need.is_open or not may_match(reader(), need):
        return None
    index = current_app.extensions["matchmaker_indexes"].needs.current(session())
    return glances.needs_alike(session(), need, index, reader=reader())


@bp.get("/<int:need_id>/edit")
@protect(may_edit, load=queries.need_by_id, as_="need")
def edit(need: Need) -> ResponseReturnValue:
    """Show the form with what the need says, and the remarks of whoever returned it."""
    return render_template("needs/edit.html", form=NeedForm(obj=need), need=need, comments=comments_of(need))


def comments_of(need: Need) -> dict[str, str]:
    """Return the reviewer's remark on each field of a need that was returned."""
    if need.state is not NeedState.RETURNED:
        return {}
    move = session().scalars(queries.last_return(need)).one_or_none()
    return move.comments if move else {}


@bp.post("/<int:need_id>")
@protect(may_edit, load=queries.need_by_id, as_="need")
def update(need: Need) -> ResponseReturnValue:
    """Replace what the need says."""
    form = NeedForm(request.form)
    before = need.state
    if not edges.change(need, form, form.text, publish=_submit_unchecked, rewrite=operations.rewrite):
        need = read_again(need)
        return edges.refused("needs/edit.html", form=form, need=need, comments=comments_of(need))
    if need.state is not before:
        return _told(need)
    flash(say(_l("“%(title)s” is saved.", title=need.title)), "success")
    return redirect(url_for("needs.show", need_id=need.id), code=303)


def read_again(need: Need) -> Need:
    """Return the need with all that its pages show: a refusal forgets what was read in its transaction."""
    return session().scalars(queries.need_by_id(reader(), need.id)).one()


@bp.get("/<int:need_id>/versions")
@protect(policies.may_see_history, load=queries.need_by_id, as_="need")
def versions(need: Need) -> ResponseReturnValue:
    """Show what each version changed."""
    if confides_in(reader(), need):
        looks.note(need)
    page = edges.versions(need, NeedText.of(need), lambda text: NeedForm(data=text))
    return render_template("needs/versions.html", need=need, page=page)
