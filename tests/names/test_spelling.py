"""One spelling for all: whatever separates, however wide, however high."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.names import normal, said

SEPARATORS = st.sampled_from(["", " ", "-", "－", "/", ".", "_", "\u3000", "·", "\u200b", " - "])
WIDE = {ord(letter): ord(letter) + 0xFEE0 for letter in string.ascii_letters + string.digits}


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("ICP-MS 7800", "icpms7800"),
        ("ｉｃｐ　ｍｓ７８００", "icpms7800"),
        ("現代紡織（绍兴）有限公司", "现代纺织绍兴有限公司"),
        ("GB/T 5169.10", "gbt516910"),
        ("㎏ µm №", "kgμmno"),
        ("……", ""),
    ],
)
def test_names_have_one_form(text: str, form: str) -> None:
    assert normal(text) == form


@given(st.text())
def test_the_form_of_a_form_is_itself(text: str) -> None:
    assert normal(normal(text)) == normal(text)
    assert normal(said(text)) == normal(text)
    assert said(said(text)) == said(text)


@given(
    st.lists(st.text(string.ascii_letters + string.digits, min_size=1, max_size=4), min_size=1, max_size=5),
    st.data(),
)
def test_separators_width_and_case_make_no_difference(parts: list[str], data: st.DataObject) -> None:
    spelled = "".join(part + data.draw(SEPARATORS) for part in parts)
    wide = spelled.translate(WIDE) if data.draw(st.booleans()) else spelled.swapcase()

    assert normal(wide) == "".join(parts).lower()
