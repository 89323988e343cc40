"""What the second stage went by when it moved a match, in words that people know."""

from typing import NamedTuple


class Move(NamedTuple):
    """A feature, or several of one kind; ``by`` is above nought where it lifted the match."""

    feature: str
    by: float
