"""What the second stage reads of a document, and what it measures, against the same told plainly."""

import math
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.matching import Document, Index, compiled, features, forward, latent
from matchmaker.matching.query import prepare
from matchmaker.matching.spooling import Spool
from matchmaker.matching.terms import Weights, take_apart, tally
from tests.matching.texts import OFFERINGS, corpora, sentences

CODES = st.lists(st.lists(st.integers(0, 0xFFFF), unique=True, max_size=40).map(sorted), min_size=1, max_size=6)


def columns(index: Index, query: Document) -> dict[str, list[float]]:
    """Measure all documents of an index, in the order of their numbers."""
    asked = prepare(query, index.base, index.live, index.weights)
    table = features.measure(features.asked(asked), asked.base, index.base, np.arange(len(index.base)))
    return dict(zip(features.NAMES, table.T.tolist(), strict=True))


@given(corpora(min_size=1), sentences)
def test_the_measures_are_what_their_names_say(documents: list[Document], text: str) -> None:
    index, query = Index.build(documents), Document("", body=text)
    asked = prepare(query, index.base, index.live, index.weights)
    found = columns(index, query)
    idf = dict(zip(index.base.keys.tolist(), index.base.idf.tolist(), strict=True))
    weights = dict(zip(asked.keys.tolist(), asked.weights().tolist(), strict=True))

    for number, document in enumerate(sorted(documents, key=lambda one: one.id)):
        counted, _ = tally(take_apart(document, Weights()))
        own = {
            key: (1 + math.log(count)) * idf[key]
            for key, count in zip(counted.keys.tolist(), counted.counts.tolist(), strict=True)
            if idf[key] > 0
        }
        length = math.sqrt(sum(value**2 for value in own.values())) or 1e-9
        added = [weights[key] * value / length for key, value in own.items() if weights.get(key, 0) > 0]
        title = {key for key in tally(take_apart(Document("", document.title), Weights()))[0].keys.tolist() if idf[key]}
        held = sum(idf[key] ** 2 for key in title if weights.get(key, 0) > 0)
        size = sum(idf[key] ** 2 for key in title)

        assert found["whole"][number] == pytest.approx(sum(added), abs=1e-5)
        assert found["peak"][number] == pytest.approx(max(added, default=0.0), abs=1e-5)
        assert found["coverage"][number] == pytest.approx(
            sum(weights[key] ** 2 for key in own if key in weights), abs=1e-5
        )
        assert found["title_coverage"][number] == pytest.approx(held / size if size else 0.0, abs=1e-4)
        assert found["words"][number] + found["pairs"][number] + found["spelled"][number] == pytest.approx(
            found["whole"][number], abs=1e-6
        )


@given(CODES)
def test_steps_lead_through_the_ideographs_and_back(held: list[list[int]]) -> None:
    codes = np.array([code for one in held for code in one], np.uint16)
    starts = np.concatenate(([0], np.cumsum([len(one) for one in held]))).astype(np.int64)
    ends, steps = np.zeros(len(held) + 1, np.uint32), np.empty(len(codes) + 260 * len(held), np.uint8)
    compiled.load("forward_kernels").list_steps(starts, codes, ends, steps)

    for number, wanted in enumerate(held):
        at, found = -1, []
        for step in steps[ends[number] : ends[number + 1]].tolist():
            at += step if step < 255 else 254
            if step < 255:
                found.append((at + 0x4E00) & 0xFFFF)
        assert sorted(found) == wanted


@given(corpora(min_size=2))
def test_lists_made_in_two_parts_are_those_made_at_once(documents: list[Document]) -> None:
    index = Index.build(documents)
    fields = [take_apart(one, Weights()) for one in documents]
    counted = [tally(one)[0] for one in fields]
    profiles = [forward.profile(one, own) for one, own in zip(fields, counted, strict=True)]

    def listed(some: slice) -> forward.Listed:
        block = forward.laid(profiles[some], counted[some], index.base.keys)
        return forward.listed(block, index.base.idf, index.base.forward.common)

    whole = listed(slice(None))
    with tempfile.TemporaryDirectory() as folder:
        spool = Spool(Path(folder) / "forward")
        spool.add(listed(slice(1)))
        spool.add(listed(slice(1, None)))
        joined = spool.read()
    for one, other in zip(whole, joined, strict=True):
        assert np.array_equal(one, other)


def test_a_document_put_measures_as_one_that_was_built_in() -> None:
    put = Index.build(OFFERINGS).with_changes([OFFERINGS[2]], [])
    query = prepare(Document("", "模具激光淬火"), put.base, put.live, put.weights)
    live, base = put.live.segment, put.base
    assert live is not None
    assert query.live is not None
    asked = features.asked(query)

    new = features.measure(asked, query.live, live, np.array([0]))
    old = features.measure(asked, query.base, base, np.array([base.ids.find("o-laser")]))

    assert np.allclose(new, old, atol=1e-6)


def test_places_among_themes_tell_texts_of_one_kind_from_others() -> None:
    kinds = (("激光淬火 模具 硬度 刃口", "渗碳 淬火 模具 热处理"), ("印染 色牢度 纺织品 缸差", "染色 涤纶 缸差 助剂"))
    many = [
        Document(f"{number:03}", "", kinds[number % 2][number // 2 % 2] + f" 编号{number % 37}")
        for number in range(400)
    ]
    index = Index.build(many)
    own = index.base.forward

    near = latent.place(own, *_known(index, "渗碳 热处理 硬度"))
    table = np.zeros((400, 4))
    compiled.load("rerank_kernels").compare_themes(own.places, near, np.ones(400), 64, 10, 5, table)

    assert table[::2, 0].min() > table[1::2, 0].max()


def _known(index: Index, text: str) -> tuple[np.ndarray, np.ndarray]:
    asked = prepare(Document("", body=text), index.base, index.live, index.weights)
    return asked.base.rows, asked.base.weights
