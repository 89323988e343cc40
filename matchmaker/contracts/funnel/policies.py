"""Who sees the funnel."""

from matchmaker.accounts.rules import Reader


def may_see(reader: Reader) -> bool:
    """Bureaus that of their district, complexes and institutes their own."""
    return reader.is_bureau or reader.is_provider
