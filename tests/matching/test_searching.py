"""What is found, in which order, and with what filters."""

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from matchmaker.matching import Document, EmptyIndex, Index
from matchmaker.matching.compiled import forget_other_sources
from matchmaker.matching.stopwords import stop_keys
from matchmaker.matching.terms import Weights, cut
from tests.matching.texts import OFFERINGS, WORDS, anything, corpora, sentences


def ranking(index: Index, query: Document, k: int = 10, **options: object) -> list[tuple[str, float]]:
    return [(match.id, match.score) for match in index.search(query, k, **options)]  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def index() -> Index:
    return Index.build(OFFERINGS)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("我们想做重金属检测", "o-metal"),
        ("模具刃口不够硬，想激光淬火", "o-laser"),
        ("有沒有液相色譜儀", "o-column"),
        ("ＧＢ／Ｔ　３９２０", "o-colour"),
        ("gear box with worn bearing", "o-english"),
        ("按", "o-colour"),
    ],
)
def test_a_need_finds_the_offering_that_answers_it(index: Index, text: str, found: str) -> None:
    assert index.search(Document("", body=text))[0].id == found


@pytest.mark.parametrize("text", ["", " \n", "，。！", "😀😀", "\x00\x01", "\ud800", "区块链", "有没有", "的"])
def test_a_text_that_shares_nothing_finds_nothing(index: Index, text: str) -> None:
    assert index.search(Document("", body=text)) == []


def test_twenty_thousand_characters_are_searched_like_any_text(index: Index) -> None:
    assert index.search(Document("", body="模具激光淬火，硬度不够。" * 1_667))[0].id == "o-laser"


@given(anything)
def test_whatever_is_typed_scores_stay_between_nought_and_one(index: Index, text: str) -> None:
    for match in index.search(Document("", text, text, (text,))):
        assert 0 < match.score <= 1


def test_an_empty_index_says_so() -> None:
    empty = Index.build([])

    assert len(empty) == 0
    assert "o-metal" not in empty
    with pytest.raises(EmptyIndex):
        empty.search(OFFERINGS[0])


def test_two_documents_of_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="o-metal"):
        Index.build([OFFERINGS[0], OFFERINGS[0]])


@given(corpora(), sentences, st.randoms(use_true_random=False))
def test_the_order_in_which_documents_arrive_leaves_no_trace(
    documents: list[Document], text: str, chance: random.Random
) -> None:
    shuffled = chance.sample(documents, len(documents))
    query = Document("", body=text)
    if documents:
        assert ranking(Index.build(documents), query) == ranking(Index.build(shuffled), query)


def test_ties_go_to_the_lower_id_also_at_the_cut() -> None:
    twins = [Document(name, "激光淬火") for name in ("c", "a", "e", "b", "d")]

    assert [name for name, _ in ranking(Index.build(twins), Document("", "激光"), 3)] == ["a", "b", "c"]
    many = [Document(f"{number:04}", "激光淬火" if number % 2 else "激光") for number in range(2_000)]
    found = [name for name, _ in ranking(Index.build(many), Document("", "激光"), 1_500)]
    assert found == sorted(found, key=lambda name: (int(name) % 2, name))


@given(corpora(min_size=1), sentences, st.integers(1, 5), st.sets(st.sampled_from("xyz")), st.booleans())
def test_a_filter_works_before_the_cut(
    documents: list[Document], text: str, k: int, districts: set[str], turned: bool
) -> None:
    # The second stage weighs candidates against each other, so what is filtered out may change its order.
    index = Index.build(documents).ranked_by(None)
    query = Document("", body=text)
    selection = index.where(district=districts)
    carrying = {document.id for document in documents if districts & set(document.facets["district"])}
    if turned:
        selection = ~selection
        carrying = {document.id for document in documents} - carrying

    assert len(selection) == len(carrying)
    everything = ranking(index, query, len(documents))
    assert ranking(index, query, k, where=selection) == [hit for hit in everything if hit[0] in carrying][:k]
    assert ranking(index, query, k, exclude=carrying) == [hit for hit in everything if hit[0] not in carrying][:k]


def test_selections_combine(index: Index) -> None:
    in_yuyao, services = index.where(district="yuyao"), index.where(kind="service")

    assert len(in_yuyao & services) == len(index.where(district="yuyao", kind=["service"])) == 2
    assert len(index.where(district=["yuyao", "beilun"])) == 3
    assert len(in_yuyao | index.where(kind="result")) == 3
    assert len(~in_yuyao) == 3
    assert len(~~in_yuyao) == 2
    assert len(index.where()) == 5
    assert len(index.where(district="nowhere")) == len(index.where(colour="red")) == 0
    assert len(index.among(["o-laser", "o-metal", "o-nothing"]) & services) == 1


def test_a_narrow_filter_is_no_different_for_being_looked_at_first(monkeypatch: pytest.MonkeyPatch) -> None:
    documents = [
        Document(f"{number:04}", WORDS[number % len(WORDS)] + WORDS[number % 7], facets={"odd": (str(number % 40),)})
        for number in range(2_000)
    ]
    index = Index.build(documents)
    query = Document("", body="，".join(WORDS[:4]))

    def found() -> list[tuple[str, float, float, float]]:
        matches = index.search(query, where=index.where(odd="7"))
        return [(match.id, match.score, match.strength, match.probability) for match in matches]

    narrow = found()
    monkeypatch.setattr("matchmaker.matching.ranking.FEW", 10_000)

    assert 0 < len(narrow) <= 10
    assert narrow == found()


def test_a_selection_of_another_index_is_refused(index: Index) -> None:
    other = Index.build(OFFERINGS)

    with pytest.raises(ValueError, match="another index"):
        index.search(OFFERINGS[0], where=other.where(kind="service"))
    with pytest.raises(ValueError, match="two different"):
        _ = index.where() & other.where()


def test_many_needs_at_once_give_what_each_gives_alone(index: Index) -> None:
    needs = [Document("", body=word) for word in WORDS]

    together = index.search_many(needs, 2, where=index.where(kind="service"), exclude=[["o-metal"]] * len(needs))

    services = index.where(kind="service")
    assert [[match.id for match in matches] for matches in together] == [
        [match.id for match in index.search(need, 2, where=services, exclude=["o-metal"])] for need in needs
    ]


def test_threads_share_an_index(index: Index) -> None:
    needs = [Document("", body=" ".join(WORDS[n:] + WORDS[:n])) for n in range(len(WORDS))] * 8

    def told(need: Document) -> list[tuple[str, float, object]]:
        return [(match.id, match.score, match.reasons) for match in index.search(need)]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(told, needs)) == [told(need) for need in needs]


@settings(max_examples=30)
@given(corpora(min_size=1), sentences)
def test_scores_are_those_of_scikit_learn(documents: list[Document], text: str) -> None:
    """Without field weights, and for terms the corpus knows, this is TfidfVectorizer(sublinear_tf=True)."""
    vectorizer = TfidfVectorizer(analyzer=_analyzer, sublinear_tf=True, token_pattern=None)
    texts = [_whole(one) for one in documents]
    index = Index.build(documents, weights=Weights(title=1, keywords=1, body=1))
    if not any(_analyzer(one) for one in texts):
        assert index.search(Document("", body=text)) == []
        return

    expected = (vectorizer.fit_transform(texts) @ vectorizer.transform([text]).T).toarray().ravel()

    scores = dict(ranking(index, Document("", body=text), len(documents)))
    found = [scores.get(one.id, 0.0) for one in documents]
    # A posting has one byte, which is good for a hundredth.
    assert np.allclose(found, expected, rtol=0.015, atol=1e-3)


def _whole(document: Document) -> str:
    return "\n".join((document.title, *document.keywords, document.body))


def _analyzer(text: str) -> list[str]:
    """Return the terms of a text, as hexadecimal numbers, without the stop words."""
    keys = cut(text).keys()
    return [hex(key) for key in keys[~np.isin(keys, stop_keys())].tolist()]


def test_compiled_code_of_other_sources_is_forgotten(tmp_path: Path) -> None:
    """A kernel calls functions of other files, whose change numba does not see."""
    kept = [tmp_path / "matching_1" / name for name in ("kernels.best-1.py311.1.nbc", "other.thing-1.py311.nbi")]
    kept[0].parent.mkdir()
    for path in kept:
        path.write_text("compiled")
    forget_other_sources(tmp_path)
    assert [path.exists() for path in kept] == [False, True]

    kept[0].write_text("compiled anew")
    forget_other_sources(tmp_path)
    assert kept[0].exists(), "from these sources"
