"""What comes out: ranked matches, each able to say why."""

from dataclasses import dataclass
from typing import Protocol

from .judgement import Band


@dataclass(frozen=True, slots=True)
class Reason:
    """A word that both texts hold, as the query spells it, and its share of the score."""

    term: str
    share: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """The reasons of one match, largest share first. Their shares and ``rest`` add up to 1."""

    reasons: tuple[Reason, ...]
    rest: float


class Explainer(Protocol):
    """What knows the reasons of all matches of one search."""

    def explanation(self, place: int) -> Explanation:
        """Return why the match at that place of the ranking fits."""
        ...


class Match:
    """A document that fits, its score from 0 to 1, and why it fits.

    The reasons are worked out when they are first asked for.
    """

    __slots__ = ("_explainer", "_place", "band", "id", "score")

    def __init__(self, name: str, score: float, band: Band, explainer: Explainer, place: int) -> None:
        self.id = name
        self.score = score
        self.band = band
        self._explainer = explainer
        self._place = place

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The words that count most, largest share first."""
        return self._explainer.explanation(self._place).reasons

    @property
    def rest(self) -> float:
        """The share of all that is too small or too fragmentary to be shown."""
        return self._explainer.explanation(self._place).rest

    def __repr__(self) -> str:
        return f"Match(id={self.id!r}, score={self.score:.4f}, band={self.band.value})"
