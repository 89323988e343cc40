"""Who may look after an enterprise's mandates."""

from matchmaker.accounts.mandates.models import Mandate
from matchmaker.accounts.rules import Reader


def may_look(reader: Reader) -> bool:
    """Everybody of an enterprise sees who may post in its name."""
    return reader.is_enterprise


def may_grant(reader: Reader) -> bool:
    """Its managers grant."""
    return reader.is_enterprise and reader.organisation_id is not None and reader.manages(reader.organisation_id)


def may_end(reader: Reader, mandate: Mandate) -> bool:
    """Its managers end, while it holds."""
    return reader.manages(mandate.organisation_id) and mandate.ended_at is None
