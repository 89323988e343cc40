"""The letters about services. Mail travels in the open: it tells numbers, and the site tells the rest."""

from collections.abc import Sequence

from matchmaker.accounts.members.letters import Text
from matchmaker.contracts.services.models import ServiceRecord
from matchmaker.messages import _l


def to_confirm(records: Sequence[ServiceRecord]) -> Text:
    """Services were recorded."""
    return Text(
        _l("%(count)s services to confirm", count=len(records)),
        _l(
            "A complex or institute has recorded %(count)s services that it did for you. Sign in and confirm them, or "
            "say what is wrong:\n\n/services/to-confirm",
            count=len(records),
        ),
    )


def disputed(record: ServiceRecord) -> Text:
    """The enterprise says that it was otherwise."""
    return Text(
        _l("Service %(number)s is disputed", number=record.number),
        _l(
            "The enterprise says that the service %(number)s was not done as recorded, and why. Correct it or take it "
            "back:\n\n/services/%(id)s",
            number=record.number,
            id=record.id,
        ),
    )


def taken_back(record: ServiceRecord) -> Text:
    """It was recorded by mistake."""
    return Text(
        _l("Service %(number)s was taken back", number=record.number),
        _l("The service %(number)s was recorded by mistake and does not count any more.", number=record.number),
    )
