"""Who may do what with a use."""

from matchmaker.accounts.rules import Reader
from matchmaker.vouchers.models import Use


def may_see(reader: Reader, use: Use) -> bool:
    """Its enterprise, the provider that the contract names, and the bureau of the district."""
    voucher = use.voucher
    return (
        reader.acts_for(voucher.enterprise_id)
        or reader.acts_for(use.contract.provider_id)
        or reader.is_bureau_of(voucher.district_code)
    )


def owns(reader: Reader, use: Use) -> bool:
    """The enterprise of its voucher."""
    return reader.acts_for(use.voucher.enterprise_id) and reader.is_approved
