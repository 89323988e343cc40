"""What the second stage measures between a query and each of some hundred candidates."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from . import compiled, latent
from .forward import DIRECTIONS
from .measures import measured
from .query import Part, Query
from .segment import Places, Segment
from .terms import Field, Keys, cut

Table = npt.NDArray[np.float32]
Values = npt.NDArray[np.float64]

#: What is measured of each candidate by itself, in order.
NAMES = (
    "whole",
    "words",
    "pairs",
    "spelled",
    "models",
    "coverage",
    "rare",
    "characters",
    "unscaled",
    "head",
    "head_coverage",
    "title",
    "title_coverage",
    "head_title",
    "head_title_coverage",
    "keywords",
    "keyword_coverage",
    "head_keywords",
    "brief",
    "sharp",
    "agreed",
    "peak",
)
#: What is measured of all candidates together.
THEMED = ("theme", "broad_theme", "neighbours", "company")
#: The facets in which query and candidate may agree: 1 where it carries any of the query's values.
FACETED = ("industry", "category")

_HEAD = re.compile(r"[^。！？!?；;\n]{4,}|.+", re.S)
_HEAD_LENGTH = 60
#: The directions of ``broad_theme`` and ``neighbours``; the candidates of ``neighbours`` and ``company``.
BROAD, NEIGHBOURS, COMPANY = 64, 10, 5
#: The bytes of a candidate that has no place.
_NOWHERE = 0x88


@dataclass(frozen=True)
class Asked:
    """A query's terms, one row each, as the measures weigh them; its ideographs; where it stands among themes."""

    weights: npt.NDArray[np.float64]
    idf: npt.NDArray[np.float64]
    kinds: npt.NDArray[np.uint8]
    characters: npt.NDArray[np.uint32]
    place: npt.NDArray[np.float64]


def asked(query: Query, base: Segment) -> Asked:
    """Look at a query as the second stage does."""
    weights = query.vector
    idf = query.idf * (weights > 0)
    unspaced = "".join(field.cut.unspaced for field in query.fields)
    drawn = np.frombuffer(unspaced.encode("utf-32-le"), np.uint32)
    place = latent.place(base.forward, query.base.rows, query.base.weights)
    return Asked(weights, idf, _kinds(query, idf), drawn, place)


def _kinds(query: Query, idf: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    """Return for each term what it is: a pair, spelled, exact, part of the head, among the rarest fifth."""
    kinds = np.empty(len(idf), np.uint8)
    words = [word for field in query.fields for word in field.cut.spelled]
    start = sum(len(field.cut.words) for field in query.fields)
    spelled = query.occurrences[start : start + len(words)]
    models = spelled[_are_exact(words, query.fields)] if words else spelled
    compiled.load("lookup_kernels").look(query.keys, idf, spelled, models, _head_keys(query.fields), kinds)
    return kinds


def _head_keys(fields: list[Field]) -> Keys:
    """Return the terms of the title, or else of the first sentence."""
    if not fields:
        return np.empty(0, np.uint64)
    first, head = fields[0], _head(fields)
    return (first.cut if head == first.text else cut(head)).keys()


def _are_exact(words: list[str], fields: list[Field]) -> list[bool]:
    """Tell which spelled words fit exactly or not at all: model numbers, and figures that a unit follows."""
    numbered = [any(letter.isdigit() for letter in word) for word in words]
    figures = {one for field in fields for one in measured(field.cut.folded)} if any(numbered) else set()
    return [
        has_digit and (word in figures or any(letter.isalpha() for letter in word))
        for word, has_digit in zip(words, numbered, strict=True)
    ]


def _head(fields: list[Field]) -> str:
    """Return the title, or else the first sentence."""
    first = fields[0]
    if first.name == "title":
        return first.text
    found = _HEAD.search(fields[-1].text)
    return (found.group() if found else fields[-1].text)[:_HEAD_LENGTH]


def measure(asked: Asked, part: Part, segment: Segment, numbers: Places) -> tuple[Values, npt.NDArray[np.uint8]]:
    """Return one row for each candidate, one column for each of ``NAMES``; and where each stands among the themes.

    Nothing is negative.
    """
    table, places = np.zeros((len(numbers), len(NAMES))), np.full((len(numbers), DIRECTIONS // 2), _NOWHERE, np.uint8)
    forward, terms = segment.forward, part.terms
    compiled.load("rerank_kernels").measure(
        numbers, part.rows, asked.weights[terms], asked.idf[terms], asked.kinds[terms], asked.characters,
        forward.common, forward.codes, forward.starts, forward.records, forward.character_ranks,
        forward.character_idf, table, places,
    )  # fmt: skip
    return table, places


def compare(asked: Asked, places: npt.NDArray[np.uint8], scores: Values) -> Values:
    """Return one row for each candidate, given its place among the base's themes, one column for each of ``THEMED``."""
    table = np.zeros((len(places), len(THEMED)))
    compiled.load("theme_kernels").compare_themes(places, asked.place, scores, BROAD, NEIGHBOURS, COMPANY, table)
    return table


def agree(facets: Mapping[str, tuple[str, ...]], segment: Segment, numbers: Places) -> Values:
    """Return one row for each candidate, one column for each of ``FACETED``, given the facets of the query."""
    table = np.zeros((len(numbers), len(FACETED)))
    for column, facet in enumerate(FACETED):
        if facets.get(facet):
            table[:, column] = segment.facets.are_carried(facet, facets[facet], numbers)
    return table
