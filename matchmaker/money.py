"""Money as integer fen, read from and written for people in 元 and 万元."""

import re
from decimal import Decimal

from matchmaker.messages import Message, _l

FEN_PER_YUAN = 100
FEN_PER_WAN = 1_000_000
#: 10 billion yuan: far above any contract of the field, far below what a BIGINT holds.
MAX_FEN = 1_000_000_000_000

_UNITS = {"": FEN_PER_YUAN, "元": FEN_PER_YUAN, "万": FEN_PER_WAN, "万元": FEN_PER_WAN}
#: The full-width forms of ASCII, which Chinese keyboards write, and their comma and stop.
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {ord("￥"): "¥", ord("　"): " "}
_TYPED = re.compile(r"¥?\s*(?P<sign>[-−+]?)(?P<number>[^元万]*?)\s*(?P<unit>万元|万|元|)")
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
_NUMBER = re.compile(r"\d+(\.\d+)?")


class Unclear(ValueError):
    """A text that names no amount; the message says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def typed(text: str, *, may_be_zero: bool = False) -> int:
    """Return the fen of an amount as somebody types it: "12000.50", "12,000.5元", "1.2万".

    Raises ``Unclear`` with what is wrong: no number, negative, zero, finer than a fen, figures of two widths, commas
    out of place, larger than ``MAX_FEN``.
    """
    bare = text.strip()
    if not bare:
        raise Unclear(_l("Write an amount."))
    if re.search(r"[０-９]", bare) and re.search(r"[0-9]", bare):
        raise Unclear(_l("Some figures are full-width (１) and some are not. Write all of them the same way."))
    found = _TYPED.fullmatch(bare.translate(_NARROW))
    if found is None or not _is_number(found["number"]):
        raise Unclear(_l("Write an amount in yuan in figures, such as 12000.50, or 1.2万."))
    if found["sign"] in ("-", "−"):
        raise Unclear(_l("An amount is not below zero."))
    fen = Decimal(found["number"].replace(",", "")) * _UNITS[found["unit"]]
    if fen != fen.to_integral_value():
        raise Unclear(_l("An amount has no more than two places behind the point: a fen is the smallest."))
    if fen > MAX_FEN:
        raise Unclear(_l("This amount is larger than any contract."))
    if not fen and not may_be_zero:
        raise Unclear(_l("An amount is more than zero."))
    return int(fen)


def _is_number(text: str) -> bool:
    return text.isascii() and bool(_NUMBER.fullmatch(text) or _GROUPED.fullmatch(text))


def parse(text: str, *, fen_per_unit: int) -> int:
    """Return the fen that ``text`` names in a unit of ``fen_per_unit`` fen.

    Accepts full-width digits and thousands separators ("1，200.50"). Raises ``ValueError`` for anything
    that is no number, is negative, is finer than a fen, or exceeds ``MAX_FEN``.
    """
    cleaned = text.strip().replace(",", "").replace("，", "").replace("．", ".")
    try:
        fen = Decimal(cleaned) * fen_per_unit
    except ArithmeticError as error:
        raise ValueError(text) from error
    if not fen.is_finite() or fen != fen.to_integral_value() or not 0 <= fen <= MAX_FEN:
        raise ValueError(text)
    return int(fen)


def plain(fen: int, *, fen_per_unit: int) -> str:
    """Return ``fen`` as the shortest decimal text in the unit, as a form field holds it ("12.5")."""
    text = f"{Decimal(fen) / fen_per_unit:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def grouped(fen: int, *, fen_per_unit: int) -> str:
    """Return ``fen`` in the unit with thousands separators and no trailing zeros ("1,200.5")."""
    units, rest = divmod(fen, fen_per_unit)
    if not rest:
        return f"{units:,}"
    whole, dot, part = plain(fen, fen_per_unit=fen_per_unit).partition(".")
    return f"{int(whole):,}{dot}{part}"
