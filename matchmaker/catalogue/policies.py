"""Who may do what with a posting. That a reader sees it at all is decided by the queries' ``in_scope``."""

from matchmaker.accounts.policies import public
from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.models import Posting
from matchmaker.catalogue.rules import speaks_for


@public
def may_see(reader: Reader, posting: Posting) -> bool:
    """Whatever the reader's scope let through."""
    return True


def owns(reader: Reader, posting: Posting) -> bool:
    """Its own organisation, and whoever posted it by mandate; whether the state allows a move is the rules' to say."""
    return speaks_for(reader, posting)


def may_edit(reader: Reader, posting: Posting) -> bool:
    """Whoever owns it, until it is over."""
    return owns(reader, posting) and not posting.is_over


def may_match(reader: Reader, posting: Posting) -> bool:
    """Whoever owns it, and the bureau that looks after it from when it is to be checked until it is no longer open."""
    if owns(reader, posting):
        return True
    return reader.is_bureau_of(posting.district_code) and (posting.is_open or posting.awaits_check)
