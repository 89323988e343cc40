"""Who reads tables: bureaus, each its own district's rows, the city's all. Whose view it is decides the query."""

from matchmaker.accounts.rules import Reader


def may_read(reader: Reader, _view: object = None) -> bool:
    """Everybody of a bureau."""
    return reader.is_bureau
