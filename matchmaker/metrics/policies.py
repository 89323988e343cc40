"""Who reads figures; whose, ``places`` decides for each."""

from matchmaker.accounts.rules import Reader


def may_see(reader: Reader) -> bool:
    """Bureaus, complexes and institutes."""
    return reader.is_bureau or reader.is_provider
