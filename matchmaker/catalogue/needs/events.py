"""What a need adds to the dossier of its enterprise."""

from typing import Any

from sqlalchemy import Select

from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.needs.models import Need
from matchmaker.catalogue.needs.queries import in_scope
from matchmaker.dossier.queries import event
from matchmaker.dossier.rules import Act, Source
from matchmaker.messages import _l


def _events(reader: Reader, organisation_id: int) -> list[Select[Any]]:
    theirs = (Need.organisation_id == organisation_id, in_scope(reader))
    return [
        event(Need.created_at, "need.written", Need.id, Need.title).where(*theirs),
        event(Need.published_at, "need.published", Need.id, Need.title).where(*theirs, Need.published_at.is_not(None)),
        event(Need.closed_at, "need.closed", Need.id, Need.title).where(*theirs, Need.closed_at.is_not(None)),
    ]


SOURCE = Source(
    name="needs",
    label=_l("Needs"),
    acts={
        "need.written": Act(_l("Need written"), "edit", "needs.show", "need_id"),
        "need.published": Act(_l("Need published"), "bulb", "needs.show", "need_id"),
        "need.closed": Act(_l("Need closed"), "archive", "needs.show", "need_id"),
    },
    selects=_events,
)
