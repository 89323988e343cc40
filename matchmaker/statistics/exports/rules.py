"""When a file may be written, taken and forgotten. Pure: no session, no request."""

from datetime import timedelta

from matchmaker import spreadsheets
from matchmaker.accounts.rules import Reader
from matchmaker.errors import Conflict
from matchmaker.files.rules import XLSX
from matchmaker.messages import _l
from matchmaker.reference.models import CITY_CODE
from matchmaker.statistics.exports.models import Form, State

#: What may follow what; a file that is being written is begun anew when its writer died.
ALLOWED = {
    State.WAITING: frozenset({State.WRITING, State.GONE}),
    State.WRITING: frozenset({State.WRITING, State.READY, State.FAILED, State.GONE}),
    State.READY: frozenset({State.GONE}),
    State.FAILED: frozenset({State.GONE}),
    State.GONE: frozenset[State](),
}
UNFINISHED = frozenset({State.WAITING, State.WRITING})

#: Up to so many rows a file is written while one waits.
MOST_AT_ONCE = 2_000
#: Rows of a workbook beneath its headings. Text has no such limit.
MOST_IN_WORKBOOK = spreadsheets.MOST_LINES - 1
#: One person's files that are not finished yet; the others shall have their turn.
MOST_UNFINISHED = 3
#: A writer tells so often how far it is, and is taken for dead after so long.
BEAT_EVERY_S = 2.0
DEAD_AFTER = timedelta(seconds=60)
MOST_ATTEMPTS = 3

MEDIA_TYPES = {Form.XLSX: XLSX, Form.CSV: spreadsheets.CSV}


def check_length(form: Form, count: int) -> None:
    """Raise ``Conflict`` when a file of that form cannot hold so many rows."""
    if form is Form.XLSX and count > MOST_IN_WORKBOOK:
        most = f"{MOST_IN_WORKBOOK:,}"
        raise Conflict(
            _l("A workbook holds at most %(most)s rows. Take it as text (CSV), or choose more filters.", most=most)
        )


def still_covers(reader: Reader, *, organisation_id: int, district_code: str) -> bool:
    """Whether a reader may see all that the same person saw for that bureau, in that district."""
    if reader.organisation_id != organisation_id or not reader.is_bureau:
        return False
    return reader.district_code in (district_code, CITY_CODE)


def percent(written: int, row_count: int) -> int:
    """Return how much is done; what is not finished is never all of it."""
    return min(99, written * 100 // row_count) if row_count else 0
