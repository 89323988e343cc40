"""How good a match is: the probability that it is an answer, and that in words (``docs/matching.md``)."""

from enum import StrEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from . import calibration
from .query import Query
from .reranking import Order
from .stopwords import vague_keys

# The score of this rank is what a text of the same field reaches without being an answer.
BACKGROUND_RANK = 30
BACKGROUND_SHARE = 0.5
# Below this share of known words, a score says little about the text as a whole.
COVERED_FROM = 0.5
# A query says something as soon as this share of it is neither 转型 nor 帮忙.
TELLING_FROM = 0.3
#: The site's thresholds: from here on a match is called strong, from here on worth a look.
STRONG_FROM = 0.45
FAIR_FROM = 0.15


class Band(StrEnum):
    """What a match may be taken for."""

    STRONG = "strong"
    FAIR = "fair"
    WEAK = "weak"


class Judged(NamedTuple):
    """The probability that a match is an answer, and its band."""

    probability: float
    band: Band


def background(scores: npt.NDArray[np.float32]) -> float:
    """Return the score that chance alone reaches for a query, from the scores of all documents."""
    above_zero = scores[scores > 0]
    if len(above_zero) < BACKGROUND_RANK:
        return 0.0
    return float(np.partition(above_zero, -BACKGROUND_RANK)[-BACKGROUND_RANK])


def band(probability: float) -> Band:
    """Return the band of a probability."""
    if probability >= STRONG_FROM:
        return Band.STRONG
    return Band.FAIR if probability >= FAIR_FROM else Band.WEAK


def beyond_chance(scores: npt.NDArray[np.float64], *, background: float, coverage: float) -> npt.NDArray[np.float64]:
    """Return what scores have beyond chance; ``coverage`` is the share of the query's vector that the index knows."""
    return np.asarray((scores - BACKGROUND_SHARE * background) * min(1.0, coverage / COVERED_FROM))


def judge(query: Query, order: Order, k: int, *, background: float) -> list[Judged]:
    """Judge the first ``k`` hits."""
    if not order.hits[:k]:
        return []
    scores = np.array([hit.score for hit in order.hits[:k]])
    beyond = beyond_chance(scores, background=background, coverage=query.coverage)
    signals = calibration.signals(order, k, beyond=beyond)
    measured, plain = calibration.shipped()
    is_measured = np.array(order.rows[:k]) >= 0
    likely = np.where(
        is_measured, measured.probability(signals), plain.probability(signals[:, : len(calibration.PLAIN)])
    )
    likely = likely * min(1.0, telling(query) / TELLING_FROM)
    return [Judged(probability, band(probability)) for probability in likely.tolist()]


def telling(query: Query) -> float:
    """Return the share of a query's weight that lies on words which say what it is about."""
    weights = query.weights() ** 2
    total = float(weights.sum())
    return float(weights[~np.isin(query.keys, vague_keys())].sum()) / total if total else 0.0
