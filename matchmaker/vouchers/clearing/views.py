"""Pages of clearing batches: what is to be paid, one batch and its steps, its files for the bank."""

from collections.abc import Callable

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.db.pages import page_of
from matchmaker.errors import Invalid
from matchmaker.messages import Message, _l
from matchmaker.reference.models import District
from matchmaker.vouchers.clearing import operations, policies, queries, rules
from matchmaker.vouchers.clearing.forms import OutcomeForm, RefusalForm, failures, outcome_form
from matchmaker.vouchers.clearing.models import OUTCOME_LABELS, STATE_LABELS, Batch, BatchItem, Outcome
from matchmaker.vouchers.clearing.writing import KINDS, Encoding, Sheet
from matchmaker.web.access import protect, reader
from matchmaker.web.attachments import made
from matchmaker.web.database import session
from matchmaker.web.facets import chosen
from matchmaker.web.i18n import language
from matchmaker.web.idempotency import Reply, once
from matchmaker.web.paging import page_number

bp = Blueprint("batches", __name__, url_prefix="/batches")


@bp.get("/")
@protect(policies.may_list)
def index() -> ResponseReturnValue:
    """Show what is to be paid in each district, and the batches."""
    narrowing = chosen(*queries.FACETS)
    return render_template(
        "batches/index.html",
        payable=queries.payable_by_district(session(), reader()),
        page=page_of(session(), queries.batches(reader(), narrowing), number=page_number()),
        states=STATE_LABELS,
    )


@bp.post("/for/<district_code>")
@protect(policies.may_open, load=queries.district_by_code, as_="district")
def open_(district: District) -> ResponseReturnValue:
    """Put everything payable of a district into its open batch."""

    def act() -> Reply:
        batch = operations.open_(session(), district.code)
        return Reply(url_for("batches.show", batch_id=batch.id), _l("Batch %(number)s.", number=batch.number))

    return once(act)


@bp.get("/<int:batch_id>")
@protect(policies.may_see, load=queries.batch_by_id, as_="batch")
def show(batch: Batch) -> ResponseReturnValue:
    """Show a batch, its payments, its seal and its life."""
    return _page(batch)


def _page(batch: Batch, *, outcomes: OutcomeForm | None = None, refusal: RefusalForm | None = None) -> str:
    items = _items(batch)
    return render_template(
        "batches/show.html",
        batch=batch,
        items=items,
        total=sum(item.amount_fen for item in items),
        taken_out=[item for item in batch.items if item.outcome is Outcome.TAKEN_OUT],
        moves=session().scalars(queries.moves(batch)).all(),
        form=outcomes or outcome_form(items),
        refusal=refusal or RefusalForm(),
        steps=rules.STEPS,
        states=STATE_LABELS,
        outcomes=OUTCOME_LABELS,
        encodings=Encoding,
    )


def _items(batch: Batch) -> list[BatchItem]:
    return [item for item in batch.items if item.outcome is not Outcome.TAKEN_OUT]


@bp.post("/items/<int:item_id>/take-out")
@protect(policies.may_handle_item, load=queries.item_by_id, as_="item")
def take_out(item: BatchItem) -> ResponseReturnValue:
    """Leave a redemption for a later batch."""

    def act() -> Reply:
        operations.take_out(session(), item)
        return Reply(url_for("batches.show", batch_id=item.batch_id), _l("Taken out; it stays to be paid."))

    return once(act)


@bp.post("/<int:batch_id>/seal")
@protect(policies.may_handle, load=queries.batch_by_id, as_="batch")
def seal(batch: Batch) -> ResponseReturnValue:
    """Fix the batch."""
    done = _l("Batch %(number)s is sealed. Somebody who reviewed none of it approves it.", number=batch.number)
    return _step(batch, lambda: operations.seal(session(), batch), done)


@bp.post("/<int:batch_id>/approve")
@protect(policies.may_handle, load=queries.batch_by_id, as_="batch")
def approve(batch: Batch) -> ResponseReturnValue:
    """Agree to the batch."""
    done = _l("Batch %(number)s is approved for the bank.", number=batch.number)
    return _step(batch, lambda: operations.approve(session(), batch), done)


@bp.post("/<int:batch_id>/export")
@protect(policies.may_handle, load=queries.batch_by_id, as_="batch")
def export(batch: Batch) -> ResponseReturnValue:
    """Send it to the bank: its files can be fetched from now on."""
    done = _l("Batch %(number)s goes to the bank: fetch its file below.", number=batch.number)
    return _step(batch, lambda: operations.export(session(), batch), done)


@bp.post("/<int:batch_id>/dissolve")
@protect(policies.may_handle, load=queries.batch_by_id, as_="batch")
def dissolve(batch: Batch) -> ResponseReturnValue:
    """Give the batch up."""
    done = _l("Batch %(number)s is dissolved; its claims stay to be paid.", number=batch.number)
    return _step(batch, lambda: operations.dissolve(session(), batch), done)


@bp.post("/<int:batch_id>/refuse")
@protect(policies.may_handle, load=queries.batch_by_id, as_="batch")
def refuse(batch: Batch) -> ResponseReturnValue:
    """Open a sealed batch again."""
    form = RefusalForm(request.form)

    def act() -> Reply:
        operations.refuse(session(), batch, form.reason.data or "")
        return _reply(batch, _l("Batch %(number)s is open again.", number=batch.number))

    return once(act, form=form) or (_page(_again(batch), refusal=form), 422)


@bp.post("/<int:batch_id>/settle")
@protect(policies.may_handle, load=queries.batch_by_id, as_="batch")
def settle(batch: Batch) -> ResponseReturnValue:
    """Keep what came of each payment."""
    items = _items(batch)
    form = outcome_form(items, request.form)

    def act() -> Reply:
        if form.settled_on.data is None:
            raise Invalid(field="settled_on", message=_l("Write a date such as 2026-12-31."))
        operations.settle(session(), batch, failed=failures(form, items), on=form.settled_on.data)
        return _reply(batch, _l("What came of batch %(number)s is kept.", number=batch.number))

    return once(act, form=form) or (_page(_again(batch), outcomes=form), 422)


@bp.get("/<int:batch_id>/files/<kind>")
@protect(policies.may_fetch, load=queries.batch_to_fetch, as_="batch")
def fetch(batch: Batch) -> ResponseReturnValue:
    """Send the batch as a file for the bank or for people."""
    kind = (request.view_args or {}).get("kind", "")
    if kind not in KINDS:
        abort(404)
    encoding = Encoding.UTF_8 if request.args.get("encoding") == Encoding.UTF_8.value else Encoding.GB18030
    media_type, write = KINDS[kind]
    items = session().scalars(queries.items_of(batch.id)).all()
    operations.check_file(batch, items)
    lines = operations.lines_of(items)
    content = write(Sheet(batch.number, lines, batch.items_sha256 or ""), language(), encoding)
    charset = f"; charset={encoding.value}" if media_type.startswith("text/") else ""
    return made(content, f"{batch.number}.{kind}", media_type + charset)


def _step(batch: Batch, act: Callable[[], None], done: Message) -> ResponseReturnValue:
    def take() -> Reply:
        act()
        return _reply(batch, done)

    return once(take)


def _reply(batch: Batch, done: Message) -> Reply:
    return Reply(url_for("batches.show", batch_id=batch.id), done)


def _again(batch: Batch) -> Batch:
    return session().scalars(queries.batch_by_id(reader(), batch.id)).one()
