"""What the second stage reads of a document, and what it measures, against the same told plainly."""

import math
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given

from matchmaker.matching import Document, Index, compiled, features, forward, latent
from matchmaker.matching.query import prepare
from matchmaker.matching.spooling import Spool
from matchmaker.matching.terms import Weights, take_apart, tally
from tests.matching.texts import OFFERINGS, corpora, sentences


def columns(index: Index, query: Document) -> dict[str, list[float]]:
    """Measure all documents of an index, in the order of their numbers."""
    asked = prepare(query, index.base, index.live, index.weights)
    table, _ = features.measure(features.asked(asked, index.base), asked.base, index.base, np.arange(len(index.base)))
    return dict(zip(features.NAMES, table.T.tolist(), strict=True))


@given(corpora(min_size=1), sentences)
def test_the_measures_are_what_their_names_say(documents: list[Document], text: str) -> None:
    index, query = Index.build(documents), Document("", body=text)
    asked = prepare(query, index.base, index.live, index.weights)
    found = columns(index, query)
    idf = dict(zip(index.base.keys.tolist(), index.base.idf.tolist(), strict=True))
    weights = dict(zip(asked.keys.tolist(), asked.vector.tolist(), strict=True))

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


@given(corpora(min_size=1))
def test_a_record_tells_what_its_document_holds(documents: list[Document]) -> None:
    base = Index.build(documents).base
    row_of = dict(zip(base.forward.codes.tolist(), base.forward.common.tolist(), strict=True))
    by_rank = {rank: code for code, rank in enumerate(base.forward.character_ranks.tolist())}

    for number, document in enumerate(sorted(documents, key=lambda one: one.id)):
        fields = take_apart(document, Weights())
        counted, _ = tally(fields)
        own = dict(zip(base.rows(counted.keys)[0].tolist(), counted.counts.tolist(), strict=True))
        told = _read(
            bytes(base.forward.records), int(base.forward.starts[number]), int(base.forward.starts[number + 1])
        )
        terms = {row_of[code]: byte for code, byte in told.common.items()} | told.rare

        assert {row: min(count, 63) for row, count in own.items() if base.idf[row] > 0} == {
            row: byte & 63 for row, byte in terms.items()
        }
        assert {by_rank[rank] for rank in told.ranks} == set(forward.characters(fields).tolist())


def test_steps_of_any_width_lead_back() -> None:
    """Codes that stand far apart take two bytes and three, rows beyond them up to five."""
    codes, rows = [0, 223, 224, 9_000, 9_001, 65_535], [0, 127, 128, 20_000, 3_000_000, 4_294_967_295]
    starts = np.array([0, len(codes)], np.uint32)
    terms, rare, nothing = np.array(codes, np.uint16), np.array(rows, np.uint32), np.zeros((1, 4), np.uint8)
    counts = np.array([1, 1, 1, 1, 1, 7], np.uint8)
    records, sizes = np.zeros(512, np.uint8), np.zeros(1, np.uint64)
    compiled.load("forward_kernels").pack(
        0, starts, terms, counts, starts, rare, counts, nothing, nothing, nothing, starts, terms,
        np.arange(65_536, dtype=np.uint16), np.zeros((1, 128), np.uint8), sizes, records,
    )  # fmt: skip
    told = _read(bytes(records), 0, int(sizes[0]))

    assert told.common == dict(zip(codes, counts.tolist(), strict=True))
    assert told.rare == dict(zip(rows, counts.tolist(), strict=True))
    assert told.ranks == set(codes)


class _Told(NamedTuple):
    common: dict[int, int]
    rare: dict[int, int]
    ranks: set[int]


def _read(records: bytes, at: int, end: int) -> _Told:
    """Read a record as ``forward.Forward`` describes it."""
    at += 132
    at += 1 + 4 * records[at].bit_count()
    ranks = {rank for rank in range(128) if records[at + rank // 8] >> rank % 8 & 1}
    sizes, at = [], at + 16
    for _ in range(4):
        size, at = _number(records, at)
        sizes.append(size)
    common: dict[int, int] = {}
    rare: dict[int, int] = {}
    for place, size in enumerate(sizes):
        code, held, step_of = -1, (common, rare)[place // 2], (_step, _number)[place // 2]
        for _ in range(size):
            step, at = step_of(records, at)
            code += step + 1
            held[code] = 1
            if place % 2:
                held[code], at = records[at], at + 1
    rank = 127
    while at < end:
        step, at = _step(records, at)
        rank += step + 1
        ranks.add(rank)
    return _Told(common, rare, ranks)


def _step(records: bytes, at: int) -> tuple[int, int]:
    if records[at] < 224:
        return records[at], at + 1
    if records[at] < 255:
        return 224 + (records[at] - 224) * 256 + records[at + 1], at + 2
    return records[at + 1] * 256 + records[at + 2], at + 3


def _number(records: bytes, at: int) -> tuple[int, int]:
    value, shift = 0, 0
    while records[at] > 127:
        value, shift, at = value | (records[at] & 127) << shift, shift + 7, at + 1
    return value | records[at] << shift, at + 1


@given(corpora(min_size=2))
def test_lists_made_in_two_parts_are_those_made_at_once(documents: list[Document]) -> None:
    index = Index.build(documents)
    fields = [take_apart(one, Weights()) for one in documents]
    counted = [tally(one)[0] for one in fields]
    profiles = [forward.profile(one, own) for one, own in zip(fields, counted, strict=True)]

    def listed(some: slice) -> forward.Listed:
        block = forward.laid(profiles[some], counted[some], index.base.keys)
        return forward.listed(block, index.base.idf, forward.Common(*index.base.forward[:2]))

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
    asked = features.asked(query, base)

    new, _ = features.measure(asked, query.live, live, np.array([0]))
    old, _ = features.measure(asked, query.base, base, np.array([base.ids.find("o-laser")]))

    assert np.allclose(new, old, atol=1e-6)


def test_places_among_themes_tell_texts_of_one_kind_from_others() -> None:
    kinds = (("激光淬火 模具 硬度 刃口", "渗碳 淬火 模具 热处理"), ("印染 色牢度 纺织品 缸差", "染色 涤纶 缸差 助剂"))
    many = [
        Document(f"{number:03}", "", kinds[number % 2][number // 2 % 2] + f" 编号{number % 37}")
        for number in range(400)
    ]
    index = Index.build(many)
    own = index.base.forward

    asked = prepare(Document("", body="渗碳 热处理 硬度"), index.base, index.live, index.weights)
    near = latent.place(own, asked.base.rows, asked.base.weights)
    _, places = features.measure(features.asked(asked, index.base), asked.base, index.base, np.arange(400))
    table = np.zeros((400, 4))
    compiled.load("theme_kernels").compare_themes(places, near, np.ones(400), 64, 10, 5, table)

    assert table[::2, 0].min() > table[1::2, 0].max()
