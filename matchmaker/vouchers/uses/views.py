"""Pages of uses: registering one with the amount explained, one use, saying that the service was done."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.contracts.agreements.models import Contract
from matchmaker.errors import Conflict, Invalid
from matchmaker.messages import Message, _l
from matchmaker.vouchers import policies as voucher_policies
from matchmaker.vouchers import queries as voucher_queries
from matchmaker.vouchers import rules as lives
from matchmaker.vouchers.models import Use, Voucher
from matchmaker.vouchers.schemes.rules import SchemeRules, Yuan
from matchmaker.vouchers.uses import operations, policies, queries, rules
from matchmaker.vouchers.uses.forms import ServedForm, UseForm
from matchmaker.vouchers.uses.rules import Working
from matchmaker.web.access import protect, reader
from matchmaker.web.database import session
from matchmaker.web.idempotency import Reply, once
from matchmaker.web.ids import chosen_id, row_id

bp = Blueprint("uses", __name__, url_prefix="/vouchers")
bp.record_once(lambda setup: setup.app.jinja_env.globals.update(as_percent=rules.percent))


@bp.get("/<int:voucher_id>/use")
@protect(voucher_policies.owns, load=voucher_queries.voucher_by_id, as_="voucher")
def new(voucher: Voucher) -> ResponseReturnValue:
    """Show the form; with values in the address, also what would be held and why, line by line."""
    contracts = _contracts(voucher)
    said = SchemeRules.of(voucher.scheme.rules_json)
    if "service_amount_fen" in request.args:
        form = UseForm(request.args, contracts=contracts, rules=said)
        return _page(voucher, form, _preview(voucher, form))
    wanted = next((one for one in contracts if one.id in (row_id("contract"), voucher.contract_id)), None)
    known = {}
    if wanted is not None or len(contracts) == 1:
        first = wanted or contracts[0]
        known = {"contract_id": first.id, "category_code": first.category_code}
        known["service_amount_fen"] = first.contract_amount_fen
    return _page(voucher, UseForm(data=known, contracts=contracts, rules=said), None)


@bp.post("/<int:voucher_id>/use")
@protect(voucher_policies.owns, load=voucher_queries.voucher_to_use, as_="voucher")
def create(voucher: Voucher) -> ResponseReturnValue:
    """Hold a part of the voucher for a service."""
    form = UseForm(request.form, rules=SchemeRules.of(voucher.scheme.rules_json))
    # A form that is carried out offers no choice; whose contract it is, is judged under its lock.
    form.contract_id.options = [(str(chosen_id("contract_id") or ""), "")]
    voucher_id = voucher.id

    def act() -> Reply:
        use, _working = operations.register(session(), voucher, form.contract_id.data, form.planned())
        return Reply(
            url_for("uses.show", use_id=use.id),
            _l("%(amount)s of the voucher are held for this service.", amount=str(Yuan(use.amount_fen))),
        )

    done = once(act, form=form)
    if done is not None:
        return done
    voucher = session().scalars(voucher_queries.voucher_by_id(reader(), voucher_id)).one()
    form.offer(_contracts(voucher))
    return _page(voucher, form, None), 422


@bp.get("/uses/<int:use_id>")
@protect(policies.may_see, load=queries.use_by_id, as_="use")
def show(use: Use) -> ResponseReturnValue:
    """Show one use: how its amount came about, and what is to be done next."""
    return _use_page(use, ServedForm(data={"served_on": use.served_on or clock.today()}))


@bp.post("/uses/<int:use_id>/serve")
@protect(policies.owns, load=queries.use_by_id, as_="use")
def serve(use: Use) -> ResponseReturnValue:
    """Say that the service was done."""
    form = ServedForm(request.form)
    use_id = use.id

    def act() -> Reply:
        operations.serve(session(), use, form.served_on.data)
        return Reply(url_for("uses.show", use_id=use_id), _l("The service is done; it can be claimed now."))

    done = once(act, form=form)
    return done or (_use_page(session().scalars(queries.use_by_id(reader(), use_id)).one(), form), 422)


@bp.post("/uses/<int:use_id>/give-up")
@protect(policies.owns, load=queries.use_by_id, as_="use")
def give_up(use: Use) -> ResponseReturnValue:
    """Free what a use holds."""

    def act() -> Reply:
        operations.give_up(session(), use)
        return Reply(
            url_for("vouchers.show", voucher_id=use.voucher_id),
            _l("The use was given up; its amount is free again."),
        )

    return once(act)


def _contracts(voucher: Voucher) -> list[Contract]:
    return list(session().scalars(queries.usable_contracts(voucher.enterprise_id).limit(200)))


def _preview(voucher: Voucher, form: UseForm) -> Working | None:
    """Work out what would be held; what keeps it from being held stands at its field."""
    if not form.validate():
        return None
    try:
        return operations.preview(session(), voucher, form.contract_id.data, form.planned())
    except Invalid as error:
        form.refuse(error)
    except Conflict as error:
        form.refuse(Invalid(field="", message=error.message))
    return None


def _page(voucher: Voucher, form: UseForm, working: Working | None) -> str:
    return render_template("vouchers/use.html", voucher=voucher, form=form, working=working, why_not=_why_not(voucher))


def _why_not(voucher: Voucher) -> Message | None:
    return lives.may_still_be_used(
        voucher.state, is_suspended=voucher.is_suspended, use_by=voucher.use_by, on=clock.today()
    )


def _use_page(use: Use, form: ServedForm) -> str:
    return render_template(
        "vouchers/use_show.html",
        use=use,
        form=form,
        rules=SchemeRules.of(use.scheme.rules_json),
        moves=session().scalars(queries.moves_of(use)).all(),
    )
