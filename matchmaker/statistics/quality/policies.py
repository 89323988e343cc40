"""Who reads what the records lack: bureaus, each its own district's, the city's all."""

from matchmaker.accounts.rules import Reader


def may_read(reader: Reader) -> bool:
    """Everybody of a bureau."""
    return reader.is_bureau
