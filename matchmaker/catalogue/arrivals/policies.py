"""Who may see new matches: those who have something to match."""

from matchmaker.accounts.rules import Reader


def may_list(reader: Reader) -> bool:
    """Enterprises of their needs, complexes and institutes of their offerings."""
    return reader.is_enterprise or reader.is_provider
