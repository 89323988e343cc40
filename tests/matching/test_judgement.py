"""When a match is called strong, fair or weak."""

import numpy as np
import pytest

from matchmaker.matching import Band, Document, Index
from matchmaker.matching.judgement import BACKGROUND_RANK, background, background_of, band
from tests.matching.texts import OFFERINGS


@pytest.mark.parametrize(
    ("score", "chance", "expected"),
    [
        (0.20, 0.0, Band.STRONG),
        (0.19, 0.0, Band.FAIR),
        (0.11, 0.0, Band.FAIR),
        (0.10, 0.0, Band.WEAK),
        (0.20, 0.1, Band.FAIR),
        (0.26, 0.1, Band.STRONG),
    ],
)
def test_a_match_is_judged_by_how_far_it_goes_beyond_chance(score: float, chance: float, expected: Band) -> None:
    assert band(score, background=chance, coverage=1.0) is expected


def test_a_text_of_mostly_unknown_words_needs_a_higher_score() -> None:
    assert band(0.3, background=0.0, coverage=0.5) is Band.STRONG
    assert band(0.3, background=0.0, coverage=0.2) is Band.FAIR
    assert band(0.3, background=0.0, coverage=0.1) is Band.WEAK


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
