"""What was put or removed since the index was built."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.matching import Document, Index
from tests.matching.texts import OFFERINGS, corpora, sentences


@pytest.fixture(scope="module")
def index() -> Index:
    return Index.build(OFFERINGS)


def found(index: Index, text: str) -> list[str]:
    return [match.id for match in index.search(Document("", body=text))]


def test_what_was_put_is_found_at_once(index: Index) -> None:
    later = index.with_changes([Document("o-new", "盐雾试验箱", "中性盐雾试验")], [])

    assert found(later, "盐雾")[0] == "o-new"
    assert "o-new" in later
    assert len(later) == 6
    assert found(index, "盐雾") == []


def test_words_that_the_base_has_never_seen_count_as_rare_ones(index: Index) -> None:
    """One document of the base holds 7800, none holds HPLC."""
    later = index.with_changes([Document("o-new", "HPLC 7800")], [])

    reasons = later.search(Document("", body="HPLC 7800"))[0].reasons
    assert {reason.term: reason.share for reason in reasons} == pytest.approx({"HPLC": 0.5, "7800": 0.5})


def test_what_was_removed_is_never_found(index: Index) -> None:
    later = index.with_changes([], ["o-metal", "never-was"])

    assert "o-metal" not in found(later, "重金属检测")
    assert "o-metal" not in later
    assert len(later) == 4


def test_a_replaced_document_is_found_by_its_new_text_only(index: Index) -> None:
    later = index.with_changes([Document("o-metal", "盐雾试验箱")], [])

    assert found(later, "重金属") == []
    assert found(later, "盐雾") == ["o-metal"]
    assert len(later) == 5


def test_changes_add_up(index: Index) -> None:
    first = index.with_changes([Document("n1", "盐雾试验"), Document("n2", "盐雾")], ["o-metal"])
    second = first.with_changes([Document("n2", "涂层"), Document("o-metal", "涂层")], ["n1"])

    assert found(second, "盐雾") == []
    assert found(second, "涂层") == ["n2", "o-metal"]
    assert found(first, "盐雾") == ["n2", "n1"] or set(found(first, "盐雾")) == {"n1", "n2"}
    assert len(second) == 6


def test_what_is_removed_and_put_is_put(index: Index) -> None:
    assert "o-laser" in index.with_changes([OFFERINGS[2]], ["o-laser"])


def test_filters_reach_what_was_put(index: Index) -> None:
    later = index.with_changes(
        [Document("o-new", "检测", facets={"kind": ("service",)}), Document("o-other", "检测")], ["o-colour"]
    )

    hits = later.search(Document("", "检测"), where=later.where(kind="service"))
    assert {match.id for match in hits} == {"o-new", "o-metal"}
    assert len(~later.where(kind="service")) == 4
    assert len(later.among(["o-new", "o-colour", "o-laser"])) == 2
    with pytest.raises(ValueError, match="another index"):
        later.search(Document("", "检测"), where=index.where())


def test_an_empty_index_takes_documents() -> None:
    grown = Index.build([]).with_changes(OFFERINGS, [])

    assert found(grown, "激光淬火") == ["o-laser"]
    assert grown.search(Document("", "激光淬火的"))[0].reasons


def test_everything_can_be_removed(index: Index) -> None:
    assert len(index.with_changes([], [one.id for one in OFFERINGS])) == 0


@given(corpora(min_size=1), st.data(), sentences)
def test_an_index_with_changes_holds_what_a_new_one_would(
    documents: list[Document], data: st.DataObject, text: str
) -> None:
    """Membership, filters and what is found agree; scores may differ, for idf is the base's."""
    split = data.draw(st.integers(0, len(documents)))
    removed = data.draw(st.sets(st.sampled_from([one.id for one in documents])))
    put = documents[split:]
    kept = [one for one in documents[:split] if one.id not in removed] + put
    changed = Index.build(documents[:split]).with_changes(put, removed)
    anew = Index.build(kept)

    assert len(changed) == len(anew)
    if not kept:
        return
    query = Document("", body=text)
    assert set(ids(changed, query)) == set(ids(anew, query))
    for district in "xyz":
        assert len(changed.where(district=district)) == len(anew.where(district=district))


def ids(index: Index, query: Document) -> list[str]:
    return [match.id for match in index.search(query, len(index))]


@given(corpora(min_size=2), sentences)
def test_putting_the_same_document_again_changes_no_score(documents: list[Document], text: str) -> None:
    index = Index.build(documents)
    again = index.with_changes(documents[:1], [])
    query = Document("", body=text)

    before = {match.id: match.score for match in index.search(query, 20)}
    after = {match.id: match.score for match in again.search(query, 20)}
    assert after == pytest.approx(before, abs=1e-6)
