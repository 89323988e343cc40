"""Who takes tables as files: whoever reads the tables; a file is for the person who asked, as long as they may."""

from matchmaker.accounts.rules import Reader
from matchmaker.statistics.exports import rules
from matchmaker.statistics.exports.models import TableExport


def may_ask(reader: Reader, _export: object = None) -> bool:
    """Everybody of a bureau; whose file it is decides the query."""
    return reader.is_bureau


def may_take(reader: Reader, export: TableExport) -> bool:
    """Whoever asked for it, while they may read as much as they did then."""
    return reader.person_id == export.person_id and rules.still_covers(
        reader, organisation_id=export.organisation_id, district_code=export.district_code
    )
