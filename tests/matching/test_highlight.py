"""Where terms stand in a text, in the text's own positions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.matching import highlight_spans
from matchmaker.matching.terms import singular
from matchmaker.matching.text import fold
from tests.matching.texts import anything


@pytest.mark.parametrize(
    ("text", "terms", "marked"),
    [
        ("高效液相色譜儀", ["液相色谱", "色谱仪", "液相"], ["液相色譜"]),
        ("ＩＣＰ－ＭＳ 与 icp-ms", ["ICP-MS"], ["ＩＣＰ－ＭＳ", "icp-ms"]),
        ("systems, MS, ms7800", ["ms"], ["MS"]),
        ("Bearings and assemblies", ["bearing", "assembly"], ["Bearings", "assemblies"]),
        ("worn bearing", ["Bearings"], ["bearing"]),
        ("重 5㎏", ["5kg", "g"], ["5㎏"]),
        ("重 ㎏", ["kg"], ["㎏"]),
        ("a.b(c)*", ["b(c)"], ["b(c)"]),
        ("检测", [], []),
        ("检测", ["", " "], []),
        ("", ["检测"], []),
        ("😀检测😀", ["检测"], ["检测"]),
        ("检\u200b测", ["检测"], ["检\u200b测"]),
    ],
)
def test_terms_are_found_however_the_text_spells_them(text: str, terms: list[str], marked: list[str]) -> None:
    assert [text[start:end] for start, end, _ in highlight_spans(text, terms)] == marked


def test_the_term_is_given_back_as_it_was_asked_for() -> None:
    assert highlight_spans("液相色譜", ["液相色谱"]) == [(0, 4, "液相色谱")]


@given(anything, st.lists(anything, max_size=4))
def test_spans_never_overlap_and_lie_on_the_term(text: str, terms: list[str]) -> None:
    end_before = 0
    for start, end, term in highlight_spans(text, terms):
        assert end_before <= start < end <= len(text)
        assert term in terms
        assert singular(fold(term).strip()).removesuffix("y") in fold(text[start:end])
        end_before = end


@given(anything, anything)
def test_what_stands_in_the_text_is_found(before: str, after: str) -> None:
    text = f"{before}，激光淬火，{after}"

    assert "激光淬火" in [term for _, _, term in highlight_spans(text, ["激光淬火"])]
