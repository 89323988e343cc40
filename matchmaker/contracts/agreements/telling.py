"""What changed in a contract, field by field, as its readers see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matchmaker import money
from matchmaker.catalogue.edges import FieldChange, field_changes
from matchmaker.contracts.agreements.forms import ContractForm
from matchmaker.contracts.agreements.models import Contract, FormerContract, Proposal
from matchmaker.contracts.agreements.rules import ContractText


@dataclass(frozen=True, slots=True)
class Told:
    """One change of a contract: who made it, why, and what it altered."""

    former: FormerContract
    changes: list[FieldChange]


def changes_of(contract: Contract, proposal: Proposal | None) -> list[FieldChange]:
    """Return what a proposed correction would alter."""
    if proposal is None or proposal.text is None:
        return []
    return field_changes(ContractText.of(contract).plain(), proposal.text, _shown)


def changes_between(contract: Contract, former: Sequence[FormerContract]) -> list[Told]:
    """Return what followed each former text; ``former`` holds all of them, the latest first."""
    told = []
    following: Mapping[str, Any] = ContractText.of(contract).plain()
    for row in former:
        told.append(Told(row, field_changes(row.text, following, _shown)))
        following = row.text
    return told


def _shown(text: Mapping[str, Any]) -> ContractForm:
    lines = [
        " ".join(part for part in (row["due_on"], row["title"], _yuan(row["amount_fen"])) if part)
        for row in text["milestones"]
    ]
    return ContractForm(data={**text, "milestones": "\n".join(lines)}, has_party=False)


def _yuan(fen: int | None) -> str:
    return "" if fen is None else f"{money.grouped(fen, fen_per_unit=money.FEN_PER_YUAN)} 元"
