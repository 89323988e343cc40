"""Pages of services: the list, recording one, one with its steps, and correcting it."""

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from matchmaker.accounts.models import Organisation
from matchmaker.catalogue import edges
from matchmaker.contracts.agreements.models import SOURCE_LABELS, Contract
from matchmaker.contracts.agreements.writing import organisation_named
from matchmaker.contracts.introductions.models import Introduction, Side
from matchmaker.contracts.services import operations, policies, queries
from matchmaker.contracts.services.forms import EFFECT_LABELS, SATISFACTION_LABELS, RatingForm, ReasonForm, ServiceForm
from matchmaker.contracts.services.models import PAID_BY_LABELS, STATE_LABELS, ServiceRecord, ServiceState
from matchmaker.contracts.services.operations import Link
from matchmaker.contracts.services.rules import ServiceText, side_of
from matchmaker.db import transaction
from matchmaker.db.pages import page_of
from matchmaker.messages import _l
from matchmaker.web.access import protect, reader
from matchmaker.web.codes import codes
from matchmaker.web.database import session
from matchmaker.web.days import day_in
from matchmaker.web.facets import Facet, Titles, chosen, facet, ticked
from matchmaker.web.forms import submit
from matchmaker.web.htmx import page_or_fragment
from matchmaker.web.ids import LARGEST, row_id
from matchmaker.web.paging import page_number

bp = Blueprint("services", __name__, url_prefix="/services")

SORT_LABELS = {"newest": _l("Newest"), "oldest": _l("Oldest"), "amount": _l("Largest amount")}

bp.record_once(
    lambda setup: setup.app.jinja_env.globals.update(
        service_states=STATE_LABELS,
        service_payers=PAID_BY_LABELS,
        service_sources=SOURCE_LABELS,
        satisfactions=SATISFACTION_LABELS,
        effects=EFFECT_LABELS,
    )
)


@bp.get("/")
@protect(policies.may_list)
def index() -> ResponseReturnValue:
    """List the services of the reader's organisation, or of their bureau's district."""
    filters = queries.ServiceFilters(
        **chosen(*queries.FACETS),
        provider_id=row_id("provider"),
        enterprise_id=row_id("enterprise"),
        contract_id=row_id("contract"),
        since=day_in("since"),
        until=day_in("until"),
        voucher=ticked("voucher"),
        standing=ticked("standing"),
        rated=ticked("rated"),
    )
    statement = queries.listed_records(reader(), filters, sort=chosen("sort")["sort"])
    return page_or_fragment(
        "services/index.html",
        "services/_results.html",
        page=page_of(session(), statement, number=page_number()),
        facets=_facets(filters),
        sorts=SORT_LABELS,
        filters=filters,
    )


def _facets(filters: queries.ServiceFilters) -> list[Facet]:
    lists = codes()
    titles: Titles = {
        "state": (_l("State"), STATE_LABELS),
        "category": (_l("Service category"), lists.categories),
        "source": (_l("How the two sides met"), SOURCE_LABELS),
        "paid": (_l("Paid by"), PAID_BY_LABELS),
        "district": (_l("District"), lists.districts),
        "industry": (_l("Industry"), lists.industries),
    }
    return [
        facet(name, title, queries.facet_base(reader(), filters, name), queries.FACETS[name], labels)
        for name, (title, labels) in titles.items()
    ]


@bp.get("/new")
@protect(policies.may_record)
def new() -> ResponseReturnValue:
    """Show the form of one service, filled in from the contract or the introduction it came of."""
    link = _link(request.args)
    form = ServiceForm(has_party=_is_free(link), data=_filled_in(link))
    return _edit_page(form, link=link)


@bp.post("/")
@protect(policies.may_record)
def create() -> ResponseReturnValue:
    """Record one service. One form records one, however often it is sent."""
    link = _link(request.form)
    form = ServiceForm(request.form, has_party=_is_free(link))
    key = edges.form_key(f"service-{reader().organisation_id}")

    def act() -> ServiceRecord:
        there = session().scalars(queries.sent_before(key)).one_or_none()
        return there or _record(form, link, key)

    try:
        record = submit(form, act)
    except IntegrityError:
        # Two clicks at once: the other one's record is there now.
        record = submit(form, act)
    if record is None:
        return _edit_page(form, link=link), 422
    return edges.told(_l("The service is recorded. The enterprise is asked to confirm it."), to=_page_of(record))


def _record(form: ServiceForm, link: Link, key: str) -> ServiceRecord:
    text = form.text()
    enterprise: Organisation
    if link.contract is not None:
        enterprise = link.contract.enterprise
    elif link.introduction is not None:
        enterprise = link.introduction.enterprise
    else:
        enterprise = organisation_named(form.party.data or "", side=Side.PROVIDER)
    own_id = reader().organisation_id or 0
    return operations.record(session(), text, provider_id=own_id, enterprise=enterprise, link=link, key=key)


def _link(values: object) -> Link:
    """Return the contract or the introduction that the address or the form names; one of others is a 404."""
    contract_id, introduction_id = (_id(values, name) for name in ("contract", "introduction"))
    if contract_id is not None:
        own = queries.own_contracts(reader()).where(Contract.id == contract_id)
        return Link(contract=session().scalars(own).one_or_none() or abort(404))
    if introduction_id is not None:
        theirs = queries.own_introductions(reader()).where(Introduction.id == introduction_id)
        return Link(introduction=session().scalars(theirs).one_or_none() or abort(404))
    return Link()


def _id(values: object, name: str) -> int | None:
    text = values.get(name, "")  # type: ignore[attr-defined]  # the query's and the form's dictionaries alike
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 11 and int(text) <= LARGEST):
        abort(404)
    return int(text)


def _is_free(link: Link) -> bool:
    return link.contract is None and link.introduction is None


def _filled_in(link: Link) -> dict[str, object]:
    if link.contract is not None:
        return {"category_code": link.contract.category_code}
    if link.introduction is not None and link.introduction.offering is not None:
        return {"category_code": link.introduction.offering.category_code}
    return {}


def _edit_page(form: ServiceForm, *, link: Link | None = None, record: ServiceRecord | None = None) -> str:
    is_open = record is None and link is not None and _is_free(link)
    return render_template(
        "services/edit.html",
        form=form,
        link=link,
        record=record,
        contracts=session().scalars(queries.own_contracts(reader()).limit(20)).all() if is_open else [],
        new_form_id=edges.new_form_id,
    )


@bp.get("/<int:record_id>")
@protect(policies.may_see, load=queries.record_by_id, as_="record")
def show(record: ServiceRecord) -> ResponseReturnValue:
    """Show one service with its steps, and to its enterprise what may be said of it."""
    return show_page(record)


def show_page(record: ServiceRecord, *, rating: RatingForm | None = None, reason: ReasonForm | None = None) -> str:
    """Render one record, with the forms by which it is answered."""
    return render_template(
        "services/show.html",
        record=record,
        side=side_of(reader(), record),
        moves=session().scalars(queries.moves(record)).all(),
        correction=session().scalars(queries.correction_of(record)).one_or_none(),
        former=session().scalars(queries.record_of_id(record.supersedes_id)).one_or_none(),
        rating=rating or RatingForm(obj=record),
        reason=reason or ReasonForm(),
        recorded=ServiceState.RECORDED,
    )


@bp.get("/<int:record_id>/correct")
@protect(policies.may_correct, load=queries.record_by_id, as_="record")
def edit(record: ServiceRecord) -> ResponseReturnValue:
    """Show what is recorded, to correct it."""
    form = ServiceForm(obj=ServiceText.of(record), has_party=False, is_correction=True)
    return _edit_page(form, record=record)


@bp.post("/<int:record_id>/correct")
@protect(policies.may_correct, load=queries.record_by_id, as_="record")
def correct(record: ServiceRecord) -> ResponseReturnValue:
    """Replace a record by its correction, which the enterprise confirms anew."""
    form = ServiceForm(request.form, has_party=False, is_correction=True)

    def act() -> ServiceRecord:
        return operations.correct(session(), record, form.text(), (form.words.data or "").strip())

    corrected = submit(form, act)
    if corrected is None:
        return _edit_page(form, record=read_again(record)), 422
    return edges.told(_l("The correction is recorded. The enterprise is asked to confirm it."), to=_page_of(corrected))


@bp.post("/<int:record_id>/take-back")
@protect(policies.may_take_back, load=queries.record_by_id, as_="record")
def take_back(record: ServiceRecord) -> ResponseReturnValue:
    """Say that it was recorded by mistake."""
    form = ReasonForm(request.form)

    def act() -> bool:
        operations.take_back(session(), record, form.said())
        return True

    done = submit(form, act)
    if not done:
        return show_page(read_again(record), reason=form), 422
    return edges.told(_l("Taken back. The record stays readable and counts no more."), to=_page_of(record))


@bp.post("/<int:record_id>/confirm")
@protect(policies.may_answer, load=queries.record_by_id, as_="record")
def confirm(record: ServiceRecord) -> ResponseReturnValue:
    """Say that it was done as recorded, and how it was."""
    form = RatingForm(request.form)

    def act() -> bool:
        operations.confirm(session(), record, form.rating())
        return True

    done = submit(form, act)
    if not done:
        return show_page(read_again(record), rating=form), 422
    return edges.told(_l("Confirmed. Thank you."), to=_page_of(record))


@bp.post("/<int:record_id>/rate")
@protect(policies.may_answer, load=queries.record_by_id, as_="record")
def rate(record: ServiceRecord) -> ResponseReturnValue:
    """Say afterwards how a confirmed service was."""
    form = RatingForm(request.form)

    def act() -> bool:
        operations.rate(session(), record, form.rating())
        return True

    done = submit(form, act)
    if not done:
        return show_page(read_again(record), rating=form), 422
    return edges.told(_l("Your rating is kept."), to=_page_of(record))


@bp.post("/<int:record_id>/dispute")
@protect(policies.may_answer, load=queries.record_by_id, as_="record")
def dispute(record: ServiceRecord) -> ResponseReturnValue:
    """Say that it was not done as recorded."""
    form = ReasonForm(request.form)

    def act() -> bool:
        operations.dispute(session(), record, form.said())
        return True

    done = submit(form, act)
    if not done:
        return show_page(read_again(record), reason=form), 422
    return edges.told(_l("The complex or institute is told what is wrong."), to=_page_of(record))


@bp.get("/to-confirm")
@protect(policies.may_confirm_many)
def waiting() -> ResponseReturnValue:
    """List what the enterprise is to confirm."""
    return _waiting_page(RatingForm())


def _waiting_page(form: RatingForm) -> str:
    page = page_of(session(), queries.to_confirm(reader()), number=page_number(), size=_MANY)
    return render_template("services/to_confirm.html", page=page, form=form)


#: Services on the page where many are confirmed at once.
_MANY = 50


@bp.post("/to-confirm")
@protect(policies.may_confirm_many)
def confirm_many() -> ResponseReturnValue:
    """Confirm those that were ticked, or all that the page showed."""
    name = "shown" if "all" in request.form else "record"
    ids = {int(text) for text in request.form.getlist(name)[:_MANY] if text.isdecimal() and len(text) < 10}
    form = RatingForm(request.form)
    if not ids:
        form.satisfaction.errors = [_l("Tick the services that you confirm.")]
        return _waiting_page(form), 422
    if not form.validate():
        return _waiting_page(form), 422
    with transaction(session()):
        rows = session().scalars(queries.chosen_to_confirm(reader(), ids)).all()
        number = operations.confirm_many(session(), rows, form.rating())
    return edges.told(_l("%(count)s services confirmed.", count=number), to=url_for("services.waiting"))


def read_again(record: ServiceRecord) -> ServiceRecord:
    """Return it with all that its page shows: a refusal forgets what was read in its transaction."""
    return session().scalars(queries.record_by_id(reader(), record.id)).one()


def _page_of(record: ServiceRecord) -> str:
    return url_for("services.show", record_id=record.id)
