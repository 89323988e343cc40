"""Pages of contracts: the list, writing one down, and one with all that became of it."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from matchmaker import clock
from matchmaker.catalogue import edges
from matchmaker.contracts.agreements import operations, policies, queries, rules
from matchmaker.contracts.agreements.forms import (
    ContractForm,
    FileForm,
    MilestoneRows,
    ReachForm,
    RegistrationForm,
    WordsForm,
)
from matchmaker.contracts.agreements.models import (
    KIND_LABELS,
    MODE_LABELS,
    PROPOSAL_LABELS,
    PROPOSAL_STATE_LABELS,
    SOURCE_LABELS,
    STATE_LABELS,
    Contract,
    ProposalKind,
    ProposalState,
)
from matchmaker.contracts.agreements.rules import ContractText
from matchmaker.contracts.agreements.telling import changes_between, changes_of
from matchmaker.contracts.agreements.writing import filled_in, introduction_of, own_side, parties
from matchmaker.contracts.introductions.models import SIDE_LABELS, Introduction
from matchmaker.contracts.services.queries import of_contract
from matchmaker.db import transaction
from matchmaker.db.pages import page_of
from matchmaker.errors import Conflict, Invalid
from matchmaker.messages import _l
from matchmaker.web.access import protect, reader
from matchmaker.web.codes import codes
from matchmaker.web.database import session
from matchmaker.web.days import day_in
from matchmaker.web.facets import Facet, Titles, chosen, facet, ticked
from matchmaker.web.forms import submit
from matchmaker.web.htmx import page_or_fragment
from matchmaker.web.ids import row_id
from matchmaker.web.paging import page_number

bp = Blueprint("contracts", __name__, url_prefix="/contracts")

SORT_LABELS = {"newest": _l("Newest"), "amount": _l("Largest amount"), "ending": _l("Ends first")}
#: The button that shares what was written in one go sends this.
CONFIRM = "confirm"
#: The button that asks for more rows in the table of milestones.
MORE_ROWS = "more_rows"

bp.record_once(
    lambda setup: setup.app.jinja_env.globals.update(
        contract_states=STATE_LABELS,
        contract_kinds=KIND_LABELS,
        contract_modes=MODE_LABELS,
        contract_sources=SOURCE_LABELS,
        proposal_kinds=PROPOSAL_LABELS,
        proposal_states=PROPOSAL_STATE_LABELS,
        contract_sides=SIDE_LABELS,
    )
)


@bp.get("/")
@protect(policies.may_list)
def index() -> ResponseReturnValue:
    """List the contracts of the reader's organisation, or of their bureau's district."""
    filters = queries.ContractFilters(
        **chosen(*queries.FACETS),
        provider_id=row_id("provider"),
        enterprise_id=row_id("enterprise"),
        since=day_in("since"),
        until=day_in("until"),
        waiting=ticked("waiting"),
        asked=ticked("asked"),
    )
    statement = queries.listed_contracts(reader(), filters, sort=chosen("sort")["sort"])
    return page_or_fragment(
        "contracts/index.html",
        "contracts/_results.html",
        page=page_of(session(), statement, number=page_number()),
        facets=_facets(filters),
        sorts=SORT_LABELS,
        filters=filters,
    )


def _facets(filters: queries.ContractFilters) -> list[Facet]:
    lists = codes()
    titles: Titles = {
        "state": (_l("State"), STATE_LABELS),
        "kind": (_l("Kind"), KIND_LABELS),
        "source": (_l("How the two sides met"), SOURCE_LABELS),
        "category": (_l("Service category"), lists.categories),
        "district": (_l("District"), lists.districts),
        "industry": (_l("Industry"), lists.industries),
    }
    return [
        facet(name, title, queries.facet_base(reader(), filters, name), queries.FACETS[name], labels)
        for name, (title, labels) in titles.items()
    ]


@bp.get("/new")
@protect(policies.may_write)
def new() -> ResponseReturnValue:
    """Show the form of a contract, filled in from the introduction it comes of."""
    introduction = introduction_of(request.args)
    form = ContractForm(has_party=introduction is None, data=filled_in(introduction))
    return _edit_page(form, MilestoneRows(), introduction=introduction)


@bp.post("/")
@protect(policies.may_write)
def create() -> ResponseReturnValue:
    """Write a contract down, and share it when that button was pressed. One form writes one."""
    key = edges.form_key(f"contract-{reader().organisation_id}")
    there = session().scalars(queries.sent_before(key)).one_or_none()
    introduction = introduction_of(request.form) if there is None else None
    form = ContractForm(request.form, has_party=introduction is None and there is None)
    milestones = MilestoneRows(request.form)
    if MORE_ROWS in request.form:
        milestones.add_rows()
        return _edit_page(form, milestones, introduction=introduction)
    rows_are_right = milestones.validate()

    def act() -> Contract:
        return _write(form, milestones, introduction, key)

    try:
        contract = submit(form, act) if rows_are_right else None
    except IntegrityError:
        # Two clicks at once: the other one's contract is there now.
        contract = submit(form, act)
    if contract is None:
        if not rows_are_right:
            form.validate()
        return _edit_page(form, milestones, introduction=introduction), 422
    done = _SHARED if contract.shared_at else _l("The contract is written down. Nobody else sees it yet.")
    return edges.told(done, to=_page_of(contract))


_SHARED = _l("The contract is with the other side, which is asked to confirm it.")


def _write(form: ContractForm, milestones: MilestoneRows, introduction: Introduction | None, key: str) -> Contract:
    contract = session().scalars(queries.sent_before(key)).one_or_none()
    text = form.text(milestones)
    side = own_side()
    if contract is None:
        both = parties(introduction, form.party.data or "" if introduction is None else "")
        contract = operations.write(
            session(),
            text,
            by=side,
            enterprise=both.enterprise,
            provider=both.provider,
            introduction=both.introduction,
            key=key,
        )
    elif contract.is_draft:
        operations.rewrite(session(), contract, text)
    if CONFIRM in request.form and contract.is_draft:
        operations.confirm(session(), contract, by=side)
    return contract


@bp.get("/<int:contract_id>")
@protect(policies.may_see, load=queries.contract_by_id, as_="contract")
def show(contract: Contract) -> ResponseReturnValue:
    """Show a contract with its milestones, files, services, and every step."""
    return show_page(contract)


def show_page(
    contract: Contract,
    *,
    registration: RegistrationForm | None = None,
    words: WordsForm | None = None,
    reach: ReachForm | None = None,
    file: FileForm | None = None,
) -> str:
    """Render one contract, with the forms of what may be said of it."""
    asked = session().scalars(queries.proposals(contract)).all()
    open_one = next((one for one in asked if one.state is ProposalState.OPEN), None)
    return render_template(
        "contracts/show.html",
        contract=contract,
        side=rules.side_of(reader(), contract),
        moves=session().scalars(queries.moves(contract)).all(),
        files=session().scalars(queries.files(contract)).all(),
        proposals=asked,
        open_proposal=open_one,
        changes=changes_of(contract, open_one),
        services=page_of(session(), of_contract(reader(), contract), number=1, size=10),
        former_count=page_of(session(), queries.former_texts(contract), number=1, size=1).total,
        registration=registration or RegistrationForm(obj=contract),
        words=words or WordsForm(),
        reach=reach or ReachForm(data={"done_on": clock.today()}),
        file_form=file or FileForm(),
        correction=ProposalKind.CORRECTION,
        today=clock.today(),
    )


@bp.get("/<int:contract_id>/edit")
@protect(policies.may_edit, load=queries.contract_by_id, as_="contract")
def edit(contract: Contract) -> ResponseReturnValue:
    """Show what a draft says, to rewrite it; or what is in force, to ask for a correction."""
    text = ContractText.of(contract)
    form = ContractForm(data=text.columns(), has_party=False, is_correction=not contract.is_draft)
    return _edit_page(form, MilestoneRows(held=text), contract=contract)


@bp.post("/<int:contract_id>/edit")
@protect(policies.may_edit, load=queries.contract_by_id, as_="contract")
def update(contract: Contract) -> ResponseReturnValue:
    """Rewrite a draft, or ask the other side for a correction of what is in force."""
    was_draft = contract.is_draft
    form = ContractForm(request.form, has_party=False, is_correction=not was_draft)
    milestones = MilestoneRows(request.form)
    if MORE_ROWS in request.form:
        milestones.add_rows()
        return _edit_page(form, milestones, contract=contract)
    rows_are_right = milestones.validate()

    def act() -> bool:
        if request.form.get("version") != str(contract.version):
            raise Invalid(field="title", message=_STALE)
        _change(contract, form, milestones)
        return True

    if not (rows_are_right and submit(form, act)):
        if not rows_are_right:
            form.validate()
        return _edit_page(form, milestones, contract=read_again(contract)), 422
    if not was_draft:
        return edges.told(_l("The other side is asked for this correction."), to=_page_of(contract))
    return edges.told(_SHARED if CONFIRM in request.form else _l("The draft is kept."), to=_page_of(contract))


_STALE = _l("Somebody saved this while you were writing. What you typed is still below; compare before you save.")


def _change(contract: Contract, form: ContractForm, milestones: MilestoneRows) -> None:
    text, side = form.text(milestones), own_side()
    if "words" in form:
        words = (form.words.data or "").strip()
        operations.propose(session(), contract, ProposalKind.CORRECTION, by=side, words=words, text=text)
        return
    operations.rewrite(session(), contract, text)
    if CONFIRM in request.form:
        operations.confirm(session(), contract, by=side)


def _edit_page(
    form: ContractForm,
    milestones: MilestoneRows,
    *,
    contract: Contract | None = None,
    introduction: Introduction | None = None,
) -> str:
    offers = [] if contract or introduction else session().scalars(queries.signable(reader())).all()
    return render_template(
        "contracts/edit.html",
        form=form,
        milestones=milestones,
        contract=contract,
        introduction=introduction,
        offers=offers,
        new_form_id=edges.new_form_id,
        version=request.form.get("version") or (contract.version if contract else ""),
    )


@bp.get("/<int:contract_id>/versions")
@protect(policies.may_see, load=queries.contract_by_id, as_="contract")
def versions(contract: Contract) -> ResponseReturnValue:
    """Show what the contract said before, and what each change altered."""
    former = session().scalars(queries.former_texts(contract)).all()
    return render_template("contracts/versions.html", contract=contract, told=changes_between(contract, former))


@bp.post("/<int:contract_id>/confirm")
@protect(policies.takes_part, load=queries.contract_by_id, as_="contract")
def confirm(contract: Contract) -> ResponseReturnValue:
    """Say that it is right as it stands."""
    seen = request.form.get("version", type=int)
    if seen is None:
        raise Conflict(_l("Read the contract on its page, then confirm it there."))
    with transaction(session()):
        operations.confirm(session(), contract, by=own_side(), version=seen)
    done = _SHARED if contract.is_draft else _l("Both sides have confirmed it: the contract is in force.")
    return edges.told(done, to=_page_of(contract))


@bp.post("/<int:contract_id>/discard")
@protect(policies.takes_part, load=queries.contract_by_id, as_="contract")
def discard(contract: Contract) -> ResponseReturnValue:
    """Forget a draft."""
    with transaction(session()):
        operations.discard(session(), contract)
    return edges.told(_l("The draft is gone."), to=url_for("contracts.index"))


def read_again(contract: Contract) -> Contract:
    """Return it with all that its pages show: a refusal forgets what was read in its transaction."""
    return session().scalars(queries.contract_by_id(reader(), contract.id)).one()


def _page_of(contract: Contract) -> str:
    return url_for("contracts.show", contract_id=contract.id)
