"""Who may change what is their own."""

from matchmaker.accounts.rules import Reader


def is_signed_in(reader: Reader) -> bool:
    """Everybody who is signed in has an account to look after."""
    return reader.is_authenticated
