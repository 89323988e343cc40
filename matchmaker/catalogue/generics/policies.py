"""Who may see candidate generic technologies: the bureaus, which draw up the lists."""

from matchmaker.accounts.policies import scoped
from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.generics.models import Generic


def may_list(reader: Reader) -> bool:
    """Everybody of a bureau."""
    return reader.is_bureau


@scoped
def may_see(reader: Reader, generic: Generic) -> bool:
    """Whatever the reader's scope let through."""
    return reader.is_bureau
