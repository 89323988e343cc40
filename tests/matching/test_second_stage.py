"""How the second stage puts candidates into order, and what it says of that."""

import random
from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.matching import Document, Index, bitmaps, facets, learning
from matchmaker.matching.features import FACETED
from matchmaker.matching.measures import measured
from matchmaker.matching.reranking import CANDIDATES, GATES, NAMES, SPEAKS_OF, Model, shipped_model
from matchmaker.matching.text import fold
from tests.matching.texts import OFFERINGS, anything, corpora, sentences


def test_every_feature_has_a_weight_and_a_name_for_people() -> None:
    told = shipped_model().told()

    assert list(told) == list(NAMES)
    assert set(NAMES) == SPEAKS_OF.keys()
    assert shipped_model().weights.shape == (len(GATES), len(NAMES))


def test_weights_of_a_feature_that_does_not_exist_are_refused() -> None:
    with pytest.raises(ValueError, match="luck"):
        Model.of({"luck": {"always": 1.0}})


@given(corpora(min_size=1), sentences, st.randoms(use_true_random=False))
def test_the_order_of_documents_leaves_no_trace_in_the_second_stage(
    documents: list[Document], text: str, chance: random.Random
) -> None:
    query = Document("", text, text)
    ranked = [
        [
            (match.id, match.strength, match.probability, match.moved)
            for match in Index.build(given_so).search(query, 20)
        ]
        for given_so in (documents, chance.sample(documents, len(documents)))
    ]

    assert ranked[0] == ranked[1]


@given(corpora(min_size=1), corpora(), anything)
def test_strength_falls_and_ties_go_to_the_lower_id(base: list[Document], put: list[Document], text: str) -> None:
    index = Index.build(base).with_changes(put, [])

    for better, worse in pairwise(index.search(Document("", text, text), 30)):
        assert (-better.strength, better.id) < (-worse.strength, worse.id)


@given(corpora(min_size=1, max_size=9), sentences)
def test_what_moved_a_match_adds_up(documents: list[Document], text: str) -> None:
    """Over all matches shown, what each feature lifted some by it lowered others by."""
    matches = Index.build(documents).search(Document("", body=text), 10)
    totals: dict[str, float] = {}
    for match in matches:
        for feature, by in match.moved:
            totals[feature] = totals.get(feature, 0.0) + by

    assert all(abs(total) < 1e-4 for total in totals.values())
    lifted = [sum(by for _, by in match.moved) for match in matches]
    assert all(better >= worse - 1e-4 for better, worse in pairwise(lifted))


@given(corpora(min_size=1), sentences)
def test_climbing_is_told_from_the_place_in_the_first_stage(documents: list[Document], text: str) -> None:
    index, query = Index.build(documents), Document("", body=text)
    before = [match.id for match in index.ranked_by(None).search(query, 20)]

    for place, match in enumerate(index.search(query, 20)):
        assert before[place + match.climbed] == match.id


def test_the_first_stage_alone_is_ordered_by_score_and_moves_nothing() -> None:
    matches = Index.build(OFFERINGS).ranked_by(None).search(Document("", body="重金属检测 激光 分析"), 5)

    assert [match.strength for match in matches] == [match.score for match in matches]
    assert all(match.climbed == 0 and match.moved == () for match in matches)
    assert all(better.score >= worse.score for better, worse in pairwise(matches))


def test_what_is_beyond_the_candidates_follows_in_the_order_of_the_first_stage() -> None:
    many = [
        Document(f"{number:04}", "激光淬火" if number % 2 else "激光", "模具" * (number % 7)) for number in range(400)
    ]
    index = Index.build(many)
    query = Document("", "激光淬火")

    found, first = index.search(query, 400), index.ranked_by(None).search(query, 400)

    assert {match.id for match in found} == {match.id for match in first}
    assert [match.id for match in found[CANDIDATES:]] == [match.id for match in first[CANDIDATES:]]


def test_a_model_decides_the_order() -> None:
    documents = [
        Document("a", "其他", "激光 激光 激光 激光"),
        Document("b", "激光", "其他的很多文字写在这里，说的不是一回事"),
    ]
    index, query = Index.build(documents), Document("", body="激光")
    by_title = Model.of({"title_coverage": {"always": 1.0}})
    against = Model.of({"title_coverage": {"always": -1.0}})

    assert [match.id for match in index.ranked_by(by_title).search(query)] == ["b", "a"]
    assert [match.id for match in index.ranked_by(against).search(query)] == ["a", "b"]
    assert index.ranked_by(by_title).search(query)[0].moved[0].feature == "title"


INDUSTRIES = ("dyeing", "tea", "glass", "every")


def in_industries(documents: list[Document]) -> list[Document]:
    """Give every document an industry, some a category."""
    return [
        replace(one, facets={"industry": (INDUSTRIES[place % 4],)} | ({"category": ("test",)} if place % 3 else {}))
        for place, one in enumerate(documents)
    ]


def test_of_offerings_that_say_the_same_the_one_of_the_need_s_industry_comes_first_and_is_told_why() -> None:
    text = "重金属检测与分析"
    offers = in_industries([Document(f"o-{number}", text, "取样三天出报告") for number in range(3)])
    for index in (Index.build(offers), Index.build(offers[:1]).with_changes(offers[1:], [])):
        plain = index.search(Document("", text), 3)
        asked = index.search(Document("", text, facets={"industry": ("glass", "every")}), 3)

        assert [match.id for match in plain] == ["o-0", "o-1", "o-2"]
        assert [match.id for match in asked] == ["o-2", "o-0", "o-1"]
        assert (asked[0].moved[0].feature, asked[0].climbed) == ("industry", 2)
        assert asked[0].moved[0].by > 0 > asked[1].moved[0].by
        assert [match.score for match in asked] == [asked[0].score] * 3


@given(corpora(min_size=2, max_size=9), corpora(max_size=4), sentences, st.sampled_from(INDUSTRIES))
def test_industry_and_category_decide_between_like_matches_only(
    base: list[Document], put: list[Document], text: str, industry: str
) -> None:
    index = Index.build(in_industries(base)).with_changes(in_industries(put), [])
    plain = {match.id: sum(by for _, by in match.moved) for match in index.search(Document("", text), 20)}
    asked = index.search(Document("", text, facets={"industry": (industry,), "category": ("test",)}), 20)

    for better, worse in combinations([match.id for match in asked], 2):
        assert plain[worse] - plain[better] <= sum(learning.PRIORS[name] for name in FACETED) + 1e-3


@pytest.mark.parametrize(
    ("need", "fits", "other"),
    [
        ("过滤精度0.45微米的滤芯", "滤芯0.45微米", "滤芯0.65微米"),
        ("1.5千瓦的伺服电机", "伺服电机 1.5 kW", "伺服电机 2.5 kW"),
        ("ZR-4010 打印机维修", "打印机维修，ZR-4010", "打印机维修，ZR-5010"),
    ],
)
def test_exact_model_numbers_and_figures_with_a_unit_lift_what_holds_them(need: str, fits: str, other: str) -> None:
    match, second = Index.build([Document("o-1", other), Document("o-2", fits)]).search(Document("", need), 2)

    assert (match.id, second.id) == ("o-2", "o-1")
    lifted = next(move.by for move in match.moved if move.feature == "model numbers")
    assert lifted > learning.LEAST["models"] / 2 - 1e-3, "half of it, for two matches share the mean"


def test_figures_count_by_their_unit_only() -> None:
    folded = fold("精度０．４５μm、1.5千瓦，120℃ 30 mm 长；2024年，5个，3号楼，x5m，1.2.3 mm，8 mmx")

    assert measured(folded) == {"0.45", "1.5", "120", "30"}


def test_what_ships_for_facets_is_the_prior_for_no_corpus_teaches_it() -> None:
    told = shipped_model().told()

    assert {name: told[name] for name in FACETED} == {
        name: {gate: learning.PRIORS[name] if gate == "always" else 0.0 for gate in GATES} for name in FACETED
    }


@given(
    st.lists(st.sets(st.sampled_from("abcd"), max_size=2), min_size=1, max_size=200), st.sets(st.sampled_from("abx"))
)
def test_who_carries_a_value_is_told_alike_of_a_few_documents_and_of_all(
    carried: list[set[str]], asked: set[str]
) -> None:
    kept = facets.gather([{"letter": tuple(one)} for one in carried])
    numbers = np.arange(len(carried))

    assert (
        np.flatnonzero(kept.are_carried("letter", asked, numbers)).tolist()
        == bitmaps.numbers(kept.carrying("letter", asked, len(carried))).tolist()
    )
    assert not kept.are_carried("digit", asked, numbers).any()
