"""Groups of texts: what belongs together, what it is called, and that it stays."""

from hypothesis import given
from hypothesis import strategies as st

from matchmaker.matching import Document, Index
from matchmaker.matching.grouping import Group, follow, group, kept_pairs
from tests.matching.texts import corpora

WATER = [
    Document("w1", "染色废水脱色", "染色废水色度高，芬顿脱色药剂贵，想换臭氧氧化脱色。", ("废水脱色", "臭氧氧化")),
    Document("w2", "印染中水回用色度超标", "中水回用色度不稳，臭氧氧化脱色后仍有二十倍。", ("废水脱色", "中水回用")),
    Document("w3", "活性染料残液脱色", "活性染料残液色度八百倍，废水脱色要用臭氧氧化。", ("废水脱色",)),
]
BEARINGS = [
    Document("b1", "轴承沟道磨削烧伤", "内圈沟道磨削烧伤批量退货，想上在线检测。", ("磨削烧伤",)),
    Document("b2", "沟道磨削烧伤酸洗看不清", "外圈沟道磨削烧伤靠酸洗人工看，想换在线检测。", ("磨削烧伤",)),
]
OTHERS = [Document("o1", "袜子卖不动", "直播带货没有人看。"), Document("o2", "仓库夏天太热", "屋顶铁皮，想降温。")]


def groups(documents: list[Document], **more) -> list[Group]:
    return group(documents, Index.build(documents), **more)


def test_what_asks_for_the_same_belongs_together_and_the_rest_to_none() -> None:
    found = groups([*OTHERS, *BEARINGS, *WATER])

    assert [one.members for one in found] == [("w1", "w2", "w3"), ("b1", "b2")]


def test_a_label_says_what_most_members_speak_of() -> None:
    found = groups([*OTHERS, *BEARINGS, *WATER])

    assert "废水脱色" in found[0].label
    assert "磨削烧伤" in found[1].label


def test_fewer_than_two_texts_have_no_groups() -> None:
    assert groups(WATER[:1]) == []
    assert group([], Index.build([])) == []


def test_a_group_continues_the_one_it_shares_most_with() -> None:
    former = {7: ["w1", "w2"], 8: ["b1", "b2", "b3"], 9: ["x"]}

    assert follow([("w1", "w2", "w3"), ("b1", "b2"), ("o1", "o2")], former) == [7, 8, None]


def test_one_former_group_continues_in_one_only() -> None:
    assert follow([("a", "b"), ("c", "d", "e")], {1: ["a", "b", "c", "d", "e"]}) == [None, 1]


def test_kept_pairs_count_only_those_that_are_still_there() -> None:
    before, after = [("a", "b", "c"), ("d", "e")], [("a", "b"), ("c", "x"), ("d", "e")]

    assert kept_pairs(before, after, still="abcde") == 0.5
    assert kept_pairs(before, after, still="abde") == 1
    assert kept_pairs([], after, still="a") == 1


@given(corpora(), st.randoms(use_true_random=False))
def test_groups_share_no_member_and_the_order_of_texts_leaves_no_trace(documents: list[Document], chance) -> None:
    index = Index.build(documents)
    found = group(documents, index)
    members = [name for one in found for name in one.members]

    assert len(set(members)) == len(members)
    assert set(members) <= {document.id for document in documents}
    assert all(len(one.members) >= 2 and len(one.label) <= 3 for one in found)
    chance.shuffle(documents)
    assert group(documents, index) == found


@given(st.lists(st.sets(st.integers(0, 30).map(str), min_size=1), max_size=6), st.data())
def test_following_never_gives_one_former_group_twice(parts: list[set[str]], data: st.DataObject) -> None:
    former = {number: data.draw(st.sets(st.integers(0, 30).map(str), min_size=1)) for number in range(4)}

    following = [number for number in follow(parts, former) if number is not None]

    assert len(set(following)) == len(following)
    assert set(following) <= former.keys()


@given(corpora())
def test_the_same_texts_make_the_same_groups_the_next_day(documents: list[Document]) -> None:
    index = Index.build(documents)
    first = group(documents, index)
    later = group(documents, index, former=[one.members for one in first])

    assert kept_pairs([one.members for one in first], [one.members for one in later], still=index_names(documents)) == 1


def index_names(documents: list[Document]) -> set[str]:
    return {document.id for document in documents}
