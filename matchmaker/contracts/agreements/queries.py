"""Reads of contracts, each within what its reader may know."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, UnaryExpression, and_, false, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from matchmaker.accounts.models import PROVIDER_KINDS, Organisation, OrganisationKind, OrganisationState
from matchmaker.accounts.rules import Reader
from matchmaker.contracts.agreements.models import (
    Contract,
    ContractFile,
    ContractMove,
    ContractState,
    FormerContract,
    Milestone,
    Proposal,
    ProposalState,
)
from matchmaker.contracts.agreements.rules import own_side
from matchmaker.contracts.introductions.models import Introduction, IntroductionState, Side
from matchmaker.db.pages import narrowed

#: Facets of the list: name in the URL → column.
FACETS = {
    "state": Contract.state,
    "kind": Contract.kind,
    "source": Contract.source,
    "category": Contract.category_code,
    "district": Contract.district_code,
    "industry": Contract.industry_code,
}

SORTS: dict[str, tuple[UnaryExpression[Any], ...]] = {
    "newest": (Contract.signed_on.desc(), Contract.id.desc()),
    "amount": (Contract.contract_amount_fen.desc(), Contract.id.desc()),
    "ending": (Contract.ends_on.asc(), Contract.id.asc()),
}


#: Introductions from which a contract can be written, on one page.
_MOST_SIGNABLE = 50


@dataclass(frozen=True, slots=True)
class ContractFilters:
    """What a list is narrowed to; empty values narrow nothing."""

    state: str = ""
    kind: str = ""
    source: str = ""
    category: str = ""
    district: str = ""
    industry: str = ""
    provider_id: int | None = None
    enterprise_id: int | None = None
    #: Signed between these days.
    since: date | None = None
    until: date | None = None
    #: Those that wait to be confirmed by the reader's own side, and those of which the other side asks something.
    waiting: bool = False
    asked: bool = False

    def conditions(self, reader: Reader, *, besides: str = "") -> list[ColumnElement[bool]]:
        """Return the filters as conditions, leaving out the facet ``besides`` whose values are being counted."""
        conditions = narrowed(FACETS, {name: getattr(self, name) for name in FACETS}, besides=besides)
        if self.provider_id is not None:
            conditions.append(Contract.provider_id == self.provider_id)
        if self.enterprise_id is not None:
            conditions.append(Contract.enterprise_id == self.enterprise_id)
        if self.since is not None:
            conditions.append(Contract.signed_on >= self.since)
        if self.until is not None:
            conditions.append(Contract.signed_on <= self.until)
        if self.waiting:
            conditions.append(awaits_confirmation(reader))
        if self.asked:
            conditions.append(Contract.id.in_(_asked_of(reader)))
        return conditions


def in_scope(reader: Reader) -> ColumnElement[bool]:
    """The contracts of which ``reader`` may know: their own, and for bureaus those of their district's enterprises.

    A draft that was not shared is known to the side that wrote it, and to nobody else.
    """
    if reader.is_city_bureau:
        return Contract.shared_at.is_not(None)
    if reader.is_bureau:
        return and_(Contract.shared_at.is_not(None), Contract.district_code == reader.district_code)
    side = own_side(reader)
    if side is None:
        return false()
    return and_(_column(side) == reader.organisation_id, or_(Contract.shared_at.is_not(None), _wrote(side)))


def _column(side: Side) -> Any:
    return Contract.enterprise_id if side is Side.ENTERPRISE else Contract.provider_id


def _wrote(side: Side) -> ColumnElement[bool]:
    return Contract.written_by_side == side


def awaits_confirmation(reader: Reader) -> ColumnElement[bool]:
    """Shared drafts that the reader's side has not confirmed."""
    side = own_side(reader)
    if side is None:
        return false()
    mine = Contract.confirmed_by_enterprise_at if side is Side.ENTERPRISE else Contract.confirmed_by_provider_at
    return and_(
        _column(side) == reader.organisation_id,
        Contract.state == ContractState.DRAFT,
        Contract.shared_at.is_not(None),
        mine.is_(None),
    )


def _asked_of(reader: Reader) -> Select[int]:
    """The contracts of which the other side asks something."""
    side = own_side(reader)
    return select(Proposal.contract_id).where(Proposal.state == ProposalState.OPEN, Proposal.by_side != side)


def listed_contracts(reader: Reader, filters: ContractFilters, *, sort: str = "newest") -> Select[Contract]:
    """Contracts in the reader's scope, narrowed and sorted for the list."""
    return (
        select(Contract)
        .where(in_scope(reader), *filters.conditions(reader))
        .options(joinedload(Contract.enterprise), joinedload(Contract.provider))
        .order_by(*SORTS.get(sort, SORTS["newest"]))
    )


def facet_base(reader: Reader, filters: ContractFilters, facet: str) -> Select[Contract]:
    """The rows among which the values of ``facet`` are counted."""
    return select(Contract).where(in_scope(reader), *filters.conditions(reader, besides=facet))


def contract_by_id(reader: Reader, contract_id: int) -> Select[Contract]:
    """One contract with its sides, its milestones and its introduction, when it is in the reader's scope."""
    return (
        select(Contract)
        .where(Contract.id == contract_id, in_scope(reader))
        .options(
            joinedload(Contract.enterprise),
            joinedload(Contract.provider),
            joinedload(Contract.introduction),
            selectinload(Contract.milestones),
        )
    )


def with_milestones(contract_id: int) -> Select[Contract]:
    """The contract with its milestones as they are now."""
    return (
        select(Contract)
        .where(Contract.id == contract_id)
        .options(selectinload(Contract.milestones))
        .execution_options(populate_existing=True)
    )


def milestone_by_id(reader: Reader, contract_id: int, milestone_id: int) -> Select[Milestone]:
    """One milestone of a contract in the reader's scope."""
    return (
        select(Milestone)
        .join(Milestone.contract)
        .where(Milestone.id == milestone_id, Milestone.contract_id == contract_id, in_scope(reader))
        .options(contains_eager(Milestone.contract))
    )


def proposal_by_id(reader: Reader, contract_id: int, proposal_id: int) -> Select[Proposal]:
    """What one side of a contract in the reader's scope asked for."""
    return (
        select(Proposal)
        .join(Proposal.contract)
        .where(Proposal.id == proposal_id, Proposal.contract_id == contract_id, in_scope(reader))
        .options(contains_eager(Proposal.contract).selectinload(Contract.milestones))
    )


def file_by_id(reader: Reader, contract_id: int, file_id: int) -> Select[ContractFile]:
    """One file of a contract in the reader's scope."""
    return (
        select(ContractFile)
        .join(ContractFile.contract)
        .where(ContractFile.id == file_id, ContractFile.contract_id == contract_id, in_scope(reader))
        .options(contains_eager(ContractFile.contract), joinedload(ContractFile.stored))
    )


def files(contract: Contract) -> Select[ContractFile]:
    """The files of a contract, in their order."""
    return (
        select(ContractFile)
        .where(ContractFile.contract_id == contract.id)
        .options(
            joinedload(ContractFile.stored), joinedload(ContractFile.person), joinedload(ContractFile.organisation)
        )
        .order_by(ContractFile.id)
    )


def moves(contract: Contract) -> Select[ContractMove]:
    """The steps of a contract, the latest first, each with who took it."""
    return (
        select(ContractMove)
        .where(ContractMove.contract_id == contract.id)
        .options(joinedload(ContractMove.person), joinedload(ContractMove.organisation))
        .order_by(ContractMove.id.desc())
    )


def former_texts(contract: Contract) -> Select[FormerContract]:
    """What the contract said before, the latest first, each with who changed it."""
    return (
        select(FormerContract)
        .where(FormerContract.contract_id == contract.id)
        .options(joinedload(FormerContract.person), joinedload(FormerContract.organisation))
        .order_by(FormerContract.number.desc(), FormerContract.id.desc())
    )


def proposals(contract: Contract) -> Select[Proposal]:
    """What the sides asked of each other, the latest first."""
    return (
        select(Proposal)
        .where(Proposal.contract_id == contract.id)
        .options(joinedload(Proposal.person), joinedload(Proposal.organisation), joinedload(Proposal.decided_by))
        .order_by(Proposal.id.desc())
    )


def open_proposal(contract_id: int) -> Select[Proposal]:
    """What waits for an answer."""
    return select(Proposal).where(Proposal.contract_id == contract_id, Proposal.state == ProposalState.OPEN)


def sent_before(key: str) -> Select[Contract]:
    """What the form of that name wrote."""
    return select(Contract).where(Contract.key == key).options(selectinload(Contract.milestones))


def of_introduction(introduction_id: int) -> Select[Contract]:
    """The contract that came of an introduction."""
    return select(Contract).where(Contract.introduction_id == introduction_id)


def registered_as(number: str, *, besides: int) -> Select[Contract]:
    """Another contract with that registration number."""
    return select(Contract).where(Contract.registration_number == number, Contract.id != besides)


def signable(reader: Reader) -> Select[Introduction]:
    """The reader's introductions in talks that have no contract yet."""
    side = own_side(reader)
    theirs = Introduction.enterprise_id if side is Side.ENTERPRISE else Introduction.provider_id
    return (
        select(Introduction)
        .outerjoin(Contract, Contract.introduction_id == Introduction.id)
        .where(
            theirs == reader.organisation_id if side is not None else false(),
            Introduction.state == IntroductionState.TALKING,
            Contract.id.is_(None),
        )
        .options(
            joinedload(Introduction.enterprise),
            joinedload(Introduction.provider),
            joinedload(Introduction.offering),
            joinedload(Introduction.need),
        )
        .order_by(Introduction.id.desc())
        .limit(_MOST_SIGNABLE)
    )


def other_side(side: Side) -> ColumnElement[bool]:
    """The organisations with which one of ``side`` may have a contract."""
    is_kind = (
        Organisation.kind.in_(PROVIDER_KINDS)
        if side is Side.ENTERPRISE
        else Organisation.kind == OrganisationKind.ENTERPRISE
    )
    return and_(is_kind, Organisation.state == OrganisationState.APPROVED)


def named(words: str, *, side: Side) -> Select[Organisation]:
    """The organisations across from ``side`` of exactly that name or credit code."""
    return (
        select(Organisation)
        .where(other_side(side), or_(Organisation.name == words, Organisation.credit_code == words.upper()))
        .order_by(Organisation.id)
    )


def alike(words: str, *, side: Side) -> Select[Organisation]:
    """The organisations across from ``side`` with ``words`` in their name, the shortest first; a few."""
    return (
        select(Organisation)
        .where(other_side(side), Organisation.name.contains(words, autoescape=True))
        .order_by(Organisation.name, Organisation.id)
        .limit(6)
    )
