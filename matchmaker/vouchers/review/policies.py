"""Who may review."""

from matchmaker.accounts.rules import Reader
from matchmaker.vouchers.redemptions.models import Redemption


def may_see_queue(reader: Reader) -> bool:
    """Everybody of a bureau sees what waits; reviewers decide."""
    return reader.is_bureau


def may_review(reader: Reader, redemption: Redemption) -> bool:
    """Reviewers of the enterprise's district and of the city see a claim beside its evidence."""
    return reader.reviews(redemption.district_code)
