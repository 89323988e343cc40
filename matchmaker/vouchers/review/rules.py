"""What a reviewer may write beside a claim. Pure."""

from collections.abc import Mapping

from matchmaker.errors import Invalid
from matchmaker.messages import Message, _l
from matchmaker.vouchers.redemptions.rules import MAX_WORDS

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
