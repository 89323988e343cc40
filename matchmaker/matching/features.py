"""What the second stage measures between a query and each of some hundred candidates."""

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from . import compiled, latent
from .forward import characters
from .query import Part, Query
from .segment import Places, Segment
from .terms import FIRST_PAIR, Field, cut

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

_HEAD = re.compile(r"[^。！？!?；;\n]{4,}|.+", re.S)
_HEAD_LENGTH = 60
#: The directions of ``broad_theme`` and ``neighbours``; the candidates of ``neighbours`` and ``company``.
BROAD, NEIGHBOURS, COMPANY = 64, 10, 5
_PAIR, _SPELLED, _MODEL, _HEADING, _RARE = 1, 2, 4, 8, 16


@dataclass(frozen=True)
class Asked:
    """A query's terms, one row each, as the measures weigh them; its ideographs."""

    weights: npt.NDArray[np.float64]
    idf: npt.NDArray[np.float64]
    kinds: npt.NDArray[np.uint8]
    characters: npt.NDArray[np.uint16]


def asked(query: Query) -> Asked:
    """Look at a query as the second stage does."""
    weights = query.weights()
    idf = query.idf * (weights > 0)
    return Asked(weights, idf, _kinds(query, idf), characters(query.fields))


def _kinds(query: Query, idf: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    """Return for each term what it is: a pair, spelled, a model number, part of the head, among the rarest fifth."""
    kinds = np.where(query.keys >= FIRST_PAIR, _PAIR, 0).astype(np.uint8)
    start = sum(len(field.cut.words) for field in query.fields)
    for field in query.fields:
        spelled = query.occurrences[start : start + len(field.cut.spelled)]
        kinds[spelled] |= _SPELLED
        kinds[[term for term, word in zip(spelled, field.cut.spelled, strict=True) if _is_model(word)]] |= _MODEL
        start += len(field.cut.spelled)
    if query.fields:
        heads = cut(_head(query.fields)).keys()
        places = np.minimum(np.searchsorted(query.keys, heads), len(query.keys) - 1)
        kinds[places[query.keys[places] == heads]] |= _HEADING
    if len(idf):
        fifth = max(1, len(idf) // 5)
        kinds[idf >= np.partition(idf, -fifth)[-fifth]] |= _RARE
    return kinds


def _is_model(word: str) -> bool:
    return any(letter.isdigit() for letter in word) and any(letter.isalpha() for letter in word)


def _head(fields: list[Field]) -> str:
    """Return the title, or else the first sentence."""
    first = fields[0]
    if first.name == "title":
        return first.text
    found = _HEAD.search(fields[-1].text)
    return (found.group() if found else fields[-1].text)[:_HEAD_LENGTH]


def measure(asked: Asked, part: Part, segment: Segment, numbers: Places) -> Values:
    """Return one row for each candidate, one column for each of ``NAMES``. Nothing is negative."""
    table = np.zeros((len(numbers), len(NAMES)))
    forward = segment.forward
    compiled.load("rerank_kernels").measure(
        numbers,
        part.rows,
        asked.weights[part.terms],
        asked.idf[part.terms],
        asked.kinds[part.terms],
        asked.characters,
        *forward[: forward._fields.index("theme_rows")],
        table,
    )
    return table


def compare(query: Query, base: Segment, places: npt.NDArray[np.uint8], scores: Values) -> Values:
    """Return one row for each candidate, given its place among the base's themes, one column for each of ``THEMED``."""
    table = np.zeros((len(places), len(THEMED)))
    own = latent.place(base.forward, query.base.rows, query.base.weights)
    compiled.load("rerank_kernels").compare_themes(places, own, scores, BROAD, NEIGHBOURS, COMPANY, table)
    return table
