"""Texts that ask for the same, in groups with a readable label, and groups that stay themselves from day to day.

Texts belong together when on average each is like each (UPGMA: Sokal and Michener, *A statistical method for evaluating
systematic relationships*, 1958). Who was together yesterday is drawn together a little today, so that a need more or
less does not shuffle the others.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import combinations
from math import log
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .documents import Document
from .index import Index
from .stopwords import CHINESE, ENGLISH, VAGUE
from .terms import cut, singular

#: Texts stay together while the mean cosine between two halves is at least this.
LIKE = 0.08
#: What having been together adds to a cosine.
HABIT = 0.02
#: How many of the nearest texts of each are looked at.
NEAREST = 40
#: A group of fewer is none.
LEAST = 2
#: How much of two groups must be the same for one to be the other's future: of all members of both.
SAME = 0.3

_LABEL_WORDS = 3
_SAY_NOTHING = frozenset([*CHINESE.split(), *ENGLISH.split(), *VAGUE.split()])

_Table = npt.NDArray[np.float64]


class Group(NamedTuple):
    """What belongs together, in the order of ids, and the words that say what it is about."""

    members: tuple[str, ...]
    label: tuple[str, ...]


def group(documents: Sequence[Document], index: Index, *, former: Iterable[Collection[str]] = ()) -> list[Group]:
    """Return the groups of ``LEAST`` or more, the largest first; ``former`` are those of the last time.

    ``index`` holds the documents under their ids, and may hold more. Their order leaves no trace.
    """
    ordered = sorted(documents, key=lambda document: document.id)
    if len(ordered) < LEAST or not len(index):
        return []
    table = _likeness(ordered, index)
    _keep_habits(table, [document.id for document in ordered], former)
    spoken = {document.id: _spoken(document) for document in ordered}
    held = Counter(word for own in spoken.values() for word in own)
    found = [[ordered[place] for place in part] for part in _parts(table) if len(part) >= LEAST]
    groups = [
        Group(tuple(document.id for document in part), label([spoken[one.id] for one in part], held, len(ordered)))
        for part in found
    ]
    return sorted(groups, key=lambda one: (-len(one.members), one.members))


def _likeness(ordered: Sequence[Document], index: Index) -> _Table:
    """Return the cosine of each two documents, as far as one is among the nearest of the other."""
    nearest = index.ranked_by(None)
    where = nearest.among(document.id for document in ordered)
    places = {document.id: place for place, document in enumerate(ordered)}
    table = np.zeros((len(ordered), len(ordered)))
    for place, document in enumerate(ordered):
        for match in nearest.search(document, NEAREST, where=where, exclude=(document.id,)):
            other = places[match.id]
            table[place, other] = table[other, place] = max(table[place, other], match.score)
    return table


def _keep_habits(table: _Table, names: Sequence[str], former: Iterable[Collection[str]]) -> None:
    places = {name: place for place, name in enumerate(names)}
    for members in former:
        known = np.array(sorted(places[name] for name in members if name in places), dtype=np.int64)
        table[np.ix_(known, known)] += HABIT


def _parts(table: _Table) -> list[list[int]]:
    from scipy.cluster.hierarchy import fcluster, linkage  # noqa: PLC0415  (slow to load; serving never needs it)

    distances = 1 - np.minimum(table[np.triu_indices(len(table), k=1)], 1)
    numbers = fcluster(linkage(distances, method="average"), 1 - LIKE, criterion="distance")
    parts: defaultdict[int, list[int]] = defaultdict(list)
    for place, number in enumerate(numbers.tolist()):
        parts[number].append(place)
    return list(parts.values())


def _spoken(document: Document) -> dict[str, float]:
    """Return the words and keywords of a document that could stand in a label, and how much it makes of each."""
    spoken: dict[str, float] = {}
    for text, weight in ((document.body, 1.0), (document.title, 2.0)):
        apart = cut(text)
        for word in (*apart.words, *map(singular, apart.spelled)):
            if len(word) > 1 and word not in _SAY_NOTHING and not word.isnumeric():
                spoken[word] = weight
    for keyword in document.keywords:
        folded = cut(keyword).folded.strip()
        if len(folded) > 1 and folded not in _SAY_NOTHING:
            spoken[folded] = 2.5
    return spoken


def label(members: Sequence[Mapping[str, float]], held: Mapping[str, int], documents: int) -> tuple[str, ...]:
    """Return up to three words that most members speak of and few others do; longer ones before their parts."""
    sums: defaultdict[str, float] = defaultdict(float)
    inside: Counter[str] = Counter()
    for spoken in members:
        inside.update(spoken.keys())
        for word, weight in spoken.items():
            sums[word] += weight
    # A word of one member says nothing of the group; one that all others share says nothing either.
    values = {
        word: total * (1 + 0.1 * min(len(word), 6)) * log(1 + documents / held[word])
        for word, total in sums.items()
        if inside[word] > 1
    }
    chosen: list[str] = []
    for word in sorted(values, key=lambda word: (-values[word], word)):
        if not any(word in other or other in word for other in chosen):
            chosen.append(word)
        if len(chosen) == _LABEL_WORDS:
            break
    return tuple(chosen)


def follow(groups: Sequence[Collection[str]], former: Mapping[int, Collection[str]]) -> list[int | None]:
    """Return for each group which former one it continues, by the share of members in common; each continues once."""
    shares = []
    for place, members in enumerate(groups):
        own = set(members)
        for number, others in former.items():
            share = len(own & set(others)) / max(1, len(own | set(others)))
            if share >= SAME:
                shares.append((-share, number, place))
    following: list[int | None] = [None] * len(groups)
    taken: set[int] = set()
    for _share, number, place in sorted(shares):
        if following[place] is None and number not in taken:
            following[place] = number
            taken.add(number)
    return following


def kept_pairs(former: Iterable[Collection[str]], later: Iterable[Collection[str]], *, still: Collection[str]) -> float:
    """Return the share of former pairs, both of whose members are ``still`` there, that are together later."""
    there = set(still)
    before = {pair for members in former for pair in combinations(sorted(there & set(members)), 2)}
    after = {pair for members in later for pair in combinations(sorted(members), 2)}
    return len(before & after) / len(before) if before else 1.0
