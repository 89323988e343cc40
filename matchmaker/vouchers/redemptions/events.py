"""What a claim adds to the dossiers of its enterprise and of the provider it names: every step since it was filed."""

from typing import Any

from sqlalchemy import Select, String, cast, literal, or_

from matchmaker.accounts.rules import Reader
from matchmaker.contracts.agreements.models import Contract
from matchmaker.dossier.queries import event
from matchmaker.dossier.rules import Act, Source
from matchmaker.messages import _l
from matchmaker.vouchers.redemptions.models import STATE_LABELS, Redemption, RedemptionMove, RedemptionState
from matchmaker.vouchers.redemptions.queries import in_scope

_ICONS = {RedemptionState.PAID: "circle-check", RedemptionState.REJECTED: "circle-x", RedemptionState.PAYABLE: "coin"}


def _events(reader: Reader, organisation_id: int) -> list[Select[Any]]:
    theirs = or_(Redemption.enterprise_id == organisation_id, Redemption.provider_id == organisation_id)
    return [
        event(
            RedemptionMove.at, literal("claim.") + cast(RedemptionMove.to_state, String), Redemption.id, Contract.title
        )
        .join(Redemption, Redemption.id == RedemptionMove.redemption_id)
        .join(Contract, Contract.id == Redemption.contract_id)
        .where(theirs, in_scope(reader))
    ]


SOURCE = Source(
    name="claims",
    label=_l("Claims"),
    acts={
        f"claim.{state.value}": Act(
            _l("Claim: %(state)s", state=label), _ICONS.get(state, "coin"), "redemptions.show", "redemption_id"
        )
        for state, label in STATE_LABELS.items()
    },
    selects=_events,
)
