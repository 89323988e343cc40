"""Who reads an enterprise's year: its own people."""

from matchmaker.accounts.rules import Reader


def may_read(reader: Reader) -> bool:
    """Everybody who acts for an enterprise."""
    return reader.is_enterprise
