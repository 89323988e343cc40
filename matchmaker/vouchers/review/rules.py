"""What a reviewer may write beside a claim. Pure."""

from collections.abc import Mapping

from matchmaker.accounts.rules import Reader
from matchmaker.errors import Invalid
from matchmaker.messages import Message, _l
from matchmaker.vouchers.redemptions.models import Redemption, RedemptionState
from matchmaker.vouchers.redemptions.rules import MAX_WORDS
from matchmaker.vouchers.schemes.rules import SchemeRules

#: The parts of a claim that can be returned with a remark.
REMARKS: Mapping[str, Message] = {
    "claimed_fen": _l("Claimed amount"),
    "payee": _l("Account"),
    "papers": _l("Evidence"),
    "words": _l("Anything else"),
}


def check_comments(comments: Mapping[str, str]) -> dict[str, str]:
    """Return the remarks that say something. Raises ``Invalid`` when none does, or on one that is too long."""
    said = {name: words.strip() for name, words in comments.items() if name in REMARKS and words.strip()}
    if not said:
        raise Invalid(field="papers", message=_l("Say at one part at least what has to be changed."))
    for name, words in said.items():
        if len(words) > MAX_WORDS or "\0" in words:
            raise Invalid(field=name, message=_l("At most %(most)s characters, please.", most=MAX_WORDS))
    return said


def is_turn_of(reader: Reader, redemption: Redemption) -> bool:
    """Whether this reviewer decides now: not on their own claim, nor twice; second the city where the scheme says so.

    The page offers the decision by this; the operations refuse by themselves.
    """
    if not reader.reviews(redemption.district_code) or reader.person_id == redemption.filed_by_id:
        return False
    if redemption.state is not RedemptionState.REVIEWED:
        return True
    if reader.person_id == redemption.first_reviewed_by_id:
        return False
    return reader.is_city_bureau or SchemeRules.of(redemption.scheme.rules_json).reviews == 1
