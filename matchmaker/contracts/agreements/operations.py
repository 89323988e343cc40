"""The life of a contract: written by one side, confirmed by both, changed and ended with the other's consent."""

from collections.abc import Mapping
from datetime import date
from typing import BinaryIO

from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.models import Organisation
from matchmaker.contracts.agreements import letters, queries, rules
from matchmaker.contracts.agreements.models import (
    PROPOSAL_STATE_LABELS,
    STATE_LABELS,
    Contract,
    ContractFile,
    ContractMove,
    ContractSource,
    ContractState,
    FormerContract,
    Milestone,
    Proposal,
    ProposalKind,
    ProposalState,
)
from matchmaker.contracts.agreements.rules import ContractText, MilestoneText
from matchmaker.contracts.introductions import operations as introductions
from matchmaker.contracts.introductions.letters import tell_side
from matchmaker.contracts.introductions.models import Introduction, IntroductionState, Side
from matchmaker.db import transitions
from matchmaker.db.actors import actor_of, attribution
from matchmaker.errors import Conflict, Invalid
from matchmaker.files import operations as files
from matchmaker.files.rules import LETTERS, clean_name
from matchmaker.messages import _l

_NOT_IN_TALKS = _l("A contract comes of an introduction in which both sides are in talks.")
_CHANGED = _l("Somebody changed this contract since you saw it. Read it again before you confirm.")


def write(
    session: Session,
    text: ContractText,
    *,
    by: Side,
    enterprise: Organisation,
    provider: Organisation,
    introduction: Introduction | None = None,
    key: str | None = None,
) -> Contract:
    """Keep a draft that only its own side sees. Raises ``Invalid`` or ``Conflict``."""
    text.check(on=clock.today())
    if introduction is not None:
        _check_introduction(session, introduction)
    contract = Contract(
        **text.columns(),
        key=key,
        introduction_id=introduction.id if introduction else None,
        source=ContractSource.MATCH if introduction else ContractSource.OFF_PLATFORM,
        enterprise_id=enterprise.id,
        provider_id=provider.id,
        district_code=enterprise.district_code,
        industry_code=enterprise.industry_code,
        written_by_side=by,
        written_at=clock.now(),
        milestones=[_milestone(row) for row in text.milestones],
    )
    session.add(contract)
    session.flush()
    _keep_move(session, contract, None)
    session.flush()
    return contract


def _check_introduction(session: Session, introduction: Introduction) -> None:
    # Its row is locked, so that two contracts cannot come of one introduction at once.
    names = inspect(Introduction).column_attrs.keys()
    session.refresh(introduction, attribute_names=names, with_for_update=True)
    if introduction.state is not IntroductionState.TALKING:
        raise Conflict(_NOT_IN_TALKS)
    if session.scalars(queries.of_introduction(introduction.id)).first() is not None:
        raise Conflict(_l("This introduction has a contract already."))


def rewrite(session: Session, contract: Contract, text: ContractText) -> None:
    """Replace what a draft says; whoever confirmed it has to do so again. Raises ``Invalid`` or ``Conflict``."""
    text.check(on=clock.today())
    _lock(session, contract)
    if not contract.is_draft:
        raise Conflict(_l("Both sides have confirmed this contract. Ask the other side for a correction."))
    former = ContractText.of(contract)
    if former == text:
        return
    _replace(session, contract, text, words="")
    contract.confirmed_by_enterprise_at = contract.confirmed_by_provider_at = None
    session.flush()


def discard(session: Session, contract: Contract) -> None:
    """Forget a draft; the trail keeps that it was there. Raises ``Conflict`` once both have confirmed it."""
    _lock(session, contract)
    if not contract.is_draft:
        raise Conflict(_l("Both sides have confirmed this contract; it stays."))
    session.delete(contract)
    session.flush()


def confirm(session: Session, contract: Contract, *, by: Side, version: int | None = None) -> None:
    """Say that the draft is right as it stands; the other side is asked, and the second to say so signs it.

    ``version`` is what the person saw. Raises ``Conflict`` when it says something else by now.
    """
    _lock(session, contract)
    if contract.is_confirmed_by(by):
        if _was_taken_by_actor(session, contract):
            return
        raise Conflict(_l("Your side has confirmed this contract already."))
    if version is not None and version != contract.version:
        raise Conflict(_CHANGED)
    now = max(clock.now(), contract.written_at)
    if by is Side.ENTERPRISE:
        contract.confirmed_by_enterprise_at = contract.confirmed_by_enterprise_at or now
    else:
        contract.confirmed_by_provider_at = contract.confirmed_by_provider_at or now
    contract.shared_at = contract.shared_at or now
    if contract.is_confirmed_by(by.other):
        _sign(session, contract)
        tell_side(session, contract, by.other, letters.signed(contract))
    else:
        _keep_move(session, contract, contract.state)
        tell_side(session, contract, by.other, letters.to_confirm(contract))
    session.flush()


def _was_taken_by_actor(session: Session, contract: Contract) -> bool:
    """Whether the last step was the actor's own: a second click, which asks for nothing new."""
    actor = actor_of(session)
    last = session.scalars(queries.moves(contract).limit(1)).first()
    return last is not None and actor.person_id is not None and last.person_id == actor.person_id


def _sign(session: Session, contract: Contract) -> None:
    confirmed = (contract.confirmed_by_enterprise_at, contract.confirmed_by_provider_at, contract.shared_at)
    _move(session, contract, ContractState.SIGNED)
    contract.confirmed_by_enterprise_at, contract.confirmed_by_provider_at, contract.shared_at = confirmed
    contract.signed_at = max(at for at in confirmed if at is not None)
    session.flush()
    if contract.introduction_id is not None:
        introductions.sign(session, session.get_one(Introduction, contract.introduction_id))


def register(session: Session, contract: Contract, number: str, registered_on: date | None) -> None:
    """Keep the number under which it was registered (合同认定登记); a former number stays visible.

    Raises ``Invalid`` or ``Conflict``.
    """
    _lock(session, contract)
    if contract.is_draft:
        raise Conflict(_l("Both sides confirm the contract before it is registered."))
    figures = rules.check_registration(number, registered_on, signed_on=contract.signed_on, on=clock.today())
    other = session.scalars(queries.registered_as(figures, besides=contract.id)).first()
    if other is not None:
        raise Invalid(field="registration_number", message=_l("Another contract is registered under this number."))
    if (figures, registered_on) == (contract.registration_number, contract.registered_on):
        return
    # A step that leaves the state alone tells the number, and the one before it.
    said = " ← ".join(one for one in (figures, contract.registration_number) if one)
    contract.registration_number, contract.registered_on = figures, registered_on
    _keep_move(session, contract, contract.state, words=said)
    session.flush()


def propose(
    session: Session,
    contract: Contract,
    kind: ProposalKind,
    *,
    by: Side,
    words: str,
    text: ContractText | None = None,
) -> Proposal:
    """Ask the other side for a correction, or to call the contract completed or terminated.

    Raises ``Invalid``, or ``Conflict`` while something else is open or the contract is not in force.
    """
    rules.check_words(words, needed=kind is not ProposalKind.COMPLETION)
    if text is not None:
        text.check(on=clock.today())
    _lock(session, contract)
    if not contract.is_in_force:
        raise Conflict(_l("This contract is %(state)s; nothing can be asked for.", state=STATE_LABELS[contract.state]))
    if session.scalars(queries.open_proposal(contract.id)).first() is not None:
        raise Conflict(_l("Something is asked for already. It has to be answered or taken back first."))
    if text is not None and text == ContractText.of(contract):
        raise Invalid(field="title", message=_l("Nothing differs from what the contract says."))
    proposal = Proposal(
        contract=contract,
        kind=kind,
        by_side=by,
        text=text.plain() if text else None,
        words=words,
        proposed_at=clock.now(),
        **attribution(session),
    )
    session.add(proposal)
    session.flush()
    tell_side(session, contract, by.other, letters.asked(contract))
    return proposal


def accept(session: Session, proposal: Proposal, *, by: Side, answer: str = "") -> None:
    """Do what the other side asked for. Raises ``Conflict`` when it is not open, or one's own."""
    contract = proposal.contract
    _lock(session, contract)
    _answer(session, proposal, ProposalState.ACCEPTED, by=by, answer=answer)
    if not contract.is_in_force:
        raise Conflict(_l("This contract is %(state)s; nothing can be asked for.", state=STATE_LABELS[contract.state]))
    if proposal.kind is ProposalKind.CORRECTION:
        assert proposal.text is not None  # noqa: S101 - a CHECK holds it; narrows for the type checker
        text = ContractText.from_plain(proposal.text)
        text.check(on=clock.today())
        _replace(session, contract, text, words=proposal.words)
    else:
        to = ContractState.COMPLETED if proposal.kind is ProposalKind.COMPLETION else ContractState.TERMINATED
        _move(session, contract, to, words=proposal.words)
        contract.ended_at = max(clock.now(), contract.written_at)
    session.flush()
    tell_side(session, contract, by.other, letters.answered(contract))


def refuse(session: Session, proposal: Proposal, *, by: Side, answer: str) -> None:
    """Say no, and why; the contract stays as it is. Raises ``Invalid`` or ``Conflict``."""
    rules.check_words(answer, field="answer", needed=True)
    _lock(session, proposal.contract)
    _answer(session, proposal, ProposalState.REFUSED, by=by, answer=answer)
    session.flush()
    tell_side(session, proposal.contract, by.other, letters.answered(proposal.contract))


def take_back(session: Session, proposal: Proposal, *, by: Side) -> None:
    """Ask no more. Raises ``Conflict`` when it was answered, or was the other side's."""
    _lock(session, proposal.contract)
    _answer(session, proposal, ProposalState.WITHDRAWN, by=by.other, answer="")
    session.flush()


def _answer(session: Session, proposal: Proposal, to: ProposalState, *, by: Side, answer: str) -> None:
    if proposal.by_side is by:
        raise Conflict(_l("The other side answers what one side asks for."))
    with session.no_autoflush:
        transitions.move(session, proposal, to=to, allowed=rules.ALLOWED_ANSWERS, labels=PROPOSAL_STATE_LABELS)
        proposal.decided_at = max(clock.now(), proposal.proposed_at)
        proposal.decided_by_id = actor_of(session).person_id
        proposal.answer = answer


def reach(session: Session, milestone: Milestone, done_on: date | None) -> None:
    """Say when a milestone was reached, or with ``None`` that it was not. Raises ``Invalid`` or ``Conflict``."""
    contract = milestone.contract
    _lock(session, contract)
    if not contract.is_in_force:
        raise Conflict(_l("This contract is %(state)s.", state=STATE_LABELS[contract.state]))
    if done_on is not None and not contract.signed_on <= done_on <= clock.today():
        raise Invalid(field="done_on", message=_l("Choose a day between the signing and today."))
    milestone.done_on = done_on
    session.flush()


def attach(session: Session, contract: Contract, stream: BinaryIO, *, name: str) -> ContractFile:
    """Keep a file with the contract. Raises ``Invalid`` on ``file``."""
    _lock(session, contract)
    number = session.scalar(select(func.count(ContractFile.id)).where(ContractFile.contract_id == contract.id)) or 0
    if number >= rules.MAX_FILES:
        raise Invalid(field="file", message=_l("A contract has at most %(most)s files.", most=rules.MAX_FILES))
    stored = files.keep(session, stream, name=name, allowed=LETTERS)
    row = ContractFile(
        contract_id=contract.id,
        file_id=stored.id,
        name=clean_name(name),
        **attribution(session),
        at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row


def _lock(session: Session, contract: Contract) -> None:
    session.refresh(contract, attribute_names=inspect(Contract).column_attrs.keys(), with_for_update=True)
    session.scalars(queries.with_milestones(contract.id)).one()


def _replace(session: Session, contract: Contract, text: ContractText, *, words: str) -> None:
    """Let the contract say ``text``; what others have seen before is kept."""
    former = ContractText.of(contract)
    if contract.shared_at is not None:
        _keep_former(session, contract, former.plain(), words=words)
    for name, value in text.columns().items():
        setattr(contract, name, value)
    if text.milestones != former.milestones:
        _replace_milestones(contract, text)


def _replace_milestones(contract: Contract, text: ContractText) -> None:
    """Keep the rows whose name and day stay, so that what was reached stays reached."""
    held: dict[tuple[str, date], list[Milestone]] = {}
    for row in contract.milestones:
        held.setdefault((row.title, row.due_on), []).append(row)
    rows = []
    for wanted in text.milestones:
        same = held.get((wanted.title, wanted.due_on))
        row = same.pop() if same else _milestone(wanted)
        row.amount_fen = wanted.amount_fen
        rows.append(row)
    contract.milestones[:] = rows


def _milestone(text: MilestoneText) -> Milestone:
    return Milestone(title=text.title, due_on=text.due_on, amount_fen=text.amount_fen)


def _keep_former(session: Session, contract: Contract, text: Mapping[str, object], *, words: str) -> None:
    counted = select(func.count(FormerContract.id)).where(FormerContract.contract_id == contract.id)
    session.add(
        FormerContract(
            contract_id=contract.id,
            number=1 + (session.scalar(counted) or 0),
            text=dict(text),
            replaced_at=clock.now(),
            **attribution(session),
            words=words,
        )
    )


def _move(session: Session, contract: Contract, to: ContractState, *, words: str = "") -> None:
    # The row must not be flushed before its instants fit its state.
    with session.no_autoflush:
        before = transitions.move(session, contract, to=to, allowed=rules.ALLOWED, labels=STATE_LABELS)
        _keep_move(session, contract, before, words=words)


def _keep_move(session: Session, contract: Contract, before: ContractState | None, *, words: str = "") -> None:
    session.add(
        ContractMove(
            contract_id=contract.id,
            at=clock.now(),
            from_state=before,
            to_state=contract.state,
            **attribution(session),
            words=words,
        )
    )
