"""Pages of offerings."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.accounts.policies import anyone
from matchmaker.catalogue import edges, policies
from matchmaker.catalogue.offerings import operations, queries, rules
from matchmaker.catalogue.offerings.forms import OfferingForm, blank, filled, kind_of, of_text
from matchmaker.catalogue.offerings.hours import Unclear, parse, written
from matchmaker.catalogue.offerings.models import (
    COOPERATION_LABELS,
    IP_LABELS,
    KIND_LABELS,
    REACH_LABELS,
    STATE_LABELS,
    TRANSFER_LABELS,
    UNIT_LABELS,
    Offering,
)
from matchmaker.catalogue.offerings.policies import may_list, may_publish, may_see_history
from matchmaker.catalogue.offerings.rules import OfferingText
from matchmaker.catalogue.openings import noting
from matchmaker.db import transaction
from matchmaker.db.pages import page_of
from matchmaker.messages import _l
from matchmaker.web.access import protect, reader
from matchmaker.web.codes import codes
from matchmaker.web.database import session
from matchmaker.web.facets import Facet, Titles, chosen, facet, ticked
from matchmaker.web.htmx import page_or_fragment
from matchmaker.web.i18n import language, say
from matchmaker.web.ids import row_id
from matchmaker.web.paging import page_number

bp = Blueprint("offerings", __name__, url_prefix="/offerings")
# Offerings show up on many pages: lists, matches, search, home.
bp.record_once(
    lambda setup: setup.app.jinja_env.globals.update(
        offering_kinds=KIND_LABELS, price_units=UNIT_LABELS, freshness=rules.FRESHNESS, opening=_opening
    )
)


def _opening(text: str) -> str:
    """Return opening hours in the reader's language; what nobody can read stays as it was typed."""
    try:
        return written(parse(text), language())
    except Unclear:
        return text


SORT_LABELS = {"newest": _l("Newest"), "price": _l("Price"), "delivery": _l("Delivery")}
INSTRUMENT_SORT_LABELS = {"newest": _l("Newest"), "price": _l("Price"), "model": _l("Model")}
#: Rows of instruments are one line each, so a page holds more of them.
INSTRUMENTS_SHOWN = 50


@bp.get("/")
@protect(anyone)
def index() -> ResponseReturnValue:
    """List the offerings the reader may know of."""
    filters = queries.OfferingFilters(
        **chosen(*queries.FACETS),
        **chosen("serves"),
        voucher=ticked("voucher"),
        mine=ticked("mine"),
        asked=ticked("asked"),
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


@bp.get("/instruments")
@protect(anyone)
def instruments() -> ResponseReturnValue:
    """List instruments with what tells one from another: model, accuracy, price and hours."""
    filters = queries.InstrumentFilters(
        **chosen("district", "industry", "category", "price", "model", "accuracy"),
        weekend=ticked("weekend"),
        voucher=ticked("voucher"),
    )
    page = page_of(
        session(),
        queries.listed_instruments(filters, sort=chosen("sort")["sort"]),
        number=page_number(),
        size=INSTRUMENTS_SHOWN,
    )
    lists = codes()
    titles: Titles = {
        "district": (_l("District"), lists.districts),
        "industry": (_l("Industry"), lists.industries),
        "category": (_l("Service category"), lists.categories),
    }
    facets = [
        facet(name, title, queries.instruments(filters, besides=name), queries.FACETS[name], labels)
        for name, (title, labels) in titles.items()
    ]
    return page_or_fragment(
        "offerings/instruments.html",
        "offerings/_instruments.html",
        page=page,
        facets=facets,
        filters=filters,
        prices=queries.PRICES_YUAN,
        sorts=INSTRUMENT_SORT_LABELS,
    )


@bp.get("/new")
@protect(may_list)
def new() -> ResponseReturnValue:
    """Show an empty form of the kind that is asked for."""
    kind = kind_of(request.args)
    return render_template("offerings/edit.html", form=blank(kind), kind=kind, offering=None)


@bp.post("/")
@protect(may_list)
def create() -> ResponseReturnValue:
    """Keep a new offering as a draft, or publish it at once."""
    kind = kind_of(request.form)
    form = OfferingForm(request.form, of_kind=kind)
    offering = edges.add(Offering, form, form.text, reader(), publish=_publish_draft)
    if offering is None:
        return edges.refused("offerings/edit.html", form=form, kind=kind, offering=None)
    if offering.is_open:
        flash(say(_l("“%(title)s” is published. It could serve these needs.", title=offering.title)), "success")
        return redirect(url_for("matches.for_offering", offering_id=offering.id), code=303)
    flash(say(_l("“%(title)s” is kept as a draft; only you see it.", title=offering.title)), "success")
    return redirect(url_for("offerings.show", offering_id=offering.id), code=303)


def _publish_draft(offering: Offering, text: OfferingText) -> None:
    if offering.is_draft and may_publish(reader(), offering):
        operations.publish(session(), offering, text)


@bp.get("/<int:offering_id>")
@protect(policies.may_see, load=queries.offering_by_id, as_="offering")
def show(offering: Offering) -> ResponseReturnValue:
    """Show an offering."""
    noting.note_from_address(offering)
    return render_template(
        "offerings/show.html",
        offering=offering,
        standing=rules.standing(offering, on=clock.today()),
        labels={
            "reach": REACH_LABELS,
            "ip": IP_LABELS,
            "transfer": TRANSFER_LABELS,
            "cooperation": COOPERATION_LABELS,
        },
    )


@bp.get("/<int:offering_id>/versions")
@protect(may_see_history, load=queries.offering_by_id, as_="offering")
def versions(offering: Offering) -> ResponseReturnValue:
    """Show what each version changed."""
    page = edges.versions(offering, OfferingText.of(offering), of_text)
    return render_template("offerings/versions.html", offering=offering, page=page)


@bp.get("/<int:offering_id>/edit")
@protect(policies.may_edit, load=queries.offering_by_id, as_="offering")
def edit(offering: Offering) -> ResponseReturnValue:
    """Show the form with what the offering says."""
    return render_template("offerings/edit.html", form=filled(offering), kind=offering.kind, offering=offering)


@bp.post("/<int:offering_id>")
@protect(policies.may_edit, load=queries.offering_by_id, as_="offering")
def update(offering: Offering) -> ResponseReturnValue:
    """Replace what the offering says."""
    kind = kind_of(request.form)
    form = OfferingForm(request.form, of_kind=kind)
    if not edges.change(offering, form, form.text, publish=_publish_draft):
        return edges.refused("offerings/edit.html", form=form, kind=kind, offering=offering)
    flash(say(_l("“%(title)s” is saved.", title=offering.title)), "success")
    return redirect(url_for("offerings.show", offering_id=offering.id), code=303)


@bp.post("/<int:offering_id>/publish")
@protect(may_publish, load=queries.offering_by_id, as_="offering")
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


@bp.post("/<int:offering_id>/pause")
@protect(policies.owns, load=queries.offering_by_id, as_="offering")
def pause(offering: Offering) -> ResponseReturnValue:
    """Let nobody order an offering for a while."""
    return edges.move(
        offering,
        lambda: operations.pause(session(), offering),
        done=_l("“%(title)s” is paused; it stays listed and cannot be ordered."),
        to=url_for("offerings.show", offering_id=offering.id),
    )


@bp.post("/<int:offering_id>/resume")
@protect(policies.owns, load=queries.offering_by_id, as_="offering")
def resume(offering: Offering) -> ResponseReturnValue:
    """Let an offering be ordered again."""
    return edges.move(
        offering,
        lambda: operations.resume(session(), offering),
        done=_l("“%(title)s” can be ordered again."),
        to=url_for("offerings.show", offering_id=offering.id),
    )


@bp.post("/<int:offering_id>/confirm")
@protect(policies.owns, load=queries.offering_by_id, as_="offering")
def confirm(offering: Offering) -> ResponseReturnValue:
    """Keep that an offering is still right."""
    is_asked = offering.asked_at is not None
    return edges.move(
        offering,
        lambda: operations.confirm(session(), offering),
        done=_l("“%(title)s” is confirmed."),
        to=url_for("home.index") if is_asked else url_for("offerings.show", offering_id=offering.id),
    )


@bp.post("/confirm")
@protect(may_list)
def confirm_all() -> ResponseReturnValue:
    """Confirm everything that the reader's organisation is asked about."""
    with transaction(session()):
        number = operations.confirm_all(session(), reader().organisation_id or 0)
    flash(say(_l("%(number)s offerings are confirmed.", number=number)), "success")
    return redirect(url_for("home.index"), code=303)
