"""Pairs of texts that may be one: what is offered, and that order leaves no trace."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.matching import Document, Index
from matchmaker.matching.duplicates import Item, Sign, Twins, find
from tests.matching.texts import OFFERINGS, corpora

TITLE = "扫描电镜 SU8010 形貌观察"
BODY = "提供高分辨扫描电镜形貌观察与能谱分析，样品需干燥导电，两天出图。"


def item(name: str, title: str = TITLE, body: str = BODY, *, owner: str = "中心", model: str = "") -> Item:
    return Item(Document(name, title, body), owner, model)


def offered(*items: Item) -> list[Twins]:
    whole = {one.document.id: one for one in (*items, *(Item(document) for document in OFFERINGS))}
    return find(whole, Index.build(one.document for one in whole.values()))


def test_a_text_typed_again_with_slips_is_offered_with_what_speaks_for_it() -> None:
    found = offered(item("a"), item("b", "扫描电镜SU8010 形貌观查", BODY.replace("两天出图", "")))

    assert [(twins.first, twins.second) for twins in found] == [("a", "b")]
    assert set(found[0].signs) == {Sign.TEXT, Sign.TITLE, Sign.OWNER}


def test_traditional_characters_and_full_width_are_the_same_text() -> None:
    found = offered(item("a"), item("b", "掃描電鏡 ＳＵ８０１０ 形貌觀察"))

    assert found[0].title == pytest.approx(1)


def test_another_model_is_another_thing() -> None:
    assert offered(item("a", model="SU8010"), item("b", TITLE.replace("8010", "8020"), model="SU8020")) == []


def test_the_same_model_speaks_for_a_pair() -> None:
    found = offered(item("a", model="SU-8010"), item("b", "电镜看形貌", model="su-8010"))

    assert Sign.MODEL in found[0].signs


def test_unrelated_texts_are_not_offered() -> None:
    assert offered() == []


def test_nothing_is_found_among_nothing() -> None:
    assert find({}, Index.build([])) == []


def test_only_pairs_of_those_asked_for_are_looked_for() -> None:
    items = {one.document.id: one for one in (item("a"), item("b"), item("c"))}
    index = Index.build(one.document for one in items.values())

    assert {(twins.first, twins.second) for twins in find(items, index, among=["c"])} == {("a", "c"), ("b", "c")}


@given(corpora(), st.randoms(use_true_random=False))
def test_the_order_of_texts_leaves_no_trace(documents: list[Document], chance) -> None:
    items = {document.id: Item(document) for document in documents}
    shuffled = list(items.items())
    chance.shuffle(shuffled)
    index = Index.build(documents)

    found = find(items, index)

    assert find(dict(shuffled), index) == found
    assert all(twins.first < twins.second and 0 <= twins.likeness <= 1 for twins in found)
    assert len({(twins.first, twins.second) for twins in found}) == len(found)


@given(corpora(max_size=4))
def test_a_text_that_stands_twice_is_offered(documents: list[Document]) -> None:
    twice = [*documents, *(Document(f"{one.id}~", one.title, one.body, one.keywords) for one in documents)]
    index = Index.build(twice)
    found = {(twins.first, twins.second) for twins in find({one.id: Item(one) for one in twice}, index)}

    # A text without any indexed word is found by nothing.
    assert {(one.id, f"{one.id}~") for one in documents if index.search(one, 1)} <= found
