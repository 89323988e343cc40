"""Learning the second stage's weights: a pairwise loss weighed by what a swap changes in nDCG@10.

Burges, *From RankNet to LambdaRank to LambdaMART*, MSR-TR-2010-82; Wang et al., *The LambdaLoss framework for
ranking metric optimization*, CIKM 2018. The weights start at the first stage's order and are pulled back to it.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from . import compiled
from .reranking import GATES, NAMES

DEPTH = 10
LISTED, POSITIVES, HARD = 80, 20, 40
START = 10.0
STRENGTH = 15.0
ROUNDS, STEPS = 2, 40
#: Where weights start, and are pulled back to, besides the first stage's order. No labelled corpus has facets, and
#: papers have few model numbers: these decide between like matches until a site's own labels tell more, see
#: docs/matching.md.
PRIORS = {"models": 0.3, "industry": 0.3, "category": 0.3}
#: What a weight is at least. An exact model number lifts a match or leaves it; papers would teach that it says nothing.
#: Nor does it speak against an offering that its industry or category is the need's.
LEAST = {"models": 0.3, "industry": 0.0, "category": 0.0}

_Floats = npt.NDArray[np.float64]
_Table = npt.NDArray[np.float32]
_DISCOUNT = np.concatenate([1 / np.log2(np.arange(2, DEPTH + 2)), np.zeros(1000)])


class Measured(NamedTuple):
    """One query: its candidates' features, what gates say, grades, the best DCG@10 there is, and how much it counts."""

    table: _Table
    gates: _Floats
    grades: _Floats
    ideal: float
    weight: float = 1.0
    judged: tuple["Asked", ...] = ()


class Asked(NamedTuple):
    """What calibration needs of a query: features as measured, what scores have beyond chance, scores, grades."""

    raw: _Table
    gates: _Floats
    beyond: _Floats
    scores: _Floats
    grades: _Floats


class _Batch(NamedTuple):
    """Candidates of all queries end to end; those of query ``i`` are ``starts[i]:starts[i + 1]``."""

    table: _Table
    grades: _Floats
    starts: npt.NDArray[np.int64]
    gates: _Floats
    scale: _Floats


def ideal(grades: Sequence[float]) -> float:
    """Return the DCG@10 of the best order of these grades."""
    best = sorted(grades, reverse=True)[:DEPTH]
    return float(np.array(best, float) @ _DISCOUNT[: len(best)])


def ndcg(one: Measured, values: _Floats) -> float:
    """Return the nDCG@10 of the candidates in the order of ``values``, ties as they come."""
    first = np.argsort(-values, kind="stable")[:DEPTH]
    return float(one.grades[first] @ _DISCOUNT[: len(first)]) / one.ideal


def values(one: Measured, weights: _Floats) -> _Floats:
    """Return what the model orders the candidates by."""
    return np.round(one.table @ (one.gates @ weights), 6)


def learn(queries: Sequence[Measured]) -> _Floats:
    """Return weights as ``reranking.Model`` takes them. Queries without a relevant candidate teach nothing."""
    from scipy.optimize import minimize  # noqa: PLC0415  (slow to load; serving never needs it)

    start = np.zeros((len(GATES), len(NAMES)))
    start[0, 0] = START
    for name, weight in PRIORS.items():
        start[0, NAMES.index(name)] = weight
    batch = _batch([one for one in queries if one.grades.max(initial=0) > 0], start.shape[1])
    bounds = [_bounds(gate, name) for gate in GATES for name in NAMES]
    weights = start.ravel()
    for _ in range(ROUNDS):
        discounts = _discounts(batch, weights.reshape(start.shape))
        found = minimize(
            _loss,
            weights,
            args=(batch, discounts, start.ravel()),
            jac=True,
            bounds=bounds,
            method="L-BFGS-B",
            options={"maxiter": STEPS},
        )
        weights = found.x
    return np.asarray(weights.reshape(start.shape))


def _bounds(gate: str, name: str) -> tuple[float | None, None]:
    if name not in LEAST:
        return None, None
    return LEAST[name] if gate == GATES[0] else 0.0, None


def _batch(queries: Sequence[Measured], features: int) -> _Batch:
    """Choose the relevant candidates, the hardest others and some of the rest; relevant ones stand first."""
    tables, grades = [np.empty((0, features), np.float32)], [np.empty(0)]
    for one in queries:
        good, bad = np.flatnonzero(one.grades > 0)[:POSITIVES], np.flatnonzero(one.grades <= 0)
        rest = bad[HARD:]
        chosen = np.concatenate([good, bad[:HARD], rest[:: max(1, len(rest) // 20)][:20]])[:LISTED]
        tables.append(one.table[chosen])
        grades.append(one.grades[chosen].astype(float))
    starts = np.cumsum([0, *(len(one) for one in grades[1:])])
    gates = np.array([one.gates for one in queries]).reshape(len(queries), len(GATES))
    scale = np.array([one.weight / one.ideal for one in queries])
    return _Batch(
        np.concatenate(tables),
        np.concatenate(grades),
        starts,
        gates,
        scale / (np.mean([one.weight for one in queries]) if queries else 1.0),
    )


def _discounts(batch: _Batch, weights: _Floats) -> _Floats:
    """Return what each candidate's place in its query's order is worth."""
    discounts = np.zeros(len(batch.grades))
    for query, (first, last) in enumerate(pairwise(batch.starts.tolist())):
        scores = batch.table[first:last] @ (batch.gates[query] @ weights).astype(np.float32)
        discounts[first + np.argsort(-scores, kind="stable")] = _DISCOUNT[: last - first]
    return discounts


def _loss(weights: _Floats, batch: _Batch, discounts: _Floats, start: _Floats) -> tuple[float, _Floats]:
    by_query = batch.gates @ weights.reshape(len(GATES), -1)
    pull = np.zeros_like(by_query)
    loss: float = compiled.load("learning_kernels").pulled(
        batch.table, batch.grades, batch.starts, batch.scale, discounts, by_query, pull
    )
    away = weights - start
    gradient = (batch.gates.T @ pull).ravel() + 2 * STRENGTH * away
    return loss + STRENGTH * float(away @ away), gradient
