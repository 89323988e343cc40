"""Who may see and decide pairs: whoever both belong to, and the bureau that looks after both; once only."""

from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.rules import speaks_for
from matchmaker.catalogue.twins.models import Twin


def may_list(reader: Reader) -> bool:
    """Everybody who has postings, and the bureaus."""
    return reader.organisation_id is not None


def may_merge(reader: Reader, twin: Twin) -> bool:
    """Whoever both belong to: nobody else ends a posting."""
    return twin.is_open and all(speaks_for(reader, posting) for posting in twin.postings)


def may_ask(reader: Reader, twin: Twin) -> bool:
    """Reviewers of the districts of both."""
    return twin.is_open and all(reader.reviews(posting.district_code) for posting in twin.postings)


def may_keep_apart(reader: Reader, twin: Twin) -> bool:
    """Both of these."""
    return twin.is_open and (may_merge(reader, twin) or may_ask(reader, twin))
