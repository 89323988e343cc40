"""How well near-duplicates are found: copies planted among the demo's needs and offerings, and what is offered.

    python -m benchmarks.twins [--seed N]

Every third text gets a copy as people make them: typed again with slips, shortened and in another order, in other
characters, in other words. Every sixth gets a sibling that must not be taken for it: the same text about another model
or material. Printed are precision and recall for each kind of copy and how many siblings were offered.
"""

import argparse
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

import opencc

from matchmaker.matching import Document, Index
from matchmaker.matching.duplicates import Item, find
from matchmaker.resources import SEEDS
from matchmaker.seeding import check

_SENTENCE = re.compile(r"[^。；！？\n]+[。；！？\n]?")
_SYNONYMS = """
检测→测试 企业→公司 我厂→我们公司 设备→装置 降低→减少 提高→提升 希望→想要 问题→毛病 方案→办法 分析→解析 评估→评价
优化→改进 稳定→平稳 成本→费用 工艺→做法 样品→试样 报告→书面结果 提供→给出 现场→车间里 目前→现在 要求→须 达到→做到
每天→每日 老板→负责人
"""
_OTHERS = """
棉→涤纶 涤纶→锦纶 染色→印花 轴承→齿轮 不锈钢→铝合金 废水→废气 真丝→羊毛 黄酒→食醋 视觉→超声 焊接→铆接 电机→水泵
伞→帐篷 铜→铝 药→饲料 茶→米 珍珠→贝壳
"""
_TRADITIONAL = opencc.OpenCC("s2t")

Change = Callable[[Document, random.Random], Document]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=20261122)
    chosen = parser.parse_args()
    for name, items in texts().items():
        report(name, *planted(items, random.Random(chosen.seed)))


def texts() -> dict[str, dict[str, Item]]:
    """Return the demo's texts by key."""
    demo = check.read(SEEDS).demo
    needs = {
        row.key: Item(
            Document(row.key, row.title, f"{row.problem}\n{row.key_technology}\n{row.target}", tuple(row.keywords)),
            row.enterprise,
        )
        for row in demo.needs
    }
    offerings = {
        row.key: Item(
            Document(
                row.key, row.title, row.description, (*row.keywords, row.model) if row.model else tuple(row.keywords)
            ),
            row.provider,
            row.model or "",
        )
        for row in demo.offerings
    }
    return {"needs": needs, "offerings": offerings}


def planted(
    items: Mapping[str, Item], chance: random.Random
) -> tuple[dict[str, Item], dict[tuple[str, str], str], set[tuple[str, str]]]:
    """Return the items with copies and siblings, the kind of each copy's pair, and the siblings' pairs."""
    whole = dict(items)
    copies: dict[tuple[str, str], str] = {}
    siblings: set[tuple[str, str]] = set()
    owners = sorted({item.owner for item in items.values()})
    for number, (name, item) in enumerate(sorted(items.items())):
        if number % 3 == 0:
            kind = list(_COPIES)[number // 3 % len(_COPIES)]
            copy = f"{name}-copy"
            owner = item.owner if chance.random() < 0.7 else chance.choice(owners)
            whole[copy] = item._replace(document=_named(_COPIES[kind](item.document, chance), copy), owner=owner)
            copies[name, copy] = kind
        sibling = _sibling(item, chance) if number % 6 == 1 else None
        if sibling:
            other = f"{name}-sibling"
            whole[other] = sibling._replace(document=_named(sibling.document, other))
            siblings.add((name, other))
    return whole, copies, siblings


def _pairs(text: str) -> list[list[str]]:
    return [pair.split("→") for pair in text.split()]


def _named(document: Document, name: str) -> Document:
    return Document(name, document.title, document.body, document.keywords)


def _slips(text: str, chance: random.Random) -> str:
    return "".join(letter for letter in text if chance.random() > 0.02)


def _typed_again(document: Document, chance: random.Random) -> Document:
    return Document("", _slips(document.title, chance), _slips(document.body, chance), document.keywords[:-1])


def _shortened(document: Document, chance: random.Random) -> Document:
    sentences = _SENTENCE.findall(document.body)
    kept = chance.sample(sentences, max(1, round(len(sentences) * 0.6)))
    return Document("", document.title[: max(6, len(document.title) * 2 // 3)], "".join(kept), document.keywords[:3])


def _other_characters(document: Document, chance: random.Random) -> Document:
    wide = {code: code + 0xFEE0 for code in range(0x30, 0x3A)}
    return Document(
        "",
        _TRADITIONAL.convert(document.title).translate(wide),
        _TRADITIONAL.convert(document.body).translate(wide),
        tuple(reversed(document.keywords)),
    )


def _other_words(document: Document, chance: random.Random) -> Document:
    def said(text: str) -> str:
        for word, other in _pairs(_SYNONYMS):
            text = text.replace(word, other)
        return text

    sentences = _SENTENCE.findall(document.body)
    kept = [sentence for sentence in sentences if chance.random() < 0.7] or sentences
    return Document("", "关于" + said(document.title), said("".join(kept)), ())


def _told_anew(document: Document, chance: random.Random) -> Document:
    short = _other_words(_shortened(document, chance), chance)
    return Document(
        "", "".join(chance.sample(document.keywords, min(3, len(document.keywords)))) + "的办法", short.body, ()
    )


_COPIES: dict[str, Change] = {
    "told anew": _told_anew,
    "typed again": _typed_again,
    "shortened": _shortened,
    "other characters": _other_characters,
    "other words": _other_words,
}


def _sibling(item: Item, chance: random.Random) -> Item | None:
    """Return the same about another model, else about another material, else nothing."""
    document = item.document
    if item.model and re.search(r"\d", item.model):
        other = re.sub(r"\d", lambda digit: str((int(digit[0]) + 3) % 10), item.model)

        def said(text: str) -> str:
            return text.replace(item.model, other)

        return Item(
            Document("", said(document.title), said(document.body), tuple(map(said, document.keywords))),
            item.owner,
            other,
        )
    for word, other in _pairs(_OTHERS):
        if word in document.title:
            sentences = _SENTENCE.findall(document.body)
            body = "".join(chance.sample(sentences, max(1, len(sentences) // 2))).replace(word, other)
            return Item(
                Document(
                    "",
                    document.title.replace(word, other),
                    body,
                    tuple(one.replace(word, other) for one in document.keywords),
                ),
                item.owner,
            )
    return None


def report(
    name: str, items: Mapping[str, Item], copies: Mapping[tuple[str, str], str], siblings: set[tuple[str, str]]
) -> None:
    index = Index.build(item.document for item in items.values())
    offered = {(twins.first, twins.second): twins for twins in find(items, index)}
    right = [pair for pair in offered if pair in copies]
    wrong = [pair for pair in offered if pair not in copies]
    print(f"{name}: {len(items)} texts, {len(copies)} copies, {len(siblings)} siblings, {len(offered)} pairs offered")
    print(f"    precision {len(right) / max(1, len(offered)):.3f}   recall {len(right) / len(copies):.3f}")
    kinds = Counter(copies.values())
    for kind, found in Counter(copies[pair] for pair in right).items():
        print(f"    {kind:20} {found} of {kinds[kind]}")
    print(f"    siblings offered     {len(siblings & offered.keys())} of {len(siblings)}")
    for line in _wrong(wrong, offered, items):
        print(line)


def _wrong(
    pairs: list[tuple[str, str]], offered: Mapping[tuple[str, str], object], items: Mapping[str, Item]
) -> Iterator[str]:
    for first, second in pairs[:8]:
        yield f"        {items[first].document.title} | {items[second].document.title}"


if __name__ == "__main__":
    main()
