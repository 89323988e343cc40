"""One spelling for many, and the way back to the text as it was written."""

import pytest
from hypothesis import given

from matchmaker.matching.text import fold, positions
from tests.matching.texts import anything


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("ＩＣＰ－ＭＳ　７８００", "icp-ms 7800"),
        ("檢測機構與實驗室", "检测机构与实验室"),
        ("面積 25㎡", "面积 25m2"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("a\x00b\ud800c\u2028", "a b c\u2028"),
        ("é e\u0301", "é e\u0301"),
    ],
)
def test_spellings_fold_into_one(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(anything)
def test_folded_text_can_always_be_written(text: str) -> None:
    assert fold(text).encode("utf-8").decode("utf-8") == fold(text)


@given(anything)
def test_each_folded_character_knows_where_it_came_from(text: str) -> None:
    folded, at = fold(text), positions(text)

    assert len(at) == len(folded) + 1
    assert list(at) == sorted(at)
    assert at[-1] == len(text) or not text
    for place, character in enumerate(folded):
        assert character in fold(text[at[place]])
