"""What a need adds to the dossier of its enterprise: that it was written, and every move since."""

from typing import Any

from sqlalchemy import Select, String, cast, literal

from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.needs.models import STATE_LABELS, Need, NeedMove, NeedState
from matchmaker.catalogue.needs.queries import in_scope
from matchmaker.dossier.queries import event
from matchmaker.dossier.rules import Act, Source
from matchmaker.messages import _l

_ICONS = {NeedState.PUBLISHED: "bulb", NeedState.SOLVED: "circle-check", NeedState.CLOSED: "archive"}


def _events(reader: Reader, organisation_id: int) -> list[Select[Any]]:
    theirs = (Need.organisation_id == organisation_id, in_scope(reader))
    return [
        event(Need.created_at, "need.written", Need.id, Need.title).where(*theirs),
        event(NeedMove.at, literal("need.") + cast(NeedMove.to_state, String), Need.id, Need.title)
        .join(Need, Need.id == NeedMove.need_id)
        .where(*theirs),
    ]


SOURCE = Source(
    name="needs",
    label=_l("Needs"),
    acts={
        "need.written": Act(_l("Need written"), "edit", "needs.show", "need_id"),
        **{
            f"need.{state.value}": Act(
                _l("Need: %(state)s", state=label), _ICONS.get(state, "clipboard-list"), "needs.show", "need_id"
            )
            for state, label in STATE_LABELS.items()
        },
    },
    selects=_events,
)
