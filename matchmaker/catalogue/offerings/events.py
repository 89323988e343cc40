"""What an offering adds to the dossier of its provider."""

from typing import Any

from sqlalchemy import Select

from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.offerings.models import Offering
from matchmaker.catalogue.offerings.queries import in_scope
from matchmaker.dossier.queries import event
from matchmaker.dossier.rules import Act, Source
from matchmaker.messages import _l


def _events(reader: Reader, organisation_id: int) -> list[Select[Any]]:
    theirs = (Offering.organisation_id == organisation_id, in_scope(reader))
    return [
        event(Offering.created_at, "offering.written", Offering.id, Offering.title).where(*theirs),
        event(Offering.published_at, "offering.published", Offering.id, Offering.title).where(
            *theirs, Offering.published_at.is_not(None)
        ),
        event(Offering.closed_at, "offering.closed", Offering.id, Offering.title).where(
            *theirs, Offering.closed_at.is_not(None)
        ),
    ]


SOURCE = Source(
    name="offerings",
    label=_l("Offerings"),
    acts={
        "offering.written": Act(_l("Offering written"), "edit", "offerings.show", "offering_id"),
        "offering.published": Act(_l("Offering published"), "flask", "offerings.show", "offering_id"),
        "offering.closed": Act(_l("Offering closed"), "archive", "offerings.show", "offering_id"),
    },
    selects=_events,
)
