"""Money as integer fen, read from and written for people in 元 and 万元."""

from decimal import Decimal

FEN_PER_YUAN = 100
FEN_PER_WAN = 1_000_000
#: 10 billion yuan: far above any contract of the field, far below what a BIGINT holds.
MAX_FEN = 1_000_000_000_000


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
