"""Amounts as people write them, and as the database holds them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker import money

UNITS = st.sampled_from([money.FEN_PER_YUAN, money.FEN_PER_WAN])
AMOUNTS = st.integers(0, money.MAX_FEN)


@given(fen=AMOUNTS, unit=UNITS)
def test_what_a_field_shows_is_read_back_as_the_same_amount(fen: int, unit: int) -> None:
    assert money.parse(money.plain(fen, fen_per_unit=unit), fen_per_unit=unit) == fen


@given(fen=AMOUNTS, unit=UNITS)
def test_grouping_changes_the_look_and_not_the_amount(fen: int, unit: int) -> None:
    grouped = money.grouped(fen, fen_per_unit=unit)

    assert money.parse(grouped, fen_per_unit=unit) == fen
    assert "." not in grouped or not grouped.endswith("0")


@given(fen=AMOUNTS, unit=UNITS)
def test_full_width_figures_mean_the_same(fen: int, unit: int) -> None:
    plain = money.plain(fen, fen_per_unit=unit)
    wide = plain.translate({ord(narrow): ord(narrow) + 0xFEE0 for narrow in "0123456789."})

    assert money.parse(f"　{wide} ", fen_per_unit=unit) == fen


@given(st.text(max_size=12))
def test_any_text_is_an_amount_in_range_or_refused(text: str) -> None:
    try:
        fen = money.parse(text, fen_per_unit=money.FEN_PER_WAN)
    except ValueError:
        return
    assert 0 <= fen <= money.MAX_FEN


@given(yuan=st.decimals(0, 10_000, places=2), unit=st.just(money.FEN_PER_YUAN))
def test_no_fen_is_lost_to_binary_fractions(yuan: Decimal, unit: int) -> None:
    assert money.parse(str(yuan), fen_per_unit=unit) == int(yuan * 100)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("12.5", 12_500_000),
        ("１２．５", 12_500_000),
        ("１，２００", 1_200_000_000),
        ("1,200.50", 1_200_500_000),
        ("0", 0),
        (" 3 ", 3_000_000),
        ("0.000001", 1),
        ("1e2", 100_000_000),
    ],
)
def test_amounts_in_ten_thousand_yuan(text: str, fen: int) -> None:
    assert money.parse(text, fen_per_unit=money.FEN_PER_WAN) == fen


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "-1",
        "-0.01",
        "1.0000001",
        "NaN",
        "Infinity",
        "-Infinity",
        "1e99",
        "1e999999999",
        "十二",
        "12元",
        "1 2",
    ],
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        money.parse(text, fen_per_unit=money.FEN_PER_WAN)


@pytest.mark.parametrize(
    ("fen", "text"), [(0, "0"), (1, "0.000001"), (12_500_000, "12.5"), (1_234_567_000_000, "1,234,567")]
)
def test_amounts_for_reading(fen: int, text: str) -> None:
    assert money.grouped(fen, fen_per_unit=money.FEN_PER_WAN) == text
