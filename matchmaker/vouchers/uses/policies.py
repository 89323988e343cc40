"""Who may do what with a use."""

from matchmaker.accounts.policies import scoped
from matchmaker.accounts.rules import Reader
from matchmaker.vouchers.models import Use


@scoped
def may_see(reader: Reader, use: Use) -> bool:
    """Whoever it is in scope of: its enterprise, the provider that the contract names, the district's bureau."""
    return True


def owns(reader: Reader, use: Use) -> bool:
    """The enterprise of its voucher."""
    return reader.acts_for(use.voucher.enterprise_id) and reader.is_approved
