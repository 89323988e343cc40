"""What a contract adds to the dossiers of both its sides."""

from typing import Any

from sqlalchemy import Select, String, cast, literal, or_

from matchmaker.accounts.rules import Reader
from matchmaker.contracts.agreements.models import STATE_LABELS, Contract, ContractMove, ContractState
from matchmaker.contracts.agreements.queries import in_scope
from matchmaker.dossier.queries import event
from matchmaker.dossier.rules import Act, Source
from matchmaker.messages import _l

_ICONS = {ContractState.SIGNED: "circle-check", ContractState.TERMINATED: "circle-x"}


def _events(reader: Reader, organisation_id: int) -> list[Select[Any]]:
    theirs = (
        or_(Contract.enterprise_id == organisation_id, Contract.provider_id == organisation_id),
        in_scope(reader),
    )
    moved = literal("contract.") + cast(ContractMove.to_state, String)
    return [
        event(ContractMove.at, moved, Contract.id, Contract.title)
        .join(Contract, Contract.id == ContractMove.contract_id)
        .where(*theirs, or_(ContractMove.from_state.is_(None), ContractMove.from_state != ContractMove.to_state)),
        event(ContractMove.at, "contract.registered", Contract.id, Contract.title)
        .join(Contract, Contract.id == ContractMove.contract_id)
        .where(*theirs, ContractMove.from_state == ContractMove.to_state),
    ]


SOURCE = Source(
    name="contracts",
    label=_l("Contracts"),
    acts={
        "contract.registered": Act(_l("Contract registered"), "star", "contracts.show", "contract_id"),
        **{
            f"contract.{state.value}": Act(
                _l("Contract: %(state)s", state=label), _ICONS.get(state, "file-text"), "contracts.show", "contract_id"
            )
            for state, label in STATE_LABELS.items()
        },
    },
    selects=_events,
)
