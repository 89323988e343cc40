"""A batch as files: a workbook for people, and lines for the bank. Whatever stands in a claim stays text."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from matchmaker import money, spreadsheets
from matchmaker.files.rules import XLSX
from matchmaker.messages import Message, _l
from matchmaker.phrases import in_language
from matchmaker.vouchers.clearing.rules import Line


class Encoding(StrEnum):
    """What the bank's program reads."""

    GB18030 = "gb18030"
    UTF_8 = "utf-8"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A batch to be written: its number, its payments, its seal."""

    number: str
    lines: Sequence[Line]
    sha256: str

    @property
    def total_fen(self) -> int:
        """What all payments add up to."""
        return sum(line.amount_fen for line in self.lines)


HEADINGS: tuple[Message, ...] = (
    _l("No."),
    _l("Claim"),
    _l("Account in the name of"),
    _l("Account number"),
    _l("Bank and branch"),
    _l("Amount in yuan"),
    _l("Remark"),
)
_REMARK, _TOTAL, _SEAL = _l("Innovation voucher"), _l("Total"), _l("Seal (SHA-256)")


def _cells(sheet: Sheet, language: str) -> list[list[str]]:
    remark = in_language(_REMARK, language)
    return [
        [
            str(place),
            line.number,
            spreadsheets.safe(line.payee_name),
            line.payee_account,
            spreadsheets.safe(line.payee_bank),
            yuan(line.amount_fen),
            f"{remark} {line.number}",
        ]
        for place, line in enumerate(sheet.lines, start=1)
    ]


def yuan(fen: int) -> str:
    """Return an amount with two decimals and nothing else, as banks read it."""
    return f"{fen // money.FEN_PER_YUAN}.{fen % money.FEN_PER_YUAN:02d}"


def workbook(sheet: Sheet, language: str) -> bytes:
    """Return the batch as a workbook with its total and its seal."""
    out = io.BytesIO()
    with spreadsheets.book(out) as book:
        head = book.add_format(spreadsheets.HEAD)
        amount = book.add_format({"num_format": "#,##0.00"})
        page = book.add_worksheet(sheet.number)
        for column, (title, width) in enumerate(zip(HEADINGS, (6, 16, 32, 28, 36, 16, 28), strict=True)):
            page.set_column(column, column, width)
            page.write_string(0, column, in_language(title, language), head)
        page.freeze_panes(1, 0)
        for row, (cells, line) in enumerate(zip(_cells(sheet, language), sheet.lines, strict=True), start=1):
            for column, cell in enumerate(cells):
                if column == 5:
                    page.write_number(row, column, line.amount_fen / money.FEN_PER_YUAN, amount)
                else:
                    page.write_string(row, column, cell)
        last = len(sheet.lines) + 1
        page.write_string(last, 0, in_language(_TOTAL, language), head)
        page.write_number(last, 5, sheet.total_fen / money.FEN_PER_YUAN, amount)
        page.write_string(last + 1, 0, in_language(_SEAL, language), head)
        page.write_string(last + 1, 2, sheet.sha256)
    return out.getvalue()


def bank_csv(sheet: Sheet, language: str, encoding: Encoding) -> bytes:
    """Return the payments with commas between, a heading above, quotes where needed."""
    head = (in_language(title, language) for title in HEADINGS)
    return _encoded(spreadsheets.commas(head, _cells(sheet, language)), encoding)


def bank_text(sheet: Sheet, language: str, encoding: Encoding) -> bytes:
    """Return the payments line by line: account|name|bank|amount|remark, after a line with their number and sum."""
    lines = [f"{sheet.number}|{len(sheet.lines)}|{yuan(sheet.total_fen)}"]
    for _place, _number, name, account, bank, amount, remark in _cells(sheet, language):
        lines.append("|".join(cell.replace("|", " ") for cell in (account, name, bank, amount, remark)))
    return _encoded("\r\n".join(lines) + "\r\n", encoding)


def _encoded(text: str, encoding: Encoding) -> bytes:
    # Spreadsheets take UTF-8 without a mark for the machine's own encoding.
    return text.encode("utf-8-sig" if encoding is Encoding.UTF_8 else encoding.value)


#: What a batch can be fetched as, by the end of its name.
KINDS: dict[str, tuple[str, Callable[[Sheet, str, Encoding], bytes]]] = {
    "xlsx": (XLSX, lambda sheet, language, _encoding: workbook(sheet, language)),
    "csv": ("text/csv", bank_csv),
    "txt": ("text/plain", bank_text),
}
