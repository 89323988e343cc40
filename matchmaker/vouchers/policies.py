"""Who may do what with a voucher. What its state forbids is the rules'."""

from matchmaker.accounts.policies import scoped
from matchmaker.accounts.rules import Reader
from matchmaker.vouchers.models import Voucher


def may_list(reader: Reader) -> bool:
    """Enterprises list their own, bureaus their district's."""
    return reader.is_enterprise or reader.is_bureau


def may_apply(reader: Reader) -> bool:
    """Enterprises that their bureau has approved."""
    return reader.is_enterprise and reader.is_approved


@scoped
def may_see(reader: Reader, voucher: Voucher) -> bool:
    """Whoever finds it: the scope decides."""
    return reader.acts_for(voucher.enterprise_id) or reader.is_bureau_of(voucher.district_code)


def owns(reader: Reader, voucher: Voucher) -> bool:
    """Its enterprise."""
    return reader.acts_for(voucher.enterprise_id) and reader.is_approved


def may_see_queue(reader: Reader) -> bool:
    """Everybody of a bureau sees what waits; reviewers decide."""
    return reader.is_bureau


def may_review(reader: Reader, voucher: Voucher) -> bool:
    """Reviewers of its district and of the city; nobody decides on what they applied for."""
    return reader.reviews(voucher.district_code) and voucher.applied_by_id != reader.person_id


def may_issue(reader: Reader, voucher: Voucher) -> bool:
    """Another reviewer than the first: the city's where the scheme has two levels of review."""
    if not may_review(reader, voucher) or voucher.reviewed_by_id == reader.person_id:
        return False
    return reader.is_city_bureau or voucher.scheme.rules_json.get("reviews") == 1
