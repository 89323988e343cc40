"""Who may post a need; the rest is the same for all postings."""

from matchmaker.accounts.rules import Reader


def may_post(reader: Reader) -> bool:
    """Needs are the enterprises'."""
    return reader.is_enterprise
