"""Learning the second stage's weights: a pairwise loss weighed by what a swap changes in nDCG@10.

Burges, *From RankNet to LambdaRank to LambdaMART*, MSR-TR-2010-82; Wang et al., *The LambdaLoss framework for
ranking metric optimization*, CIKM 2018. The weights start at the first stage's order and are pulled back to it.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .reranking import GATES, NAMES

DEPTH = 10
LISTED, POSITIVES, HARD = 80, 20, 40
START = 10.0
STRENGTH = 15.0
ROUNDS, STEPS = 2, 40
#: An exact model number lifts a match or leaves it; papers, which have few, would teach otherwise.
NEVER_LOWERS = frozenset({"models"})

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
    table: _Table
    grades: _Table
    is_filled: npt.NDArray[np.bool_]
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
    batch = _batch([one for one in queries if one.grades.max(initial=0) > 0])
    flat = batch.table.reshape(-1, batch.table.shape[2])
    bounds = [(0, None) if name in NEVER_LOWERS else (None, None) for _ in GATES for name in NAMES]
    weights = start.ravel()
    for _ in range(ROUNDS):
        lambdas = _lambdas(batch, flat @ weights.astype(np.float32))
        found = minimize(
            _loss,
            weights,
            args=(batch, flat, lambdas, start.ravel()),
            jac=True,
            bounds=bounds,
            method="L-BFGS-B",
            options={"maxiter": STEPS},
        )
        weights = found.x
    return np.asarray(weights.reshape(start.shape))


def _batch(queries: Sequence[Measured]) -> _Batch:
    """Choose the relevant candidates, the hardest others and some of the rest; relevant ones stand first."""
    width = len(GATES) * len(NAMES)
    table = np.zeros((len(queries), LISTED, width), np.float32)
    grades, is_filled = np.zeros((len(queries), LISTED), np.float32), np.zeros((len(queries), LISTED), np.bool_)
    for row, one in enumerate(queries):
        good, bad = np.flatnonzero(one.grades > 0)[:POSITIVES], np.flatnonzero(one.grades <= 0)
        rest = bad[HARD:]
        chosen = np.concatenate([good, bad[:HARD], rest[:: max(1, len(rest) // 20)][:20]])[:LISTED]
        table[row, : len(chosen)] = (one.gates[:, np.newaxis] * one.table[chosen, np.newaxis, :]).reshape(
            len(chosen), width
        )
        grades[row, : len(chosen)] = one.grades[chosen]
        is_filled[row, : len(chosen)] = True
    scale = np.array([one.weight / one.ideal for one in queries])
    return _Batch(table, grades, is_filled, scale / np.mean([one.weight for one in queries]))


def _lambdas(batch: _Batch, scores: _Table) -> _Table:
    """Return, for each pair of a better and a worse candidate, what swapping them changes in nDCG@10."""
    ordered = np.where(batch.is_filled, scores.reshape(batch.grades.shape), -np.inf)
    ranks = np.argsort(np.argsort(-ordered, axis=1, kind="stable"), axis=1, kind="stable")
    discount = _DISCOUNT[ranks].astype(np.float32)
    more = batch.grades[:, :POSITIVES, np.newaxis] - batch.grades[:, np.newaxis, :]
    both = batch.is_filled[:, :POSITIVES, np.newaxis] & batch.is_filled[:, np.newaxis, :]
    swapped = np.abs(discount[:, :POSITIVES, np.newaxis] - discount[:, np.newaxis, :])
    return np.asarray(
        swapped * np.where(both, np.maximum(more, 0), 0) * batch.scale[:, np.newaxis, np.newaxis], np.float32
    )


def _loss(weights: _Floats, batch: _Batch, flat: _Table, lambdas: _Table, start: _Floats) -> tuple[float, _Floats]:
    scores = (flat @ weights.astype(np.float32)).reshape(batch.grades.shape)
    lead = np.clip(scores[:, :POSITIVES, np.newaxis] - scores[:, np.newaxis, :], -50, 50)
    behind = np.exp(-lead)
    loss = float((lambdas * np.log1p(behind)).sum(dtype=np.float64))
    pull = lambdas * (behind / (1 + behind))
    by_score = pull.sum(axis=1)
    by_score[:, :POSITIVES] -= pull.sum(axis=2)
    away = weights - start
    gradient = (flat.T @ by_score.ravel()).astype(np.float64) + 2 * STRENGTH * away
    return loss + STRENGTH * float(away @ away), gradient
