"""Who may look at flags and answer them. Enterprises and complexes never see them."""

from matchmaker.accounts.models import Organisation, Role
from matchmaker.accounts.policies import scoped
from matchmaker.accounts.rules import Reader
from matchmaker.vouchers.flags.models import Flag, PartyFact


def may_list(reader: Reader) -> bool:
    """Everybody of a bureau."""
    return reader.is_bureau


@scoped
def may_see(reader: Reader, flag: Flag) -> bool:
    """Everybody of the bureau of the claim's district."""
    return reader.is_bureau_of(flag.redemption.district_code)


def may_override(reader: Reader, flag: Flag) -> bool:
    """Reviewers there; that they belong to neither side, the operation asks."""
    return reader.reviews(flag.redemption.district_code)


@scoped
def may_see_party(reader: Reader, _organisation: Organisation) -> bool:
    """Everybody of a bureau, as far as its scope goes."""
    return reader.is_bureau


def may_note(reader: Reader, _organisation: Organisation) -> bool:
    """Reviewers of a bureau, as far as its scope goes."""
    return reader.is_bureau and Role.REVIEWER in reader.roles


def may_forget(reader: Reader, _fact: PartyFact) -> bool:
    """The same."""
    return reader.is_bureau and Role.REVIEWER in reader.roles
