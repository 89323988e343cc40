"""What comes out: ranked matches, each able to say why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from .judgement import Band, Judged
from .moves import Move


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


class Mover(Protocol):
    """What knows how the second stage changed the order of one search."""

    @property
    def places(self) -> list[int]:
        """The first stage's place of each match."""
        ...

    def strength(self, place: int) -> float:
        """Return what the match at that place is ranked by."""
        ...

    def moves(self, place: int) -> tuple[Move, ...]:
        """Return what lifted or lowered the match at that place."""
        ...


class Match:
    """A document that fits, its score from 0 to 1, how likely it is an answer, and why it fits.

    ``score`` is the similarity that ``reasons`` explain; ``strength`` is what matches of one search are ordered
    by, and ``moved`` tells the difference. All but ``score`` is worked out when it is first asked for.
    """

    __slots__ = ("_explainer", "_judged", "_mover", "_place", "id", "score")

    def __init__(  # noqa: PLR0917 - made in one place only, once for each hit
        self,
        name: str,
        score: float,
        judged: Callable[[], Sequence[Judged]],
        explainer: Explainer,
        mover: Mover,
        place: int,
    ) -> None:
        self.id = name
        self.score = score
        self._judged = judged
        self._explainer = explainer
        self._mover = mover
        self._place = place

    @property
    def probability(self) -> float:
        """How likely it is that the document is an answer."""
        return self._judged()[self._place].probability

    @property
    def band(self) -> Band:
        """The same in words."""
        return self._judged()[self._place].band

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The words that count most, largest share first."""
        return self._explainer.explanation(self._place).reasons

    @property
    def rest(self) -> float:
        """The share of all that is too small or too fragmentary to be shown."""
        return self._explainer.explanation(self._place).rest

    @property
    def strength(self) -> float:
        """What the match is ranked by; comparable within one search."""
        return self._mover.strength(self._place)

    @property
    def climbed(self) -> int:
        """By how many places the second stage lifted the match; below nought where it lowered it."""
        return self._mover.places[self._place] - self._place

    @property
    def moved(self) -> tuple[Move, ...]:
        """What lifted or lowered the match against the mean of the ten best, the strongest first."""
        return self._mover.moves(self._place)

    def __repr__(self) -> str:
        return f"Match(id={self.id!r}, score={self.score:.4f}, band={self.band.value})"
