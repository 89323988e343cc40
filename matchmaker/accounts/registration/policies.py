"""Who may see, decide and correct a registration."""

from matchmaker.accounts.models import Organisation
from matchmaker.accounts.rules import Reader


def may_see_queue(reader: Reader) -> bool:
    """Every member of a bureau sees who is waiting in its district."""
    return reader.is_bureau


def may_see_registration(reader: Reader, organisation: Organisation) -> bool:
    """Whoever acts for it, and its bureau."""
    return reader.acts_for(organisation.id) or reader.is_bureau_of(organisation.district_code)


def may_decide(reader: Reader, organisation: Organisation) -> bool:
    """The reviewers of its district; whether it still waits is the rule's to say."""
    return reader.reviews(organisation.district_code)


def may_correct(reader: Reader, organisation: Organisation) -> bool:
    """Its managers."""
    return reader.manages(organisation.id)
