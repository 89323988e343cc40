"""Pages of offerings."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.accounts.policies import anyone
from matchmaker.catalogue import edges, policies
from matchmaker.catalogue.offerings import operations, queries
from matchmaker.catalogue.offerings.forms import OfferingForm
from matchmaker.catalogue.offerings.models import (
    KIND_LABELS,
    STATE_LABELS,
    UNIT_LABELS,
    Offering,
    OfferingKind,
    PriceUnit,
)
from matchmaker.catalogue.offerings.policies import may_list
from matchmaker.catalogue.offerings.rules import OfferingText
from matchmaker.db.pages import page_of
from matchmaker.messages import _l
from matchmaker.web.access import protect, reader
from matchmaker.web.codes import codes
from matchmaker.web.database import session
from matchmaker.web.facets import Facet, Titles, chosen, facet, ticked
from matchmaker.web.htmx import page_or_fragment
from matchmaker.web.i18n import say
from matchmaker.web.ids import row_id
from matchmaker.web.paging import page_number

bp = Blueprint("offerings", __name__, url_prefix="/offerings")
# Offerings show up on many pages: lists, matches, search, home.
bp.record_once(lambda setup: setup.app.jinja_env.globals.update(offering_kinds=KIND_LABELS, price_units=UNIT_LABELS))

SORT_LABELS = {"newest": _l("Newest"), "price": _l("Price"), "delivery": _l("Delivery")}


@bp.get("/")
@protect(anyone)
def index() -> ResponseReturnValue:
    """List the offerings the reader may know of."""
    filters = queries.OfferingFilters(
        **chosen(*queries.FACETS),
        voucher=ticked("voucher"),
        mine=ticked("mine"),
        organisation_id=row_id("organisation"),
    )
    page = page_of(
        session(),
        queries.listed_offerings(reader(), filters, sort=chosen("sort")["sort"]),
        number=page_number(),
    )
    return page_or_fragment(
        "offerings/index.html",
        "offerings/_results.html",
        page=page,
        facets=_facets(filters),
        sorts=SORT_LABELS,
        filters=filters,
    )


def _facets(filters: queries.OfferingFilters) -> list[Facet]:
    lists = codes()
    titles: Titles = {
        "kind": (_l("Kind"), KIND_LABELS),
        "industry": (_l("Industry"), lists.industries),
        "category": (_l("Service category"), lists.categories),
        "district": (_l("District"), lists.districts),
        "state": (_l("State"), STATE_LABELS),
    }
    return [
        facet(name, title, queries.facet_base(reader(), filters, name), queries.FACETS[name], labels)
        for name, (title, labels) in titles.items()
    ]


@bp.get("/new")
@protect(may_list)
def new() -> ResponseReturnValue:
    """Show an empty form."""
    form = OfferingForm(data={"kind": OfferingKind.SERVICE, "price_unit": PriceUnit.PROJECT})
    return render_template("offerings/edit.html", form=form, offering=None)


@bp.post("/")
@protect(may_list)
def create() -> ResponseReturnValue:
    """Keep a new offering as a draft, or publish it at once."""
    form = OfferingForm(request.form)
    offering = edges.add(Offering, form, form.text, reader(), publish=_publish_draft)
    if offering is None:
        return edges.refused("offerings/edit.html", form=form, offering=None)
    if offering.is_open:
        flash(say(_l("“%(title)s” is published. It could serve these needs.", title=offering.title)), "success")
        return redirect(url_for("matches.for_offering", offering_id=offering.id), code=303)
    flash(say(_l("“%(title)s” is kept as a draft; only you see it.", title=offering.title)), "success")
    return redirect(url_for("offerings.show", offering_id=offering.id), code=303)


def _publish_draft(offering: Offering, text: OfferingText) -> None:
    if offering.is_draft:
        operations.publish(session(), offering, text)


@bp.get("/<int:offering_id>")
@protect(policies.may_see, load=queries.offering_by_id, as_="offering")
def show(offering: Offering) -> ResponseReturnValue:
    """Show an offering."""
    return render_template("offerings/show.html", offering=offering, today=clock.today())


@bp.get("/<int:offering_id>/edit")
@protect(policies.may_edit, load=queries.offering_by_id, as_="offering")
def edit(offering: Offering) -> ResponseReturnValue:
    """Show the form with what the offering says."""
    form = OfferingForm(obj=offering, price_min=offering.price_min_fen, price_max=offering.price_max_fen)
    return render_template("offerings/edit.html", form=form, offering=offering)


@bp.post("/<int:offering_id>")
@protect(policies.may_edit, load=queries.offering_by_id, as_="offering")
def update(offering: Offering) -> ResponseReturnValue:
    """Replace what the offering says."""
    form = OfferingForm(request.form)
    if not edges.change(offering, form, form.text, publish=_publish_draft):
        return edges.refused("offerings/edit.html", form=form, offering=offering)
    flash(say(_l("“%(title)s” is saved.", title=offering.title)), "success")
    return redirect(url_for("offerings.show", offering_id=offering.id), code=303)


@bp.post("/<int:offering_id>/publish")
@protect(policies.owns, load=queries.offering_by_id, as_="offering")
def publish(offering: Offering) -> ResponseReturnValue:
    """Publish a draft."""
    return edges.move(
        offering,
        lambda: operations.publish(session(), offering, OfferingText.of(offering)),
        done=_l("“%(title)s” is published. It could serve these needs."),
        to=url_for("matches.for_offering", offering_id=offering.id),
    )


@bp.post("/<int:offering_id>/withdraw")
@protect(policies.owns, load=queries.offering_by_id, as_="offering")
def withdraw(offering: Offering) -> ResponseReturnValue:
    """Take an offering back to a draft."""
    return edges.move(
        offering,
        lambda: operations.withdraw(session(), offering),
        done=_l("“%(title)s” is a draft again; nobody else sees it."),
        to=url_for("offerings.show", offering_id=offering.id),
    )


@bp.post("/<int:offering_id>/close")
@protect(policies.owns, load=queries.offering_by_id, as_="offering")
def close(offering: Offering) -> ResponseReturnValue:
    """End an offering."""
    return edges.move(
        offering,
        lambda: operations.close(session(), offering),
        done=_l("“%(title)s” is closed."),
        to=url_for("offerings.show", offering_id=offering.id),
    )
