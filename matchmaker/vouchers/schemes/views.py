"""Pages of schemes: what holds, writing and proposing a version, a second person's decision, versions compared."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.accounts.models import SIZE_LABELS
from matchmaker.catalogue.rules import clean
from matchmaker.db.pages import page_of
from matchmaker.messages import Message, _l
from matchmaker.reference.models import CITY_CODE
from matchmaker.vouchers.schemes import operations, policies, queries
from matchmaker.vouchers.schemes.forms import SchemeForm, form_data
from matchmaker.vouchers.schemes.models import STATE_LABELS, Scheme, SchemeState
from matchmaker.vouchers.schemes.rules import EVIDENCE_LABELS, PAYEE_LABELS, PROVIDER_LABELS, Rates, SchemeRules
from matchmaker.web.access import protect, reader
from matchmaker.web.codes import codes
from matchmaker.web.database import session
from matchmaker.web.forms import words
from matchmaker.web.htmx import page_or_fragment
from matchmaker.web.idempotency import Reply, once
from matchmaker.web.ids import row_id
from matchmaker.web.paging import page_number

bp = Blueprint("schemes", __name__, url_prefix="/vouchers/schemes")
bp.record_once(
    lambda setup: setup.app.jinja_env.globals.update(
        scheme_states=STATE_LABELS,
        evidence_labels=EVIDENCE_LABELS,
        payee_labels=PAYEE_LABELS,
        provider_rules=PROVIDER_LABELS,
        enterprise_sizes=SIZE_LABELS,
    )
)

STEP_LABELS = {
    "write": _l("Written"),
    "propose": _l("Proposed"),
    "send_back": _l("Sent back"),
    "approve": _l("Approved; it is in force"),
    "supersede": _l("Another version took its place"),
    "close": _l("Closed"),
}


@bp.get("/")
@protect(policies.may_read)
def index() -> ResponseReturnValue:
    """List the schemes, the latest year first."""
    page = page_of(session(), queries.listed(reader()), number=page_number())
    return page_or_fragment("schemes/index.html", "schemes/_results.html", page=page)


@bp.get("/new")
@protect(policies.may_write)
def new() -> ResponseReturnValue:
    """Show an empty form with what is usual."""
    form = SchemeForm(data=_usual())
    return _edit_page(form, None)


@bp.post("/")
@protect(policies.may_write)
def create() -> ResponseReturnValue:
    """Keep a new scheme as a draft."""
    form = SchemeForm(request.form)

    def act() -> Reply:
        scheme = operations.draft(session(), _own(form), form.rules())
        return Reply(_page_of(scheme), _l("“%(title)s” is kept as a draft.", title=scheme.title))

    return once(act, form=form) or (_edit_page(form, None), 422)


@bp.get("/<int:scheme_id>")
@protect(policies.may_see, load=queries.scheme_by_id, as_="scheme")
def show(scheme: Scheme) -> ResponseReturnValue:
    """Show a version in words, its steps, and what it changes of another one."""
    versions = session().scalars(queries.versions_of(scheme.year, scheme.key).where(queries.in_scope(reader()))).all()
    with_id = row_id("with")
    other = next((one for one in versions if one.id == with_id), None)
    if with_id is None:
        other = next((one for one in versions if one.version < scheme.version), None)
    return render_template(
        "schemes/show.html",
        scheme=scheme,
        rules=SchemeRules.of(scheme.rules_json),
        versions=versions,
        other=other,
        changes=_changes(other, scheme) if other is not None else [],
        moves=session().scalars(queries.moves(scheme)).all() if reader().is_bureau else [],
        steps=STEP_LABELS,
        next_year=scheme.year + 1,
    )


@bp.get("/<int:scheme_id>/edit")
@protect(policies.may_change, load=queries.scheme_by_id, as_="scheme")
def edit(scheme: Scheme) -> ResponseReturnValue:
    """Show the form with what the draft says."""
    form = SchemeForm(data=form_data(operations.text_of(scheme), SchemeRules.of(scheme.rules_json)))
    return _edit_page(form, scheme)


@bp.post("/<int:scheme_id>")
@protect(policies.may_change, load=queries.scheme_by_id, as_="scheme")
def update(scheme: Scheme) -> ResponseReturnValue:
    """Change a draft."""
    form = SchemeForm(request.form)
    scheme_id = scheme.id

    def act() -> Reply:
        operations.rewrite(session(), scheme, _own(form), form.rules())
        return Reply(_page_of(scheme), _l("“%(title)s” is saved.", title=scheme.title))

    done = once(act, form=form)
    return done or (_edit_page(form, session().scalars(queries.scheme_by_id(reader(), scheme_id)).one()), 422)


@bp.post("/<int:scheme_id>/propose")
@protect(policies.may_change, load=queries.scheme_by_id, as_="scheme")
def propose(scheme: Scheme) -> ResponseReturnValue:
    """Ask for the draft to hold."""
    return _step(scheme, operations.propose, _l("“%(title)s” is proposed; another person has to approve it."))


@bp.post("/<int:scheme_id>/approve")
@protect(policies.may_approve, load=queries.scheme_by_id, as_="scheme")
def approve(scheme: Scheme) -> ResponseReturnValue:
    """Let a proposal hold, and fund its pools."""
    return _step(scheme, operations.approve, _l("“%(title)s” is in force, and its pools are funded."))


@bp.post("/<int:scheme_id>/send-back")
@protect(policies.may_approve, load=queries.scheme_by_id, as_="scheme")
def send_back(scheme: Scheme) -> ResponseReturnValue:
    """Make a proposal a draft again."""
    said = clean(request.form.get("words", ""))[:2_000]
    return _step(
        scheme, lambda session, one: operations.send_back(session, one, said), _l("“%(title)s” is a draft again.")
    )


@bp.post("/<int:scheme_id>/versions")
@protect(policies.may_change, load=queries.scheme_by_id, as_="scheme")
def add_version(scheme: Scheme) -> ResponseReturnValue:
    """Begin the next version."""

    def act() -> Reply:
        made = operations.new_version(session(), scheme)
        return Reply(
            url_for("schemes.edit", scheme_id=made.id),
            _l("Version %(number)s is a draft; the one in force holds until it is approved.", number=made.version),
        )

    return once(act)


@bp.post("/<int:scheme_id>/copy")
@protect(policies.may_change, load=queries.scheme_by_id, as_="scheme")
def copy(scheme: Scheme) -> ResponseReturnValue:
    """Begin next year's scheme with this one's rules."""

    def act() -> Reply:
        made = operations.copy_to_year(session(), scheme, year=scheme.year + 1)
        return Reply(
            url_for("schemes.edit", scheme_id=made.id), _l("The scheme of %(year)s is a draft.", year=str(made.year))
        )

    return once(act)


def _step(scheme: Scheme, act: Callable[[Any, Scheme], object], said: Message) -> ResponseReturnValue:
    def take() -> Reply:
        act(session(), scheme)
        return Reply(_page_of(scheme), Message(said.text, {"title": scheme.title}))

    return once(take)


def _own(form: SchemeForm) -> operations.SchemeText:
    """Return what the form says; a district's bureau writes schemes of its own district only."""
    text = form.said()
    who = reader()
    own = text.district_code if who.is_city_bureau else who.district_code
    return operations.SchemeText(
        **{name: getattr(text, name) for name in operations.SchemeText.__dataclass_fields__}
        | {"district_code": None if own == CITY_CODE else own}
    )


def _usual() -> dict[str, Any]:
    year = clock.today().year
    days = {"apply_from": f"{year}-01-01", "apply_until": f"{year}-12-31", "use_by": f"{year}-12-31"}
    own = reader().district_code
    districts = [own] if own and own != CITY_CODE else [one.code for one in codes().city_districts(CITY_CODE)]
    blank = SchemeRules.of(
        {
            **days,
            "redeem_by": f"{year + 1}-03-31",
            "pools_fen": dict.fromkeys(districts, 100000000) or {CITY_CODE: 100_000_000},
            "quota_fen": 10_000_000,
            "rates": Rates.flat(5_000),
        }
    )
    return form_data(operations.SchemeText(year, "", ""), blank)


def _changes(before: Scheme, after: Scheme) -> list[tuple[Message, str, str]]:
    """Return each field of the form in which two versions differ, as its reader sees it."""
    old, new = (
        SchemeForm(data=form_data(operations.text_of(one), SchemeRules.of(one.rules_json))) for one in (before, after)
    )
    return [(field.label.text, was, now) for field in new if (was := words(old[field.name])) != (now := words(field))]


def _page_of(scheme: Scheme) -> str:
    return url_for("schemes.show", scheme_id=scheme.id)


def _edit_page(form: SchemeForm, scheme: Scheme | None) -> str:
    return render_template(
        "schemes/edit.html", form=form, scheme=scheme, is_draft=scheme is None or scheme.state is SchemeState.DRAFT
    )
