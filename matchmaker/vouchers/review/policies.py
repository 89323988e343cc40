"""Who may review."""

from matchmaker.accounts.rules import Reader
from matchmaker.vouchers.redemptions.models import Redemption, RedemptionState
from matchmaker.vouchers.schemes.rules import SchemeRules


def may_see_queue(reader: Reader) -> bool:
    """Everybody of a bureau sees what waits; reviewers decide."""
    return reader.is_bureau


def may_review(reader: Reader, redemption: Redemption) -> bool:
    """Reviewers of the enterprise's district and of the city see a claim beside its evidence."""
    return reader.reviews(redemption.district_code)


def may_decide(reader: Reader, redemption: Redemption) -> bool:
    """A reviewer who has not filed it; the second one is another person, of the city where the scheme says so."""
    if not may_review(reader, redemption) or reader.person_id == redemption.filed_by_id:
        return False
    if redemption.state is not RedemptionState.REVIEWED:
        return True
    if reader.person_id == redemption.first_reviewed_by_id:
        return False
    return reader.is_city_bureau or SchemeRules.of(redemption.scheme.rules_json).reviews == 1
