"""The steps of a contract's life after it was written: registered, changed, ended; its milestones and files."""

from typing import BinaryIO, cast

from flask import request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.catalogue import edges
from matchmaker.contracts.agreements import operations, policies, queries
from matchmaker.contracts.agreements.forms import FileForm, ReachForm, RegistrationForm, WordsForm
from matchmaker.contracts.agreements.models import Contract, ContractFile, Milestone, Proposal, ProposalKind
from matchmaker.contracts.agreements.views import bp, read_again, show_page
from matchmaker.contracts.agreements.writing import own_side
from matchmaker.db import transaction
from matchmaker.errors import Conflict
from matchmaker.files.rules import MAX_BYTES
from matchmaker.messages import Message, _l
from matchmaker.web.access import protect
from matchmaker.web.attachments import send_attachment, takes_files
from matchmaker.web.database import session
from matchmaker.web.forms import submit

#: What the buttons of an end send.
ENDS = {"completion": ProposalKind.COMPLETION, "termination": ProposalKind.TERMINATION}


@bp.post("/<int:contract_id>/registration")
@protect(policies.takes_part, load=queries.contract_by_id, as_="contract")
def register(contract: Contract) -> ResponseReturnValue:
    """Keep the number under which it was registered."""
    form = RegistrationForm(request.form)

    def act() -> bool:
        number = form.registration_number.data or ""
        operations.register(session(), contract, number, form.registered_on.data)
        return True

    if not submit(form, act):
        return show_page(read_again(contract), registration=form), 422
    return _told(contract, _l("The registration is kept."))


@bp.post("/<int:contract_id>/end")
@protect(policies.takes_part, load=queries.contract_by_id, as_="contract")
def end(contract: Contract) -> ResponseReturnValue:
    """Ask the other side to call it completed or terminated."""
    kind = ENDS.get(request.form.get("kind", ""))
    if kind is None:
        raise Conflict(_l("Choose whether the contract is completed or terminated."))
    form = WordsForm(request.form)

    def act() -> bool:
        operations.propose(session(), contract, kind, by=own_side(), words=form.said())
        return True

    if not submit(form, act):
        return show_page(read_again(contract), words=form), 422
    return _told(contract, _l("The other side is asked."))


@bp.post("/<int:contract_id>/proposals/<int:proposal_id>/accept")
@protect(policies.may_answer, load=queries.proposal_by_id, as_="proposal")
def accept(proposal: Proposal) -> ResponseReturnValue:
    """Do what the other side asked for."""
    form, contract = WordsForm(request.form), proposal.contract

    def act() -> bool:
        operations.accept(session(), proposal, by=own_side(), answer=form.said("answer"))
        return True

    done = submit(form, act)
    if not done:
        return show_page(read_again(contract), words=form), 422
    return _told(contract, _l("Accepted. The contract's page shows what changed."))


@bp.post("/<int:contract_id>/proposals/<int:proposal_id>/refuse")
@protect(policies.may_answer, load=queries.proposal_by_id, as_="proposal")
def refuse(proposal: Proposal) -> ResponseReturnValue:
    """Say no, and why."""
    form, contract = WordsForm(request.form), proposal.contract

    def act() -> bool:
        operations.refuse(session(), proposal, by=own_side(), answer=form.said("answer"))
        return True

    done = submit(form, act)
    if not done:
        return show_page(read_again(contract), words=form), 422
    return _told(contract, _l("Refused. The contract stays as it is."))


@bp.post("/<int:contract_id>/proposals/<int:proposal_id>/take-back")
@protect(policies.may_answer, load=queries.proposal_by_id, as_="proposal")
def take_back(proposal: Proposal) -> ResponseReturnValue:
    """Ask no more."""
    with transaction(session()):
        operations.take_back(session(), proposal, by=own_side())
    return _told(proposal.contract, _l("Taken back."))


@bp.post("/<int:contract_id>/milestones/<int:milestone_id>")
@protect(policies.may_mark, load=queries.milestone_by_id, as_="milestone")
def reach(milestone: Milestone) -> ResponseReturnValue:
    """Say on which day a milestone was reached; an empty day takes that back."""
    form, contract = ReachForm(request.form), milestone.contract

    def act() -> bool:
        operations.reach(session(), milestone, form.day())
        return True

    if not submit(form, act):
        return show_page(read_again(contract), reach=form), 422
    return _told(contract, _l("The milestone is kept."))


@bp.post("/<int:contract_id>/files")
@takes_files(MAX_BYTES + 64 * 1024)
@protect(policies.takes_part, load=queries.contract_by_id, as_="contract")
def attach(contract: Contract) -> ResponseReturnValue:
    """Keep a file with the contract."""
    form, sent = FileForm(request.form), request.files.get("file")

    def act() -> bool:
        assert sent is not None  # noqa: S101 - asked below; narrows for the type checker
        operations.attach(session(), contract, cast(BinaryIO, sent.stream), name=sent.filename or "")
        return True

    if sent is None or not sent.filename:
        form.file.errors = [_l("Choose a file.")]
        return show_page(contract, file=form), 422
    if not submit(form, act):
        return show_page(read_again(contract), file=form), 422
    return _told(contract, _l("The file is with the contract."))


@bp.get("/<int:contract_id>/files/<int:file_id>")
@protect(policies.may_fetch, load=queries.file_by_id, as_="file")
def fetch(file: ContractFile) -> ResponseReturnValue:
    """Hand out a file of the contract."""
    return send_attachment(file.stored, file.name)


def _told(contract: Contract, message: Message) -> ResponseReturnValue:
    return edges.told(message, to=url_for("contracts.show", contract_id=contract.id))
