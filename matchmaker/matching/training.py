"""Training the second stage: measure the training sets, cross-validate by query and by corpus, write the weights."""

import json
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from . import derived, features, judgement, learning, ranking, reranking
from .derived import TrainingSet
from .index import Index
from .learning import Asked, Measured
from .query import prepare
from .trec import Topic

FOLDS = 2
# A set teaches with at most so many queries, so that none drowns the others.
MOST_QUERIES = 700
# Of each set so many queries are asked with and without their answers, to learn how likely matches are answers.
JUDGED_QUERIES = 250
Query = tuple[str, Measured]
# By set: the queries measured, and their names.
Sets = Mapping[str, Sequence[Query]]
_Tell = Callable[[str], None]
_Weights = npt.NDArray[np.float64]


class Quality(NamedTuple):
    """Mean nDCG@10 of one set: first stage, cross-validated by query, by a model that never saw the corpus."""

    queries: int
    first_stage: float
    by_query: float
    by_corpus: float


def measured_sets(data: Path, tell: _Tell) -> dict[str, list[tuple[str, Measured]]]:
    """Measure every training set of a folder of labelled data; names begin with the corpus."""
    found: dict[str, list[tuple[str, Measured]]] = {}
    for corpus in derived.read(data):
        for variant, documents in corpus.variants.items():
            asked = [one for one in corpus.sets if one.corpus == variant]
            if not asked:
                continue
            index = Index.build(documents)
            for one in asked:
                found[f"{corpus.name}/{one.name}"] = list(_measured(index, one))
                tell(f"Measured {corpus.name}/{one.name}: {len(one.topics):,} queries.")
    return found


def _measured(index: Index, one: TrainingSet) -> Iterable[Query]:
    step = max(1, -(-len(one.topics) // JUDGED_QUERIES))
    for number, topic in enumerate(one.topics):
        grades = {name: grade for name, grade in one.relevant[topic.document.id].items() if grade > 0}
        measured = measure(index, topic, grades, is_judged=number % step == 0) if grades else None
        if measured is not None and len(measured.table):
            yield topic.document.id, measured


def measure(index: Index, topic: Topic, grades: Mapping[str, float], *, is_judged: bool = False) -> Measured:
    """Measure the first stage's candidates for one query; where it is judged, also without its answers."""
    present = _asked(index, topic, grades)
    judged: tuple[Asked, ...] = ()
    if is_judged:
        judged = (present, _asked(index, topic._replace(exclude=topic.exclude | grades.keys()), {}))
    ideal = learning.ideal(list(grades.values()))
    return Measured(reranking.scaled(present.raw), present.gates, present.grades, ideal, judged=judged)


def _asked(index: Index, topic: Topic, grades: Mapping[str, float]) -> Asked:
    base = index.base
    query = prepare(topic.document, base, index.live, index.weights)
    totals = ranking.scores(base, query.base.rows, query.base.weights)
    chance = judgement.background(totals)
    for name in topic.exclude:
        number = base.ids.find(name)
        if number is not None:
            totals[number] = 0
    numbers = ranking.best(totals, reranking.CANDIDATES)
    scores = totals[numbers].astype(float) * judgement.known(query.coverage)
    asked, candidates = features.asked(query, base), (numbers, np.empty(0, np.int64))
    table, gates = reranking.measure(query, asked, base, None, candidates, facets=topic.document.facets)
    beyond = judgement.beyond_chance(scores, background=chance * judgement.known(query.coverage))
    held = np.array([grades.get(name, 0) for name in base.ids.names(numbers)], float)
    return Asked(table, gates, beyond, scores, held)


def weights_of(sets: Sets, *, taken: Callable[[str, str], bool]) -> _Weights:
    """Learn from the queries that ``taken`` says yes to, given set and query. Every set counts alike, by its root."""
    chosen: list[Measured] = []
    for name, queries in sets.items():
        kept = [one for query, one in queries if taken(name, query)]
        kept = kept[:: -(-len(kept) // MOST_QUERIES)] if kept else kept
        chosen += [one._replace(weight=one.weight / len(kept) ** 0.5) for one in kept]
    return learning.learn(chosen)


def cross_validated(sets: Sets, tell: _Tell) -> dict[str, Quality]:
    """Judge each set by models that saw neither its queries nor, the second time, its corpus."""
    by_fold = [weights_of(sets, taken=_outside_fold(fold)) for fold in range(FOLDS)]
    tell("Cross-validated by query.")
    corpora = sorted({_corpus(name) for name in sets})
    foreign = (
        {corpus: weights_of(sets, taken=_outside_corpus(corpus)) for corpus in corpora} if len(corpora) > 1 else {}
    )
    tell("Cross-validated by corpus.")
    told: dict[str, Quality] = {}
    for name, queries in sets.items():
        first = [learning.ndcg(one, one.table[:, 0].astype(float)) for _, one in queries]
        seen = [learning.ndcg(one, learning.values(one, by_fold[fold_of(query)])) for query, one in queries]
        strange = foreign.get(_corpus(name))
        unseen = [] if strange is None else [learning.ndcg(one, learning.values(one, strange)) for _, one in queries]
        mean = float(np.mean(unseen)) if unseen else float("nan")
        told[name] = Quality(len(queries), float(np.mean(first)), float(np.mean(seen)), mean)
    return told


def _outside_fold(fold: int) -> Callable[[str, str], bool]:
    return lambda _, query: fold_of(query) != fold


def _outside_corpus(corpus: str) -> Callable[[str, str], bool]:
    return lambda name, _: _corpus(name) != corpus


def fold_of(query: str) -> int:
    """Return the fold of a query, by its name alone."""
    return zlib.crc32(query.encode("utf-8", "surrogatepass")) % FOLDS


def _corpus(name: str) -> str:
    return name.partition("/")[0]


def write(path: Path, weights: _Weights, told: Mapping[str, Any]) -> None:
    """Write the data file of the second stage; ``told`` is what else it holds."""
    content = {"format": reranking.FORMAT, "features": reranking.Model(weights).told(), **told}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
