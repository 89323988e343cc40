"""Pages of vouchers for enterprises: what is held, what may still be claimed, applying, one voucher."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from matchmaker.accounts.models import Organisation
from matchmaker.accounts.registration.models import TYPE_LABELS
from matchmaker.catalogue.needs.models import Need
from matchmaker.contracts.agreements.models import Contract
from matchmaker.contracts.introductions.models import Introduction
from matchmaker.db import instants
from matchmaker.db.pages import page_of
from matchmaker.errors import Conflict, Invalid
from matchmaker.messages import Message, _l
from matchmaker.vouchers import endings, operations, policies, queries, rules
from matchmaker.vouchers.forms import ApplicationForm
from matchmaker.vouchers.models import PAIR_LABELS, USE_LABELS, VOUCHER_LABELS, Voucher, VoucherState
from matchmaker.vouchers.rules import Application, Claimable
from matchmaker.vouchers.schemes import queries as schemes
from matchmaker.vouchers.schemes.models import Scheme
from matchmaker.vouchers.schemes.rules import Condition, SchemeRules
from matchmaker.web.access import protect, reader
from matchmaker.web.codes import codes
from matchmaker.web.database import session
from matchmaker.web.facets import Facet, chosen, facet
from matchmaker.web.htmx import page_or_fragment
from matchmaker.web.idempotency import Reply, once
from matchmaker.web.ids import row_id
from matchmaker.web.paging import page_number

bp = Blueprint("vouchers", __name__, url_prefix="/vouchers")
bp.record_once(
    lambda setup: setup.app.jinja_env.globals.update(
        voucher_states=VOUCHER_LABELS,
        use_states=USE_LABELS,
        region_pairs=PAIR_LABELS,
        voucher_steps=rules.STEP_LABELS,
        enterprise_types=TYPE_LABELS,
    )
)

#: Where an application may come from: query value → table, and the column that says whose it is.
_ORIGINS: dict[str, tuple[Any, Any]] = {
    "need": (Need, Need.organisation_id),
    "introduction": (Introduction, Introduction.enterprise_id),
    "contract": (Contract, Contract.enterprise_id),
}


@dataclass(frozen=True, slots=True)
class Offered:
    """A scheme in force as one enterprise sees it: what it may ask for, and each condition."""

    scheme: Scheme
    rules: SchemeRules
    claimable: Claimable
    conditions: list[Condition]
    is_open: bool
    #: The conditions on what the enterprise has yet to state in its application.
    to_state: tuple[str, ...]

    @property
    def may_apply(self) -> bool:
        """Whether an application would be taken now."""
        failed = [one for one in self.conditions if not one.holds and one.name not in _STATED]
        return self.is_open and not failed and self.claimable.most_fen > 0


#: Conditions on what the enterprise states in its application.
_STATED = ("staff", "revenue_fen", "revenue_before_fen")


@bp.get("/")
@protect(policies.may_list)
def index() -> ResponseReturnValue:
    """List the vouchers in scope; an enterprise also sees what it may still ask for."""
    wanted = chosen(*queries.FACETS)
    page = page_of(session(), queries.listed(reader(), wanted), number=page_number())
    return page_or_fragment(
        "vouchers/index.html",
        "vouchers/_results.html",
        page=page,
        filters=wanted,
        facets=_facets(wanted) if reader().is_bureau else [],
        offered=_offered() if reader().is_enterprise else [],
    )


def _facets(wanted: dict[str, str]) -> list[Facet]:
    titles: dict[str, tuple[Message, Any]] = {
        "state": (_l("State"), VOUCHER_LABELS),
        "district": (_l("District"), codes().districts),
    }
    return [
        facet(name, title, queries.listed(reader(), {**wanted, name: ""}), queries.FACETS[name], labels)
        for name, (title, labels) in titles.items()
    ]


@bp.get("/new")
@protect(policies.may_apply)
def new() -> ResponseReturnValue:
    """Show the schemes to choose from, or the form of the one chosen, filled in as far as is known."""
    offered, origin, scheme_id = _offered(), _origin_values(request.args), row_id("scheme")
    # For a contract, what the enterprise holds already comes before what it may ask for.
    held = _usable() if "contract" in origin and scheme_id is None else []
    fitting = [one for one in offered if one.may_apply and scheme_id in (None, one.scheme.id)]
    found = fitting[0] if len(fitting) == 1 and not held else None
    if found is None:
        return render_template("vouchers/choose.html", offered=offered, origin=origin, held=held)
    form = ApplicationForm(rules=found.rules, data=_known(found, origin))
    return _apply_page(found, form)


@bp.post("/")
@protect(policies.may_apply)
def create() -> ResponseReturnValue:
    """Apply."""
    scheme = _scheme_asked_for()
    found = _offer(scheme)
    form = ApplicationForm(request.form, rules=found.rules)

    def act() -> Reply:
        enterprise = _enterprise()
        voucher = operations.apply(session(), scheme, enterprise, _application(form, enterprise.id))
        return Reply(
            url_for("vouchers.show", voucher_id=voucher.id),
            _l("Your application %(number)s was handed in; your bureau reviews it.", number=voucher.number),
        )

    return once(act, form=form) or (_apply_page(_offer(scheme), form), 422)


@bp.get("/<int:voucher_id>")
@protect(policies.may_see, load=queries.voucher_by_id, as_="voucher")
def show(voucher: Voucher) -> ResponseReturnValue:
    """Show one voucher: what is left, what is held, by which rules, what happened so far."""
    return render_template(
        "vouchers/show.html",
        voucher=voucher,
        rules=SchemeRules.of(voucher.scheme.rules_json),
        uses=session().scalars(queries.uses_of(voucher)).all(),
        moves=session().scalars(queries.moves(voucher)).all(),
        use_moves=session().scalars(queries.use_moves(voucher)).all(),
        sums=_sums(voucher),
    )


@bp.get("/<int:voucher_id>/change")
@protect(policies.owns, load=queries.voucher_by_id, as_="voucher")
def change(voucher: Voucher) -> ResponseReturnValue:
    """Show the form with what the returned application says, and why it was returned."""
    if voucher.state is not VoucherState.RETURNED:
        raise Conflict(_l("Only an application that was returned can be changed."))
    found = _offer(voucher.scheme, besides=voucher)
    return _apply_page(found, ApplicationForm(obj=voucher, rules=found.rules), voucher)


@bp.post("/<int:voucher_id>/change")
@protect(policies.owns, load=queries.voucher_by_id, as_="voucher")
def apply_again(voucher: Voucher) -> ResponseReturnValue:
    """Send a returned application in anew."""
    found = _offer(voucher.scheme, besides=voucher)
    form = ApplicationForm(request.form, rules=found.rules)
    number, voucher_id = voucher.number, voucher.id

    def act() -> Reply:
        operations.apply_again(session(), voucher, _application(form, voucher.enterprise_id))
        return Reply(
            url_for("vouchers.show", voucher_id=voucher_id),
            _l("Your application %(number)s was handed in again.", number=number),
        )

    done = once(act, form=form)
    if done is not None:
        return done
    voucher = session().scalars(queries.voucher_by_id(reader(), voucher_id)).one()
    return _apply_page(_offer(voucher.scheme, besides=voucher), form, voucher), 422


@bp.post("/<int:voucher_id>/withdraw")
@protect(policies.owns, load=queries.voucher_by_id, as_="voucher")
def withdraw(voucher: Voucher) -> ResponseReturnValue:
    """Take an application back."""

    def act() -> Reply:
        operations.withdraw(session(), voucher)
        return Reply(url_for("vouchers.index"), _l("Your application %(number)s was withdrawn.", number=voucher.number))

    return once(act)


@bp.post("/<int:voucher_id>/hand-back")
@protect(policies.owns, load=queries.voucher_by_id, as_="voucher")
def hand_back(voucher: Voucher) -> ResponseReturnValue:
    """Give the rest of a voucher back."""

    def act() -> Reply:
        endings.hand_back(session(), voucher)
        return Reply(
            url_for("vouchers.show", voucher_id=voucher.id),
            _l("What was left on voucher %(number)s is in the pool again.", number=voucher.number),
        )

    return once(act)


def _sums(voucher: Voucher) -> dict[str, int]:
    """Return what became of the face: left, held, settled, taken back."""
    account = voucher.account
    if account is None:
        return {}
    settled = sum(use.settled_fen or 0 for use in session().scalars(queries.uses_of(voucher)))
    return {
        "left": account.available_fen,
        "held": account.debits_pending,
        "settled": settled,
        "gone": voucher.face_fen - account.posted_fen - settled,
    }


def _usable() -> list[Voucher]:
    today = instants.today(session())
    return [
        one
        for one in session().scalars(queries.issued_to(reader().organisation_id or 0))
        if one.account is not None
        and one.account.available_fen > 0
        and rules.may_still_be_used(one.state, is_suspended=one.is_suspended, use_by=one.use_by, on=today) is None
    ]


def _enterprise() -> Organisation:
    return session().get_one(Organisation, reader().organisation_id)


def _scheme_asked_for() -> Scheme:
    wanted = request.form.get("scheme_id", "")
    found = session().get(Scheme, int(wanted)) if wanted.isdecimal() and len(wanted) < 10 else None
    if found is None or not session().scalars(schemes.scheme_by_id(reader(), found.id)).one_or_none():
        raise Invalid(field="", message=_l("Choose the scheme from the list."))
    return found


def _offered() -> list[Offered]:
    enterprise = _enterprise()
    return [
        found
        for scheme in session().scalars(schemes.in_force())
        if enterprise.district_code in (found := _offer(scheme)).rules.pools_fen
    ]


def _offer(scheme: Scheme, *, besides: Voucher | None = None) -> Offered:
    enterprise = _enterprise()
    said = SchemeRules.of(scheme.rules_json)
    stated = Application(
        face_fen=0,
        purpose="",
        staff=besides.staff if besides else None,
        revenue_fen=besides.revenue_fen if besides else None,
        revenue_before_fen=besides.revenue_before_fen if besides else None,
    )
    return Offered(
        scheme,
        said,
        queries.claimable(session(), scheme, said, enterprise, besides=besides),
        said.conditions(queries.facts(session(), scheme, enterprise, stated)),
        said.takes_applications(instants.today(session())),
        tuple(name for name in _STATED if getattr(stated, name) is None),
    )


def _origin_values(values: Any) -> dict[str, int]:
    """Return the needs, introductions and contracts named that are the reader's own."""
    named = {}
    for name, (table, owner) in _ORIGINS.items():
        text = values.get(name, "")
        if text.isdecimal() and len(text) < 10:
            own = select(table.id).where(table.id == int(text), owner == reader().organisation_id)
            if session().scalars(own).first() is not None:
                named[name] = int(text)
    return named


def _application(form: ApplicationForm, enterprise_id: int) -> Application:
    about = {f"{name}_id": number for name, number in _origin_values(request.form).items()}
    return form.application(queries.types_of(session(), enterprise_id), **about)


def _known(found: Offered, origin: dict[str, int]) -> dict[str, Any]:
    """Return what the form begins with: from where the reader came, and from the last application."""
    known: dict[str, Any] = {"face_fen": found.claimable.most_fen}
    last = (
        session()
        .scalars(
            select(Voucher)
            .where(Voucher.enterprise_id == reader().organisation_id)
            .order_by(Voucher.id.desc())
            .limit(1)
        )
        .one_or_none()
    )
    if last is not None:
        known |= {name: getattr(last, name) for name in _STATED}
    if "need" in origin:
        known["purpose"] = session().get_one(Need, origin["need"]).title
    if "introduction" in origin:
        need_id = session().get_one(Introduction, origin["introduction"]).need_id
        if need_id is not None:
            known["purpose"] = session().get_one(Need, need_id).title
    if "contract" in origin:
        contract = session().get_one(Contract, origin["contract"])
        known |= {"purpose": contract.title, "category_code": contract.category_code}
    return known


def _apply_page(found: Offered, form: ApplicationForm, voucher: Voucher | None = None) -> str:
    returned = None
    if voucher is not None and voucher.state is VoucherState.RETURNED:
        returned = next((one for one in session().scalars(queries.moves(voucher)) if one.step == "return"), None)
    origin = _origin_values(request.form if request.method == "POST" else request.args)
    return render_template(
        "vouchers/apply.html", offer=found, form=form, voucher=voucher, returned=returned, origin=origin
    )
