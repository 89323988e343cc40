"""Who may list, pause and confirm an offering; the rest is the same for all postings."""

from matchmaker.accounts.rules import Reader


def may_list(reader: Reader) -> bool:
    """Offerings are the complexes' and institutes'."""
    return reader.is_provider
