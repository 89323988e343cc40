"""Who may see the directory."""

from matchmaker.accounts.models import Organisation
from matchmaker.accounts.policies import public
from matchmaker.accounts.rules import Reader


@public
def may_see(reader: Reader, organisation: Organisation) -> bool:
    """The directory is public."""
    return True
