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


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("12000.50", 1_200_050),
        ("1.2万", 1_200_000),
        ("1.2 万元", 1_200_000),
        ("12000元", 1_200_000),
        ("¥1,200.5", 120_050),
        ("１２０００．５０", 1_200_050),
        ("￥１，２００", 120_000),
        ("0.01", 1),
        ("1.234567万", 1_234_567),
        ("100000000.00", 10_000_000_000),
    ],
)
def test_an_amount_is_typed_in_yuan_or_in_tens_of_thousands(text: str, fen: int) -> None:
    assert money.typed(text) == fen


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Write an amount."),
        ("-5", "not below zero"),
        ("−5", "not below zero"),
        ("－５", "not below zero"),
        ("0", "more than zero"),
        ("0.00万", "more than zero"),
        ("NaN", "in figures"),
        ("inf", "in figures"),
        ("1e5", "in figures"),
        ("九千", "in figures"),
        ("1,2000", "in figures"),
        ("12 34", "in figures"),
        ("1.2万5", "in figures"),
        ("²", "in figures"),
        ("٣٤", "in figures"),
        ("1２000", "the same way"),
        ("12.345", "no more than two places"),
        ("1.2345678万", "no more than two places"),
        ("10000000001", "larger than any contract"),
    ],
)
def test_what_names_no_amount_is_refused_with_its_reason(text: str, why: str) -> None:
    with pytest.raises(money.Unclear, match=why):
        money.typed(text)


@given(st.text(alphabet="0123456789０１２.．,，-−万元¥ eE", max_size=12))
def test_whatever_is_typed_is_an_exact_amount_or_refused(text: str) -> None:
    try:
        fen = money.typed(text)
    except money.Unclear:
        return
    assert 0 < fen <= money.MAX_FEN
    assert money.typed(money.plain(fen, fen_per_unit=money.FEN_PER_YUAN)) == fen
