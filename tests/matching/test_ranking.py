"""The compiled search against the same in plain Python: three blocks, ties, filters, rare and common terms."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.matching import Document, Index, bitmaps, postings, ranking
from matchmaker.matching.segment import Ids, Segment

DOCUMENTS = 150_000
TERMS = 40


@pytest.fixture(scope="module")
def segment() -> Segment:
    """Terms that some documents to half of all documents hold, with few different levels so that many scores tie."""
    chance = np.random.default_rng(3)
    held = [
        np.sort(chance.choice(DOCUMENTS, int(size), replace=False))
        for size in np.geomspace(1, DOCUMENTS / 2, TERMS).round()
    ]
    levels = chance.choice(np.array([60, 90, 91, 120, 200]), sum(map(len, held))).astype(np.uint8)
    starts = np.concatenate(([0], np.cumsum([len(one) for one in held])))
    keys = np.arange(1, TERMS + 1, dtype=np.uint64) << np.uint64(56)
    empty = Index.build([Document("a", "检测")]).base
    return Segment(
        ids=Ids.of(f"{number:06}" for number in range(DOCUMENTS)),
        keys=keys,
        heads=postings.heads_of(keys),
        idf=np.log(DOCUMENTS / np.maximum(1, np.diff(starts))).astype(np.float32) + 1,
        postings=postings.pack(
            starts, np.concatenate(held).astype(np.int32), levels, DOCUMENTS, postings.worths(np.array([0.001, 0.3]))
        ),
        facets=empty.facets,
        forward=empty.forward,
    )


def added(segment: Segment, row: int, weight: float, one: float) -> npt.NDArray[np.int64]:
    """What a term adds to each document, straight from the arrays."""
    kept = segment.postings
    total = np.zeros(DOCUMENTS, np.int64)
    start, end = int(kept.starts[row]), int(kept.starts[row + 1])
    docs = kept.blocks[start:end].astype(int) * 65536 + kept.offsets[start:end]
    levels = kept.levels[start:end]
    if row in kept.common_rows:
        slot = list(kept.common_rows).index(row)
        ends = kept.directory[slot].astype(int)
        docs = kept.common_offsets[ends[0] : ends[-1]] + np.repeat(np.arange(len(ends) - 1), np.diff(ends)) * 65536
        levels = kept.common_levels[ends[0] : ends[-1]]
    worth = kept.worth[levels].astype(float) * (weight * float(segment.idf[row])) * one
    total[docs] = np.maximum(1, np.floor(worth + 0.5))
    return total


rows_asked = st.lists(st.integers(0, TERMS - 1), min_size=1, max_size=12, unique=True).map(sorted)


@settings(max_examples=60)
@given(rows_asked, st.sampled_from([1, 10, 100]), st.sampled_from([None, 0.5, 0.01, 0.0001, 0.0]), st.data())
def test_the_best_are_those_of_a_plain_sum(
    segment: Segment, rows: list[int], k: int, selected: float | None, data: st.DataObject
) -> None:
    weights = np.array(data.draw(st.lists(st.sampled_from([0.2, 0.5, 1.0]), min_size=len(rows), max_size=len(rows))))
    weights = weights / np.sqrt(weights @ weights) / len(rows)
    allowed = present = None
    if selected is not None:
        marks = np.random.default_rng(data.draw(st.integers(0, 9))).random(DOCUMENTS) < selected
        allowed = bitmaps.of(np.flatnonzero(marks), DOCUMENTS)
        present = bitmaps.without(bitmaps.all_of(DOCUMENTS), [7, 70_000])
    one = ranking.unit(len(rows))

    found = ranking.search(
        segment, np.array(rows), weights, k, one=one, allowed=allowed, present=present, others=30 if selected else 0
    )

    total = sum(added(segment, row, weight, one) for row, weight in zip(rows, weights, strict=True))
    rest = total.copy()
    if selected is not None:
        total = np.where(marks, total, 0)
        rest[[7, 70_000]] = 0
    expected = np.lexsort((np.arange(DOCUMENTS), -total))[:k]
    expected = expected[total[expected] > 0]
    assert found.numbers.tolist() == expected.tolist()
    assert found.scores == pytest.approx(np.minimum(total[expected] / one, 1))
    if selected:
        assert found.others == pytest.approx(np.minimum(np.sort(rest)[::-1][:30] / one, 1)[: (rest > 0).sum()])
        few = ranking.search(segment, np.array(rows), weights, k, one=one, allowed=allowed, is_few=True)
        assert few.numbers.tolist() == expected.tolist()
        assert few.scores.tolist() == found.scores.tolist()


@given(rows_asked, st.lists(st.integers(0, DOCUMENTS - 1), min_size=1, max_size=50))
@settings(max_examples=40)
def test_single_postings_are_looked_up_as_they_are_stored(
    segment: Segment, rows: list[int], numbers: list[int]
) -> None:
    held = ranking.weights_held(segment, np.array(rows), np.array(numbers))

    for column, row in enumerate(rows):
        whole = added(segment, row, 1.0, 1e9) / 1e9
        assert held[:, column] == pytest.approx(whole[numbers], rel=1e-5)


def test_sums_of_all_documents_agree_with_the_best(segment: Segment) -> None:
    rows, weights = np.arange(TERMS), np.full(TERMS, 0.02)

    total = ranking.scores(segment, rows, weights)
    found = ranking.search(segment, rows, weights, 50, one=ranking.unit(TERMS))

    assert ranking.best(total, 50).tolist() == found.numbers.tolist()
    assert total[found.numbers] == pytest.approx(found.scores)


@given(st.integers(0, 200), st.data())
def test_bitmaps_are_sets(documents: int, data: st.DataObject) -> None:
    chosen = data.draw(st.sets(st.integers(0, documents - 1))) if documents else set()
    gone = data.draw(st.sets(st.sampled_from(sorted(chosen)))) if chosen else set()

    made = bitmaps.of(np.array(sorted(chosen), np.int64), documents)
    assert bitmaps.numbers(made).tolist() == sorted(chosen)
    assert bitmaps.size(made) == len(chosen)
    assert set(bitmaps.numbers(bitmaps.without(made, gone)).tolist()) == chosen - gone
    assert bitmaps.size(bitmaps.all_of(documents)) == documents
    assert bitmaps.size(bitmaps.all_of(documents) & ~made) == documents - len(chosen)


def test_a_guess_that_was_too_high_is_made_good(segment: Segment) -> None:
    """The best stand in the first block, more of them than chance would put there; others follow far below."""
    rows, weights, one = np.array([20, 30, 39]), np.array([0.3, 0.2, 0.1]), ranking.unit(3)
    total = sum(added(segment, row, weight, one) for row, weight in zip(rows.tolist(), weights, strict=True))
    order = np.lexsort((np.arange(DOCUMENTS), -total))
    first = order[order < 65_536][:60]
    later = order[(order >= 65_536) & (total[order] < total[first[-1]])]
    allowed = bitmaps.of(np.concatenate((first, later)), DOCUMENTS)

    for is_few in (False, True):
        found = ranking.search(segment, rows, weights, 100, one=one, allowed=allowed, is_few=is_few)

        assert found.numbers.tolist() == [*first.tolist(), *later[:40].tolist()]
