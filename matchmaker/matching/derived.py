"""Sets of training queries: those that people labelled, and those that a corpus answers by itself without labels.

A linear model that saw only long labelled needs collapses on short ones. So every set also gives its clauses, its
titles alone, and every corpus its own titles and keywords, each asked of documents that do not show them.
"""

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import permutations
from pathlib import Path
from typing import NamedTuple, TypeVar

from . import trec
from .documents import Document
from .trec import Topic

_Item = TypeVar("_Item")
Relevant = Mapping[str, Mapping[str, int]]

_CLAUSE = re.compile(r"[^。！？!?；;，,\n]+[。！？!?；;，,\n]?")
_SHORT, _TWO = 8, 24
_LONG_QUERY = 60
# A keyword that fewer or more papers carry is no theme.
_LEAST_CARRIED, _MOST_CARRIED, _TOO_COMMON = 5, 60, 120


class TrainingSet(NamedTuple):
    """Queries with what is relevant for each. ``corpus`` names the variant of the documents they are asked of."""

    name: str
    corpus: str
    topics: list[Topic]
    relevant: Relevant


class Corpus(NamedTuple):
    """One folder of labelled data: variants of its documents by name, and the sets asked of them."""

    name: str
    variants: dict[str, list[Document]]
    sets: list[TrainingSet]


def read(data: Path) -> Iterator[Corpus]:
    """Read every folder with a ``corpus.jsonl``, in the order of their names. Raises ``BadFile``."""
    for file in sorted(data.glob("*/corpus.jsonl")):
        documents = list(trec.read_documents(file))
        labelled = list(_labelled(file.parent))
        sets = [*labelled, *(derived for one in labelled for derived in _shortened(one)), *_own(documents)]
        variants = {
            "whole": documents,
            "untitled": [Document(one.id, "", _without_title(one), one.keywords) for one in documents],
            "unkeyed": [Document(one.id, one.title, one.body) for one in documents],
        }
        yield Corpus(file.parent.name, variants, sets)


def _labelled(folder: Path) -> Iterator[TrainingSet]:
    for queries in sorted(folder.glob("*queries.jsonl")):
        name = queries.name.removesuffix("queries.jsonl")
        relevant: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for topic, document, grade in trec.read_judgements(folder / f"{name}qrels.tsv"):
            relevant[topic][document] = grade
        topics = [topic for topic in trec.read_topics(queries) if topic.document.id in relevant]
        yield TrainingSet(name.rstrip("_") or folder.name, "whole", topics, relevant)


def _shortened(one: TrainingSet) -> Iterator[TrainingSet]:
    """Yield the set's clauses, where it has no titles and is long; else its titles alone and its texts alone."""
    titled = [topic for topic in one.topics if topic.document.title]
    if titled:
        yield _changed(one, "titles", titled, lambda document: document.title)
        yield _changed(one, "texts", titled, lambda document: document.body)
        return
    long = [topic for topic in one.topics if len(topic.document.body) >= _LONG_QUERY]
    if 2 * len(long) > len(one.topics):
        yield _changed(one, "one clause", long, lambda document: _first(document.body, _SHORT))
        yield _changed(one, "two clauses", long, lambda document: _first(document.body, _TWO))


def _changed(one: TrainingSet, name: str, topics: Sequence[Topic], text: Callable[[Document], str]) -> TrainingSet:
    short = [Topic(Document(topic.document.id, body=text(topic.document)), topic.exclude) for topic in topics]
    return TrainingSet(f"{one.name}, {name}", one.corpus, short, one.relevant)


def _first(text: str, length: int) -> str:
    """Return the first clauses that together have ``length`` characters."""
    taken = ""
    for clause in _CLAUSE.findall(text):
        taken += clause
        if len(taken) >= length:
            break
    return taken


def _own(documents: Sequence[Document]) -> Iterator[TrainingSet]:
    chance = random.Random(7)  # noqa: S311 - which documents are taken is no secret
    titled = _some([one for one in documents if len(one.title) > 5 and len(one.body) > len(one.title)], 1500, chance)
    yield _known("titles", "untitled", titled, [one.title for one in titled])
    keyed = _some([one for one in documents if 3 <= len(one.keywords) <= 8], 1500, chance)
    if not keyed:
        return
    yield _known("keywords", "unkeyed", keyed, [" ".join(one.keywords) for one in keyed])
    yield _known("two keywords", "unkeyed", keyed, [" ".join(chance.sample(one.keywords, 2)) for one in keyed])
    carriers = _carriers(documents)
    words = _some(
        [word for word, held in carriers.items() if _LEAST_CARRIED <= len(held) <= _MOST_CARRIED], 700, chance
    )
    topics = [Topic(Document(f"keyword-{word}", body=word), frozenset()) for word in words]
    yield TrainingSet(
        "a keyword", "unkeyed", topics, {f"keyword-{word}": dict.fromkeys(carriers[word], 1) for word in words}
    )
    yield from _fields(documents, carriers, chance)


def _fields(
    documents: Sequence[Document], carriers: Mapping[str, set[str]], chance: random.Random
) -> Iterator[TrainingSet]:
    """Yield papers asked for those that share two keywords with them."""
    shared: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for word in sorted(carriers):
        if len(carriers[word]) <= _TOO_COMMON:
            for one, other in permutations(sorted(carriers[word]), 2):
                shared[one][other] += 1
    relevant = {one: {other: 1 for other, count in others.items() if count >= 2} for one, others in shared.items()}
    asked = _some([one for one in documents if len(relevant.get(one.id, ())) >= 3], 600, chance)
    wholes = [Topic(Document(one.id, one.title, one.body[:300]), frozenset([one.id])) for one in asked]
    titles = [Topic(Document(one.id, body=one.title), frozenset([one.id])) for one in asked]
    yield TrainingSet("field", "unkeyed", wholes, relevant)
    yield TrainingSet("field, titles", "unkeyed", titles, relevant)


def _known(name: str, corpus: str, documents: Sequence[Document], texts: Iterable[str]) -> TrainingSet:
    topics = [Topic(Document(one.id, body=text), frozenset()) for one, text in zip(documents, texts, strict=True)]
    return TrainingSet(name, corpus, topics, {one.id: {one.id: 1} for one in documents})


def _carriers(documents: Sequence[Document]) -> dict[str, set[str]]:
    carriers: defaultdict[str, set[str]] = defaultdict(set)
    for one in documents:
        for word in one.keywords:
            if 2 <= len(word) <= 12:
                carriers[word].add(one.id)
    return dict(sorted(carriers.items()))


def _some(items: Sequence[_Item], count: int, chance: random.Random) -> list[_Item]:
    return chance.sample(items, min(count, len(items)))


def _without_title(document: Document) -> str:
    return document.body.removeprefix(document.title)
