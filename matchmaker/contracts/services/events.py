"""What services add to the dossiers of both their sides."""

from typing import Any

from sqlalchemy import Select, String, cast, literal, or_

from matchmaker.accounts.rules import Reader
from matchmaker.contracts.services.models import STATE_LABELS, ServiceMove, ServiceRecord, ServiceState
from matchmaker.contracts.services.queries import in_scope
from matchmaker.dossier.queries import event
from matchmaker.dossier.rules import Act, Source
from matchmaker.messages import _l

_ICONS = {ServiceState.CONFIRMED: "circle-check", ServiceState.DISPUTED: "alert-triangle"}


def _events(reader: Reader, organisation_id: int) -> list[Select[Any]]:
    theirs = or_(ServiceRecord.enterprise_id == organisation_id, ServiceRecord.provider_id == organisation_id)
    changed = or_(ServiceMove.from_state.is_(None), ServiceMove.from_state != ServiceMove.to_state)
    moved = literal("service.") + cast(ServiceMove.to_state, String)
    return [
        event(ServiceMove.at, moved, ServiceRecord.id, ServiceRecord.description)
        .join(ServiceRecord, ServiceRecord.id == ServiceMove.record_id)
        .where(theirs, in_scope(reader), changed)
    ]


SOURCE = Source(
    name="services",
    label=_l("Services"),
    acts={
        f"service.{state.value}": Act(
            _l("Service: %(state)s", state=label), _ICONS.get(state, "flask"), "services.show", "record_id"
        )
        for state, label in STATE_LABELS.items()
    },
    selects=_events,
)
