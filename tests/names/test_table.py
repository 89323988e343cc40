"""A table finds what is there and nothing else, whatever it is asked, and says nothing of what is not allowed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.names import How, Table, correction, normal

NAMES = [
    "印染废水",
    "绍兴锦澜印染有限公司",
    "NETZSCH DSC 214 Polyma",
    "银行",
    "行业",
    "西安",
    "先进",
    "中国",
    "Ｃ＋＋ 培训",
    "",
]

TEXTS = st.lists(st.text("印染废水先西安行dscDSC214 -（）\n\x00", max_size=8), max_size=8)


def everything(table: Table) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return np.ones(len(table), np.bool_)


def found(query: str, names: list[str] = NAMES) -> list[str]:
    table = Table(names)
    return [names[hit.name] for hit in table.find(query, allowed=everything(table))]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("印染", ["印染废水", "绍兴锦澜印染有限公司"]),
        ("yinran", ["印染废水", "绍兴锦澜印染有限公司"]),
        ("yr", ["印染废水", "绍兴锦澜印染有限公司"]),
        ("yrf", ["印染废水"]),
        ("yinra", ["印染废水", "绍兴锦澜印染有限公司"]),
        ("sxjlyr", ["绍兴锦澜印染有限公司"]),
        ("印ran", ["印染废水", "绍兴锦澜印染有限公司"]),
        ("因然", ["印染废水", "绍兴锦澜印染有限公司"]),
        ("dsc214", ["NETZSCH DSC 214 Polyma"]),
        ("214p", ["NETZSCH DSC 214 Polyma"]),
        ("yinhang", ["银行"]),
        ("hangye", ["行业"]),
        ("xian", ["西安", "先进", "绍兴锦澜印染有限公司"]),
        ("zhongguo", ["中国"]),
        ("zguo", ["中国"]),
        ("c", ["Ｃ＋＋ 培训", "NETZSCH DSC 214 Polyma"]),
        ("水绍", []),
        ("yinrang", []),
        ("qqq", []),
        ("", []),
    ],
)
def test_names_are_found_written_sounding_and_short(query: str, expected: list[str]) -> None:
    assert sorted(found(query)) == sorted(expected)


def test_the_whole_name_comes_before_its_beginning_and_that_before_the_rest() -> None:
    names = ["深度印染", "印染", "印染废水"]
    table = Table(names)
    hits = table.find("印染", allowed=everything(table))

    assert [(names[hit.name], hit.how) for hit in hits] == [
        ("印染", How.WHOLE),
        ("印染废水", How.BEGINNING),
        ("深度印染", How.WITHIN),
    ]


@given(TEXTS, st.text("印染废水先西安行dsc214 -", min_size=1, max_size=5))
def test_exactly_those_names_hold_a_query_whose_form_does(names: list[str], query: str) -> None:
    table = Table(names)
    wanted = normal(query)
    expected = [number for number, name in enumerate(names) if wanted and wanted in normal(name)]

    assert table.holding(query, allowed=everything(table)).tolist() == expected
    written = [hit.name for hit in table.find(query, allowed=everything(table)) if hit.how.is_written]
    assert sorted(written) == expected


@given(TEXTS, st.text("印染yinrafeshuxd214s因然", min_size=1, max_size=6), st.data())
def test_what_is_not_allowed_is_never_told(names: list[str], query: str, data: st.DataObject) -> None:
    table = Table(names)
    allowed = np.array(data.draw(st.lists(st.booleans(), min_size=len(names), max_size=len(names))), np.bool_)
    alone = [name for name, is_allowed in zip(names, allowed.tolist(), strict=True) if is_allowed]
    open_table = Table(alone)

    told = [names[hit.name] for hit in table.find(query, allowed=allowed)]
    assert told == [alone[hit.name] for hit in open_table.find(query, allowed=everything(open_table))]
    meant = correction(table, query, allowed=allowed, proper=allowed, known=lambda _word: False)
    all_open = everything(open_table)
    assert meant == correction(open_table, query, allowed=all_open, proper=all_open, known=lambda _word: False)


@given(TEXTS, st.text(max_size=12))
def test_nothing_that_is_typed_breaks_the_search(names: list[str], query: str) -> None:
    table = Table(names)
    hits = table.find(query, allowed=everything(table), most=5)

    assert len({hit.name for hit in hits}) == len(hits) <= 5
    for hit in hits:
        assert 0 <= hit.start < hit.end <= len(table.normal_form(hit.name))


def test_an_empty_table_finds_nothing() -> None:
    assert found("印染", []) == []


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("因染", "印染"),
        ("因染废水", "印染废水"),
        ("yinran", "印染"),
        ("netzch", "netzsch"),
        ("dsc 241", "dsc 214"),
        ("锦谰印染", "锦澜印染"),
        ("印染", ""),
        ("dsc214", ""),
        ("已知", ""),
        ("7800", ""),
        ("完全不同的话", ""),
        ("", ""),
    ],
)
def test_slips_are_corrected_from_the_names_alone(query: str, meant: str) -> None:
    table = Table(NAMES)
    all_of_them = everything(table)

    assert correction(table, query, allowed=all_of_them, proper=all_of_them, known=lambda word: word == "已知") == meant
