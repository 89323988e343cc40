"""How good a match is, in words; the thresholds were set on labelled data (``docs/matching.md``)."""

from collections.abc import Sequence
from enum import StrEnum

import numpy as np
import numpy.typing as npt

# The score of this rank is what a text of the same field reaches without being an answer.
BACKGROUND_RANK = 30
BACKGROUND_SHARE = 0.5
# Below this share of known words, a score says little about the text as a whole.
COVERED_FROM = 0.5
STRONG_FROM = 0.20
FAIR_FROM = 0.11


class Band(StrEnum):
    """What a score may be taken for."""

    STRONG = "strong"
    FAIR = "fair"
    WEAK = "weak"


def background(scores: npt.NDArray[np.float32]) -> float:
    """Return the score that chance alone reaches for a query, from the scores of all documents."""
    above_zero = scores[scores > 0]
    if len(above_zero) < BACKGROUND_RANK:
        return 0.0
    return float(np.partition(above_zero, -BACKGROUND_RANK)[-BACKGROUND_RANK])


def background_of(best: Sequence[float]) -> float:
    """Return the same from the best scores of all documents, best first, where at least that many were asked for."""
    return best[BACKGROUND_RANK - 1] if len(best) >= BACKGROUND_RANK else 0.0


def band(score: float, *, background: float, coverage: float) -> Band:
    """Return the band of a score; ``coverage`` is the share of the query's vector that the index knows."""
    beyond_chance = (score - BACKGROUND_SHARE * background) * min(1.0, coverage / COVERED_FROM)
    if beyond_chance >= STRONG_FROM:
        return Band.STRONG
    return Band.FAIR if beyond_chance >= FAIR_FROM else Band.WEAK
