"""Who may list, pause and confirm an offering; the rest is the same for all postings."""

from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.offerings.models import Offering
from matchmaker.catalogue.rules import speaks_for


def may_list(reader: Reader) -> bool:
    """Offerings are the complexes' and institutes'."""
    return reader.is_provider


def may_publish(reader: Reader, offering: Offering) -> bool:
    """Its provider, once the bureau has approved it; before, drafts may be kept."""
    return speaks_for(reader, offering) and reader.is_approved


def may_see_history(reader: Reader, offering: Offering) -> bool:
    """Its provider, and the bureau that looks after it."""
    return speaks_for(reader, offering) or reader.is_bureau_of(offering.district_code)
