"""Files that people send become rows of text. Whatever they send, it costs little time and memory."""

import csv
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from typing import NamedTuple

from matchmaker.errors import Invalid
from matchmaker.messages import Message, _l

MAX_ROWS = 1_000
MAX_COLUMNS = 100
#: What a workbook may unfold to. One of 1,000 full rows has about 3 MB.
MAX_UNZIPPED = 32 * 1024 * 1024
MAX_PARTS = 500
#: A workbook is read by a process of its own, which may have this much and no more.
MEMORY_BYTES = 300 * 1024 * 1024
SECONDS = 2

_TOO_LARGE = _l(
    "This file is too large: at most %(rows)s rows and %(columns)s columns are read.",
    rows=MAX_ROWS,
    columns=MAX_COLUMNS,
)
_DAMAGED = _l("This workbook cannot be read. Save it again as .xlsx, or as CSV.")
_NO_WORKBOOK = _l("Send a workbook (.xlsx) or a CSV file.")

# Reads a workbook from its input and writes its first sheet as JSON. It runs in a process of its own: the reader
# reserves memory for the whole rectangle that the cells span, which a file of 1 KB can make larger than any machine.
_READER = """
import io, json, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[2]),) * 2)
from python_calamine import CalamineWorkbook
book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
sheet = book.get_sheet_by_index(0)
if sheet.total_height > int(sys.argv[3]) + 1 or sheet.total_width > int(sys.argv[4]):
    sys.exit(3)
def text(cell):
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if hasattr(cell, "isoformat") else str(cell)
rows = sheet.to_python(skip_empty_area=False)
json.dump([[text(cell) for cell in row] for row in rows], sys.stdout)
"""


class Table(NamedTuple):
    """A sheet: its headings, and its rows that hold anything, each with its number in the file."""

    headings: list[str]
    rows: list[tuple[int, list[str]]]


def read(data: bytes) -> Table:
    """Return the first sheet of a workbook, or a CSV file. Raises ``Invalid`` on ``file``."""
    if data.startswith(b"PK"):
        rows = _workbook(data)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        raise _refused(_l("This is a workbook of the old kind (.xls). Save it as .xlsx."))
    else:
        rows = _csv(data)
    return _table(rows)


def _table(rows: Iterable[list[str]]) -> Table:
    filled = [
        (number, cells)
        for number, row in enumerate(rows, start=1)
        if any(cells := [cell.replace("\r\n", "\n").replace("\r", "\n").strip() for cell in row])
    ]
    if not filled:
        raise _refused(_l("This file is empty."))
    (_number, headings), *rest = filled
    while headings and not headings[-1]:
        headings.pop()
    if len(rest) > MAX_ROWS or len(headings) > MAX_COLUMNS:
        raise _refused(_TOO_LARGE)
    return Table(headings, rest)


def _workbook(data: bytes) -> list[list[str]]:
    _weigh(data)
    try:
        done = subprocess.run(  # noqa: S603 - this very Python, a constant program, and the file as its input
            [sys.executable, "-c", _READER, str(MEMORY_BYTES), str(SECONDS), str(MAX_ROWS), str(MAX_COLUMNS)],
            input=data,
            capture_output=True,
            timeout=SECONDS * 4,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _refused(_TOO_LARGE) from error
    if done.returncode == 0:
        rows: list[list[str]] = json.loads(done.stdout)
        return rows
    # 1 is an exception of the reader: the file is no workbook. All else is one of the limits.
    raise _refused(_DAMAGED if done.returncode == 1 and b"MemoryError" not in done.stderr else _TOO_LARGE)


def _weigh(data: bytes) -> None:
    """Refuse by the file's own table of contents what unfolds to too much, before any of it is unfolded."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            listed = parts.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise _refused(_DAMAGED) from error
    if len(listed) > MAX_PARTS or sum(part.file_size for part in listed) > MAX_UNZIPPED:
        raise _refused(_TOO_LARGE)
    if "xl/workbook.xml" not in {part.filename for part in listed}:
        raise _refused(_NO_WORKBOOK)


def _csv(data: bytes) -> list[list[str]]:
    text = _decoded(data)
    if "\0" in text:
        raise _refused(_NO_WORKBOOK)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append(row)
            if len(rows) > MAX_ROWS * 2 or len(row) > MAX_COLUMNS:
                raise _refused(_TOO_LARGE)
    except csv.Error as error:
        raise _refused(_l("Row %(row)s of this CSV file cannot be read.", row=len(rows) + 1)) from error
    return rows


def _decoded(data: bytes) -> str:
    """Excel in China writes GB18030, everybody else UTF-8, some with a mark at the beginning."""
    marks = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
    for encoding in (marks.get(data[:2]), "utf-8-sig", "gb18030"):
        if encoding:
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise _refused(_l("The characters of this file cannot be read. Save it as UTF-8 or as .xlsx."))


def _refused(message: Message) -> Invalid:
    return Invalid(field="file", message=message)
