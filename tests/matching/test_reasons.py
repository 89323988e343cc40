"""Why a match fits, in words that a clerk reads."""

import pytest
from hypothesis import given

from matchmaker.matching import Document, Index, highlight_spans
from tests.matching.texts import OFFERINGS, anything, corpora, sentences


@pytest.fixture(scope="module")
def index() -> Index:
    return Index.build(OFFERINGS)


def terms(index: Index, text: str) -> list[str]:
    return [reason.term for reason in index.search(Document("", body=text))[0].reasons]


def test_pairs_of_characters_count_for_the_word_that_covers_them(index: Index) -> None:
    assert set(terms(index, "重金属检测")) == {"重金属", "检测"}


def test_a_word_that_only_the_query_cuts_so_is_shown_as_the_stretch_both_share(index: Index) -> None:
    other = Index.build([Document("a", "重金"), Document("b", "其他")])

    assert terms(other, "重金属") == ["重金"]


def test_a_reason_is_spelled_as_the_query_spells_it(index: Index) -> None:
    assert terms(index, "重金屬ＩＣＰ－ＭＳ") == ["重金屬", "ＩＣＰ－ＭＳ"]


def test_the_parts_of_a_model_number_count_for_the_whole(index: Index) -> None:
    assert terms(index, "ICP-MS") == ["ICP-MS"]
    assert terms(index, "ICP") == ["ICP"]


def test_stop_words_are_no_reason(index: Index) -> None:
    assert terms(index, "我们的模具和你们的模具") == ["模具"]


def test_reasons_come_largest_first_and_can_be_highlighted_in_both_texts(index: Index) -> None:
    need = "想给汽車模具的刃口做激光淬火，提高硬度"
    match = index.search(Document("", body=need))[0]
    shares = [reason.share for reason in match.reasons]

    assert shares == sorted(shares, reverse=True)
    for reason in match.reasons:
        assert highlight_spans(need, [reason.term])
        assert highlight_spans("模具激光淬火。对汽车模具的刃口做激光淬火，硬度达到 HRC60。", [reason.term])


@given(corpora(min_size=1), sentences, sentences)
def test_shares_and_the_rest_make_up_the_whole(documents: list[Document], title: str, body: str) -> None:
    index = Index.build(documents).with_changes([Document("new", title)], [])

    for match in index.search(Document("", title, body)):
        assert sum(reason.share for reason in match.reasons) + match.rest == pytest.approx(1)
        assert all(reason.share > 0 for reason in match.reasons)


@given(anything)
def test_any_text_can_be_explained(text: str) -> None:
    index = Index.build([Document("a", text, text), *OFFERINGS])

    for match in index.search(Document("", text, text, (text,))):
        assert sum(reason.share for reason in match.reasons) + match.rest == pytest.approx(1)
        for reason in match.reasons:
            assert reason.term in text
