"""Files that spreadsheet programs open. What people wrote stays text in them: neither a formula nor a link."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any, TextIO

import xlsxwriter

CSV = "text/csv; charset=utf-8"
#: What a sheet of a workbook holds, the line with the headings among them.
MOST_LINES = 1_048_576
#: How the line with the headings looks.
HEAD = {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E8EEF7", "border": 1}

_AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
#: A cell that begins so is taken for a formula by one program or another, in full width too.
_FORMULA = tuple("=+-@＝＋－＠|%\t\r\n")


def book(out: IO[bytes], *, is_long: bool = False, aside: Path | None = None) -> Any:
    """Return a workbook that is written into ``out`` when it is left.

    A long one keeps one row in memory at a time: rows are then written from the top down, and lie in the folder
    ``aside`` until the end.
    """
    long = {"constant_memory": True, "tmpdir": str(aside) if aside else None, "use_zip64": True}
    return xlsxwriter.Workbook(out, {**_AS_TEXT, **(long if is_long else {"in_memory": True})})


def safe(text: str) -> str:
    """Return ``text`` as a cell of a CSV file that stays text wherever it is opened."""
    plain = " ".join(text.split())
    return f"'{plain}" if text.startswith(_FORMULA) or plain.startswith(_FORMULA) else plain


def commas(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return lines with commas between and quotes where needed; ``rows`` hold what is ``safe``."""
    out = io.StringIO(newline="")
    _write(out, head, rows)
    return out.getvalue()


def write_csv(out: IO[bytes], head: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """Write the same into ``out`` row by row, in UTF-8 with the mark by which spreadsheet programs know it."""
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="")
    _write(text, head, rows)
    # Whoever opened the stream closes it.
    text.detach()


def _write(out: TextIO, head: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(rows)


def csv_file(head: Iterable[str], rows: Iterable[Iterable[str]]) -> bytes:
    """Return the same in UTF-8, with the mark by which spreadsheet programs know it."""
    return commas(head, rows).encode("utf-8-sig")
