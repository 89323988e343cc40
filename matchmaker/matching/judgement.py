"""How good a match is in words: thresholds set on labelled data (``docs/matching.md``)."""

from enum import StrEnum

STRONG_FROM = 0.25
FAIR_FROM = 0.12


class Band(StrEnum):
    """What a score may be taken for."""

    STRONG = "strong"
    FAIR = "fair"
    WEAK = "weak"


def band(score: float) -> Band:
    """Return the band of a score."""
    if score >= STRONG_FROM:
        return Band.STRONG
    return Band.FAIR if score >= FAIR_FROM else Band.WEAK
