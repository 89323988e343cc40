"""Who may do what with a posting. That a reader sees it at all is decided by the queries' ``in_scope``."""

from matchmaker.accounts.policies import public
from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.models import Posting, PostingState


@public
def may_see(reader: Reader, posting: Posting) -> bool:
    """Whatever the reader's scope let through."""
    return True


def owns(reader: Reader, posting: Posting) -> bool:
    """Its own organisation; whether the state allows the move is the rule's to say."""
    return reader.acts_for(posting.organisation_id)


def may_edit(reader: Reader, posting: Posting) -> bool:
    """Its organisation, until it is closed."""
    return owns(reader, posting) and posting.state is not PostingState.CLOSED


def may_match(reader: Reader, posting: Posting) -> bool:
    """Its organisation, and the bureau that looks after it once it is published."""
    if owns(reader, posting):
        return True
    return reader.is_bureau_of(posting.district_code) and posting.state is PostingState.PUBLISHED
