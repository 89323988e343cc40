"""Who may look at reconciliations. They name vouchers and amounts of every district."""

from matchmaker.accounts.models import Role
from matchmaker.accounts.policies import scoped
from matchmaker.accounts.rules import Reader
from matchmaker.vouchers.reconciliation.models import Reconciliation


def may_list(reader: Reader) -> bool:
    """Everybody of the city's bureau, its auditors among them."""
    return reader.is_city_bureau


@scoped
def may_see(reader: Reader, reconciliation: Reconciliation) -> bool:
    """Whoever it is in scope of."""
    return True


def may_run(reader: Reader) -> bool:
    """Reviewers of the city's bureau; auditors write nothing."""
    return reader.is_city_bureau and Role.REVIEWER in reader.roles
