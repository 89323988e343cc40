"""How good a ranking is, computed by the library ir-measures."""

from collections.abc import Iterable
from typing import NamedTuple


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
