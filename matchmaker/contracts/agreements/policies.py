"""Who may do what with a contract. That a reader knows of it at all is decided by the queries' ``in_scope``."""

from matchmaker.accounts.policies import scoped
from matchmaker.accounts.rules import Reader
from matchmaker.contracts.agreements import rules
from matchmaker.contracts.agreements.models import Contract, ContractFile, Milestone, Proposal


def may_list(reader: Reader) -> bool:
    """Enterprises, complexes and institutes their own; bureaus those of their district."""
    return reader.is_enterprise or reader.is_provider or reader.is_bureau


def may_write(reader: Reader) -> bool:
    """Either side, once the bureau has approved it."""
    return (reader.is_enterprise or reader.is_provider) and reader.is_approved


@scoped
def may_see(reader: Reader, contract: Contract) -> bool:
    """Whatever the reader's scope let through."""
    return True


@scoped
def may_fetch(reader: Reader, file: ContractFile) -> bool:
    """Whoever sees the contract."""
    return True


def takes_part(reader: Reader, contract: Contract) -> bool:
    """Either side. What the state forbids is the rules' to say."""
    return rules.side_of(reader, contract) is not None


def may_edit(reader: Reader, contract: Contract) -> bool:
    """Either side: a draft by itself, what is in force by asking the other side."""
    return takes_part(reader, contract) and (contract.is_draft or contract.is_in_force)


def may_mark(reader: Reader, milestone: Milestone) -> bool:
    """Either side."""
    return takes_part(reader, milestone.contract)


def may_answer(reader: Reader, proposal: Proposal) -> bool:
    """The side that was asked; whoever asked takes it back."""
    return takes_part(reader, proposal.contract)
