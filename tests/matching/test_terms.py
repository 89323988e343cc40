"""What counts as a term, and that its number never changes."""

import numpy as np
import pytest

from matchmaker.matching import Document
from matchmaker.matching.terms import FIRST_PAIR, Weights, count, cut, pair_keys, singular, word_keys


def test_the_numbers_of_terms_are_those_in_indexes_saved_long_ago() -> None:
    assert [hex(key) for key in word_keys(["检测", "icp-ms"])] == WORD_NUMBERS
    assert [hex(key) for key in pair_keys("检测仪")] == PAIR_NUMBERS


WORD_NUMBERS = ["0x2fc7a5703a5b93e8", "0x29803b105c41bedc"]
PAIR_NUMBERS = ["0x8be9ca40bb276962", "0xe8fdbfcd55bb0816"]


def test_model_numbers_and_standards_stay_whole_and_give_their_parts() -> None:
    assert cut("按GB/T 3920与ICP-MS检测，精度0.05").spelled == [
        "gb/t",
        "gb",
        "t",
        "3920",
        "icp-ms",
        "icp",
        "ms",
        "0.05",
        "0",
        "05",
    ]


def test_pairs_do_not_reach_over_punctuation() -> None:
    assert cut("水，质").unspaced == "水\n质"
    assert len(pair_keys("水\n质")) == 0


def test_words_and_pairs_never_share_a_number() -> None:
    assert (word_keys(["检测"]) < FIRST_PAIR).all()
    assert (pair_keys("检测") >= FIRST_PAIR).all()


def test_many_different_words_have_many_different_numbers() -> None:
    words = [chr(first) + chr(second) for first in range(0x4E00, 0x4F00) for second in range(0x4E00, 0x4F00)]

    assert len(np.unique(word_keys(words))) == len(np.unique(pair_keys("\n".join(words)))) == len(words)


def test_very_long_words_are_told_apart() -> None:
    assert len(np.unique(word_keys(["a" * 64, "a" * 65, "a" * 128, "a" * 127 + "b"]))) == 4


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("bearings", "bearing"),
        ("alloys", "alloy"),
        ("assemblies", "assembly"),
        ("stress", "stress"),
        ("gas", "gas"),
        ("status", "status"),
        ("icp-ms", "icp-ms"),
        ("aes", "aes"),
    ],
)
def test_an_english_plural_is_the_same_word(word: str, expected: str) -> None:
    assert singular(word) == expected


def test_titles_and_keywords_count_more_than_the_body() -> None:
    counted = count(Document("", "淬火", "淬火", ("淬火",)), Weights(title=3, keywords=2, body=1))

    assert counted.counts.tolist() == [6.0, 6.0]
