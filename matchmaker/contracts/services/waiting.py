"""What waits for a reader in contracts and services: counted for their first page."""

from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from matchmaker.accounts.rules import Reader
from matchmaker.contracts.agreements.models import Contract, Proposal, ProposalState
from matchmaker.contracts.agreements.queries import awaits_confirmation
from matchmaker.contracts.agreements.queries import in_scope as contracts_in_scope
from matchmaker.contracts.agreements.rules import own_side
from matchmaker.contracts.services.models import ServiceRecord, ServiceState
from matchmaker.contracts.services.queries import in_scope


@dataclass(frozen=True, slots=True)
class Todo:
    """What waits for a reader."""

    contracts: int = 0
    proposals: int = 0
    #: For an enterprise what it is to confirm, for a provider what is disputed.
    services: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return self == Todo()


def todo(session: Session, reader: Reader) -> Todo:
    """Count what waits for the reader's organisation, in one statement; of others nothing does."""
    side = own_side(reader)
    if side is None:
        return Todo()
    contracts = select(func.count(Contract.id)).where(awaits_confirmation(reader))
    proposals = (
        select(func.count(Proposal.id))
        .join(Contract, Contract.id == Proposal.contract_id)
        .where(and_(contracts_in_scope(reader), Proposal.state == ProposalState.OPEN, Proposal.by_side != side))
    )
    state = ServiceState.RECORDED if reader.is_enterprise else ServiceState.DISPUTED
    services = select(func.count(ServiceRecord.id)).where(in_scope(reader), ServiceRecord.state == state)
    parts = (contracts, proposals, services)
    return Todo(*session.execute(select(*(part.scalar_subquery() for part in parts))).one())
