"""Matching: which offerings fit a need, how well, and why. A library of its own."""

from .documents import Document
from .errors import EmptyIndex, IndexDamaged
from .highlight import highlight_spans
from .index import Index
from .judgement import FAIR_FROM, STRONG_FROM, Band
from .matches import Match, Reason
from .moves import Move
from .selection import Selection

__all__ = [
    "FAIR_FROM",
    "STRONG_FROM",
    "Band",
    "Document",
    "EmptyIndex",
    "Index",
    "IndexDamaged",
    "Match",
    "Move",
    "Reason",
    "Selection",
    "highlight_spans",
]
