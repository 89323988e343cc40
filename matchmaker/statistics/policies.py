"""Who sees dashboards, tables and what records lack: bureaus, each its own district's, the city's all.

Whose view of a table it is decides the query.
"""

from matchmaker.accounts.rules import Reader


def may_see(reader: Reader, _view: object = None) -> bool:
    """Everybody of a bureau."""
    return reader.is_bureau
