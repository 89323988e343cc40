"""Building: by one process or two, in any order, the same index; counted as single documents are."""

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.feature_extraction.text import TfidfTransformer

from matchmaker.matching import Document, Index, gathering
from matchmaker.matching.counting import Counter
from matchmaker.matching.stopwords import stop_keys
from matchmaker.matching.terms import Weights, count
from tests.matching.texts import OFFERINGS, WORDS, anything, corpora


@given(st.lists(st.builds(Document, st.just("a"), anything, anything, st.tuples(anything)), max_size=5))
def test_batches_are_counted_as_documents_are_one_by_one(documents: list[Document]) -> None:
    counter = Counter(Weights())
    counts = counter.count(documents)
    keys, held = counter.vocabulary()

    found: dict[int, int] = {}
    for document, start, end in zip(documents, [0, *counts.ends], counts.ends, strict=False):
        alone = count(document, Weights())
        order = np.argsort(keys[counts.terms[start:end]])
        assert keys[counts.terms[start:end]][order].tolist() == alone.keys.tolist()
        assert (counts.counts[start:end][order] >> 2).tolist() == alone.counts.tolist()
        for key in alone.keys.tolist():
            found[key] = found.get(key, 0) + 1
    assert dict(zip(keys.tolist(), held.tolist(), strict=True)) == found


def test_a_vocabulary_outgrows_its_first_table() -> None:
    counter = Counter(Weights())
    texts = [" ".join(f"w{number}x{word}" for word in range(500)) for number in range(200)]
    for start in range(0, 200, 50):
        counter.count([Document("", body=text) for text in texts[start : start + 50]])

    keys, held = counter.vocabulary()
    assert len(keys) == len(np.unique(keys)) == 100_000
    assert set(held.tolist()) == {1}


def content(index: Index, folder: Path) -> bytes:
    index.save(folder)
    (postings,) = folder.glob("postings-*")
    return postings.read_bytes()


@settings(max_examples=20)
@given(corpora(min_size=1), st.randoms(use_true_random=False))
def test_the_same_documents_in_any_order_give_the_same_bytes(
    tmp_path_factory: pytest.TempPathFactory, documents: list[Document], chance: random.Random
) -> None:
    folder = tmp_path_factory.mktemp("orders")

    assert content(Index.build(documents), folder / "a") == content(
        Index.build(chance.sample(documents, len(documents))), folder / "b"
    )


def test_two_processes_build_what_one_builds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(5)
    documents = [
        Document(f"{number:05}", " ".join(chance.choices(WORDS, k=3)), f"第{number}号 {chance.choice(WORDS)}")
        for number in range(3 * gathering.BATCH + 7)
    ]
    chance.shuffle(documents)
    alone = content(Index.build(documents), tmp_path / "alone")

    monkeypatch.setattr(gathering, "MANY", gathering.BATCH)
    monkeypatch.setattr(gathering.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(gathering.threading, "active_count", lambda: 1)
    assert content(Index.build(documents), tmp_path / "together") == alone


def test_idf_is_that_of_scikit_learn() -> None:
    base = Index.build(OFFERINGS).base
    counted = [count(document, Weights()) for document in OFFERINGS]
    rows = [np.searchsorted(base.keys, one.keys) for one in counted]
    ends = np.cumsum([0, *map(len, rows)])
    table = sparse.csr_matrix((np.ones(ends[-1]), np.concatenate(rows), ends), shape=(len(rows), len(base.keys)))

    expected = np.where(np.isin(base.keys, stop_keys()), 0, TfidfTransformer().fit(table).idf_)
    assert base.idf == pytest.approx(expected, rel=1e-6)
