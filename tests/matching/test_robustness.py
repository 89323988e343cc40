"""Needs as people write them: in plain words, with typing errors, in other scripts, very short and very long."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from matchmaker.matching import Band, Document, Index
from matchmaker.resources import ROOT

PAIRS = Path(__file__).with_name("robustness.tsv")
#: What every second need could say too; it fills 3,000 characters.
FILLER = (
    "我们是一家做了二十多年的民营企业，老板从小作坊起家，现在有一百多号人，厂房是自己的。这几年生意不好做，工资年年涨，"
    "年轻人不肯进车间，老员工又快退休了。镇里的干部常来走访，叫我们有困难就提，所以写了这一段，写得啰嗦请见谅。"
    "去年参加过两次交流会，听了很多报告，回来还是不知道从哪里下手。隔壁几家厂也有同样的想法，大家愿意一起商量。"
    "钱不是没有，但是要花在刀刃上；时间上最好年内有个说法。联系人白天在外面跑，晚上回消息。"
)
LONG = 3_000
NOT_WEAK = 0.9
#: The share of needs whose offering stands first, and among the first five, at least.
FLOORS = {
    "colloquial": (0.75, 0.93),
    "mixed": (0.80, 0.95),
    "typing": (0.93, 0.97),
    "word": (0.70, 0.85),
    "long": (0.95, 0.99),
    "traditional": (0.70, 0.90),
    "wide": (0.73, 0.93),
}


def pairs(kind: str) -> Iterator[tuple[str, str]]:
    for line in PAIRS.read_text(encoding="utf-8").splitlines():
        name, offering, text = line.split("\t")
        if name == kind:
            yield offering, lengthened(text) if kind == "long" else text


def lengthened(text: str) -> str:
    """Bury a need in the middle of 3,000 characters."""
    filler = FILLER * (LONG // len(FILLER) + 1)
    return filler[: LONG // 2] + "\n" + text + "。\n" + filler[LONG // 2 : LONG - len(text)]


@pytest.fixture(scope="module")
def index() -> Index:
    rows = [
        json.loads(line)
        for file in sorted((ROOT / "seeds" / "demo").glob("*/offerings.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    return Index.build(
        Document(
            row["key"],
            row["title"],
            row["description"],
            tuple([*row["keywords"], row["model"]] if row.get("model") else row["keywords"]),
        )
        for row in rows
    )


def test_there_are_two_hundred_pairs_and_more_and_each_names_an_offering(index: Index) -> None:
    lines = PAIRS.read_text(encoding="utf-8").splitlines()

    assert len(set(lines)) == len(lines) >= 200
    assert {line.split("\t")[0] for line in lines} == FLOORS.keys()
    assert all(line.split("\t")[1] in index for line in lines)


@pytest.mark.parametrize("kind", FLOORS)
def test_a_need_finds_its_offering_however_it_is_written(index: Index, kind: str) -> None:
    ranks = []
    for offering, text in pairs(kind):
        found = [match.id for match in index.search(Document("", body=text), 5)]
        ranks.append(found.index(offering) + 1 if offering in found else 99)
    first, five = (sum(rank <= limit for rank in ranks) / len(ranks) for limit in (1, 5))

    assert (first, five) >= FLOORS[kind], f"{first:.3f} first, {five:.3f} among five"
    assert five >= FLOORS[kind][1]


def test_a_need_within_three_thousand_characters_is_seldom_called_weak(index: Index) -> None:
    bands = []
    for offering, text in pairs("long"):
        bands += [match.band for match in index.search(Document("", body=text), 5) if match.id == offering]

    assert sum(band is not Band.WEAK for band in bands) / len(bands) >= NOT_WEAK, bands


def test_three_thousand_characters_about_nothing_find_no_match(index: Index) -> None:
    assert {match.band for match in index.search(Document("", body=lengthened("")), 10)} == {Band.WEAK}


@pytest.mark.parametrize(
    "text", ["转型", "帮帮忙", "升级", "技术", "合作", "创新", "数字化", "找专家", "想赚钱", "不行了，急"]
)
def test_a_vague_word_finds_no_possible_match(index: Index, text: str) -> None:
    assert {match.band for match in index.search(Document("", body=text), 20)} <= {Band.WEAK}
