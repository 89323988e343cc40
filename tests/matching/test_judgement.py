"""When a match is called strong, fair or weak, and how likely it is an answer."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.matching import Band, Document, Index, calibration
from matchmaker.matching.calibration import Calibration
from matchmaker.matching.judgement import (
    BACKGROUND_RANK,
    FAIR_FROM,
    LONG_TEXT,
    PIECE,
    STRONG_FROM,
    background,
    background_of,
    band,
    beyond_chance,
    known,
    pieces,
)
from matchmaker.matching.reranking import WEIGHTS_FILE
from tests.matching.texts import OFFERINGS, corpora, sentences


@pytest.mark.parametrize(
    ("probability", "expected"),
    [
        (1.0, Band.STRONG),
        (STRONG_FROM, Band.STRONG),
        (STRONG_FROM - 0.01, Band.FAIR),
        (FAIR_FROM, Band.FAIR),
        (FAIR_FROM - 0.01, Band.WEAK),
        (0.0, Band.WEAK),
    ],
)
def test_a_match_is_called_by_its_probability(probability: float, expected: Band) -> None:
    assert band(probability) is expected


def test_a_score_counts_beyond_chance_and_less_where_most_words_are_unknown() -> None:
    scores = np.array([0.3])

    assert beyond_chance(scores, background=0.0) == pytest.approx([0.3])
    assert beyond_chance(scores, background=0.2) == pytest.approx([0.2])
    assert (known(1.0), known(0.5), known(0.1)) == pytest.approx((1, 1, 0.2))


def test_chance_is_what_the_thirtieth_document_reaches() -> None:
    assert background(np.linspace(1, 0, 101, dtype=np.float32)) == pytest.approx(0.71)
    assert background(np.ones(29, np.float32)) == 0


@pytest.mark.parametrize("documents", [BACKGROUND_RANK - 1, BACKGROUND_RANK, 90])
def test_chance_told_from_the_best_alone_is_the_same(documents: int) -> None:
    scores = np.random.default_rng(7).random(documents).astype(np.float32)

    assert background_of(sorted(scores.tolist(), reverse=True)[:60]) == background(scores)


def test_an_answer_is_strong_and_a_passing_word_is_weak() -> None:
    index = Index.build(OFFERINGS)

    assert index.search(Document("", "模具激光淬火"))[0].band is Band.STRONG
    text = "车间屋顶漏水要修，冬天暖气不热，食堂排队太长，班车迟到，老鼠咬坏纸箱，最后提一句硬度"
    assert index.search(Document("", body=text))[0].band is Band.WEAK


@given(corpora(min_size=1), sentences, st.booleans())
def test_a_probability_lies_between_nought_and_one_and_agrees_with_its_band(
    documents: list[Document], text: str, is_first_stage: bool
) -> None:
    index = Index.build(documents)
    for match in (index.ranked_by(None) if is_first_stage else index).search(Document("", body=text), 20):
        assert 0 <= match.probability <= 1
        assert match.band is band(match.probability)


@pytest.mark.parametrize(
    "text", ["转型", "帮帮忙", "转型升级", "技术", "降本增效，求专家帮忙", "need help", "提高质量，省钱"]
)
def test_a_need_of_vague_words_alone_is_never_a_possible_match(text: str) -> None:
    """However rare its words are: here one document alone holds them, in its title."""
    index = Index.build([*OFFERINGS, Document("o-vague", text, text)])

    assert {match.band for match in index.search(Document("", body=text))} <= {Band.WEAK}


def test_the_same_words_beside_telling_ones_do_no_harm() -> None:
    assert Index.build(OFFERINGS).search(Document("", "帮帮忙，模具激光淬火技术"))[0].band is Band.STRONG


def test_what_is_learned_rises_with_what_is_observed_and_survives_its_file() -> None:
    chance = np.random.default_rng(1)
    signals = chance.random((4_000, 2))
    answers = chance.random(4_000) < signals[:, 0] ** 2

    learned = calibration.learn(signals, answers, ("beyond", "similarity"))
    told = learned.probability(signals)

    assert np.all(np.diff(learned.curve[1]) >= 0)
    assert abs(told.mean() - answers.mean()) < 0.02
    sure = told > 0.6
    assert abs(told[sure].mean() - answers[sure].mean()) < 0.06
    again = Calibration.of(json.loads(json.dumps(learned.told())))
    assert np.allclose(again.probability(signals), told, atol=2e-3)


@pytest.mark.parametrize("kind", ["measured", "plain"])
def test_the_shipped_calibration_tells_on_held_out_queries_what_is_observed(kind: str) -> None:
    """The file keeps, for queries that taught nothing, what was told, what was observed, and of how many."""
    reliability = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))["calibration"][kind]["reliability"]

    assert reliability["auc"] > 0.75
    for told, observed, count in reliability["told_observed_count"]:
        assert abs(told - observed) <= 0.1 + 1 / count**0.5, (told, observed, count)


@given(st.text(alphabet="模具激光。！\n ", min_size=1_200, max_size=4_000))
def test_the_pieces_of_a_long_text_are_short_and_make_up_the_whole(text: str) -> None:
    assert "".join(pieces(text)) == text
    assert all(0 < len(piece) <= PIECE for piece in pieces(text))
    assert pieces(text[: LONG_TEXT - 1]) == []
