"""The text that goes in: a need or an offering, seen as plain fields."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Document:
    """One text to be found or to search with.

    ``facets`` are what filters ask for, each with one or more values: ``{"district": ("330211",)}``.
    They take no part in the score; the second stage looks whether ``industry`` and ``category`` agree.
    """

    id: str
    title: str = ""
    body: str = ""
    keywords: tuple[str, ...] = ()
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
