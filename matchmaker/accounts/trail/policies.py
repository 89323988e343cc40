"""Who may look at the audit trail."""

from matchmaker.accounts.models import Role
from matchmaker.accounts.rules import Reader


def may_read_trail(reader: Reader) -> bool:
    """Auditors of a bureau, and admins; neither sees what a need says."""
    return reader.is_admin or (reader.is_bureau and Role.AUDITOR in reader.roles)
