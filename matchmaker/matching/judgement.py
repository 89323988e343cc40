"""How good a match is: the probability that it is an answer, and that in words (``docs/matching.md``)."""

import re
from enum import StrEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from . import calibration
from .query import Query
from .reranking import Order
from .stopwords import vague_keys
from .terms import FIRST_PAIR

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
#: A text from this length on is judged piece by piece, too; so long is a piece, and so many of its matches count.
LONG_TEXT, PIECE, PER_PIECE = 1_200, 200, 10
_SENTENCE = re.compile(r"[^。！？!?；;\n]*[。！？!?；;\n]?")


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


def background_of(best: npt.NDArray[np.float64]) -> float:
    """Return the same from the best scores of all documents, best first, where at least that many were asked for."""
    return float(best[BACKGROUND_RANK - 1]) if len(best) >= BACKGROUND_RANK else 0.0


def band(probability: float) -> Band:
    """Return the band of a probability."""
    if probability >= STRONG_FROM:
        return Band.STRONG
    return Band.FAIR if probability >= FAIR_FROM else Band.WEAK


def known(coverage: float) -> float:
    """Return what a score is worth when the index knows only this share of the query's vector."""
    return min(1.0, coverage / COVERED_FROM)


def beyond_chance(scores: npt.NDArray[np.float64], *, background: float) -> npt.NDArray[np.float64]:
    """Return what scores have beyond chance."""
    return np.asarray(scores - BACKGROUND_SHARE * background)


def pieces(text: str) -> list[str]:
    """Return the pieces of a long text, each of whole sentences as far as they are short; none of a short text."""
    if len(text) < LONG_TEXT:
        return []
    found, piece = [], ""
    for sentence in _SENTENCE.findall(text):
        for start in range(0, len(sentence), PIECE):
            part = sentence[start : start + PIECE]
            if piece and len(piece) + len(part) > PIECE:
                found.append(piece)
                piece = ""
            piece += part
    return [*found, piece] if piece else found


def at_least(judged: Judged, probability: float) -> Judged:
    """Return a match as likely as it is by itself or by a piece of the text."""
    return judged if judged.probability >= probability else Judged(probability, band(probability))


def judge(query: Query, order: Order, k: int, *, background: float) -> list[Judged]:
    """Judge the first ``k`` hits."""
    if not order.hits[:k]:
        return []
    scores = np.array([hit.score for hit in order.hits[:k]]) * known(query.coverage)
    beyond = beyond_chance(scores, background=background * known(query.coverage))
    measured, plain = calibration.shipped()
    likely = plain.probability(np.column_stack([beyond, scores]))
    rows = np.array([row for row in order.rows[:k] if row >= 0], np.int64)
    if order.ranked is not None and len(order.ranked.raw) >= calibration.FEWEST:
        # The candidates of the second stage come first.
        own = calibration.signals(order.ranked, rows, beyond=beyond[: len(rows)], scores=scores[: len(rows)])
        likely[: len(rows)] = measured.probability(own)
    likely = likely * min(1.0, telling(query) / TELLING_FROM)
    return [Judged(probability, band(probability)) for probability in likely.tolist()]


def telling(query: Query) -> float:
    """Return the share of the weight of a query's words that lies on those which say what it is about."""
    weights = np.where(query.keys < FIRST_PAIR, query.vector**2, 0.0)
    total = float(weights.sum())
    vague = vague_keys()
    is_vague = vague[np.minimum(np.searchsorted(vague, query.keys), len(vague) - 1)] == query.keys
    return float(weights[~is_vague].sum()) / total if total else 1.0
