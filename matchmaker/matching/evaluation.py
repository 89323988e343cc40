"""How good a ranking is, computed by the library ir-measures, and whether two rankings differ by more than chance."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt


class Quality(NamedTuple):
    """Means over all judged topics; a topic without any ranking counts as nought."""

    topics: int
    ndcg_at_10: float
    recall_at_100: float
    mrr_at_10: float


def evaluate(
    run: Iterable[tuple[str, str, float]],
    judgements: Iterable[tuple[str, str, int]],
) -> Quality:
    """Compare rankings (topic, document, score) with judgements (topic, document, grade).

    Raises ``ValueError`` when there is not one judgement to compare with.
    """
    import ir_measures  # noqa: PLC0415  (slow to load)
    from ir_measures import RR, R, nDCG  # noqa: PLC0415  (slow to load)

    judged = [ir_measures.Qrel(*judgement) for judgement in judgements]
    if not judged:
        raise ValueError("There is no judgement to compare with.")
    ranked = [ir_measures.ScoredDoc(*line) for line in run]
    means = ir_measures.calc_aggregate([nDCG @ 10, R @ 100, RR @ 10], judged, ranked)
    topics = len({judgement.query_id for judgement in judged})
    return Quality(topics, means[nDCG @ 10], means[R @ 100], means[RR @ 10])


def paired_chance(
    one: Sequence[float] | npt.NDArray[np.float64],
    other: Sequence[float] | npt.NDArray[np.float64],
    *,
    rounds: int = 10_000,
    seed: int = 1,
) -> float:
    """Return how often chance alone makes two means differ so much: Fisher's paired randomisation test, two-sided."""
    difference = np.asarray(other, float) - np.asarray(one, float)
    seen = abs(float(difference.mean()))
    signs = np.random.default_rng(seed).choice((-1.0, 1.0), (rounds, len(difference)))
    by_chance = np.abs(signs @ difference) / max(1, len(difference))
    return float((np.count_nonzero(by_chance >= seen - 1e-12) + 1) / (rounds + 1))
