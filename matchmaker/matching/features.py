"""What the second stage measures between a query and each of some hundred candidates."""

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from . import compiled
from .forward import COMMON, characters
from .latent import SCALE, Themes
from .query import Part, Query
from .segment import Places, Segment
from .terms import FIRST_PAIR, Field, cut

Table = npt.NDArray[np.float32]

#: The columns of ``measure``, in order.
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
    "theme",
)

_HEAD = re.compile(r"[^。！？!?；;\n]{4,}|.+", re.S)
_HEAD_LENGTH = 60
#: So many of the best candidates say which terms count.
AGREEING = 20
_CHARACTERS, _AGREED, _THEME = (NAMES.index(name) for name in ("characters", "agreed", "theme"))


@dataclass(frozen=True)
class Asked:
    """A query's terms, one row each, as the measures weigh them; its ideographs and its place among the themes."""

    weights: npt.NDArray[np.float64]
    idf: npt.NDArray[np.float64]
    kinds: npt.NDArray[np.uint8]
    characters: npt.NDArray[np.uint16]
    place: npt.NDArray[np.float32]


def asked(query: Query, themes: Themes) -> Asked:
    """Look at a query as the second stage does."""
    weights = query.weights()
    idf = query.idf * (weights > 0)
    return Asked(
        weights=weights,
        idf=idf,
        kinds=_kinds(query, idf),
        characters=characters(query.fields),
        place=themes.place(query.keys, weights),
    )


def _kinds(query: Query, idf: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    """Return for each term what it is: a pair, spelled, a model number, part of the head, among the rarest fifth."""
    kinds = np.where(query.keys >= FIRST_PAIR, kernels.PAIR, 0).astype(np.uint8)
    start = sum(len(field.cut.words) for field in query.fields)
    for field in query.fields:
        spelled = query.occurrences[start : start + len(field.cut.spelled)]
        kinds[spelled] |= kernels.SPELLED
        kinds[[term for term, word in zip(spelled, field.cut.spelled, strict=True) if _is_model(word)]] |= kernels.MODEL
        start += len(field.cut.spelled)
    if query.fields:
        kinds[np.isin(query.keys, cut(_head(query.fields)).keys())] |= kernels.HEAD
    if len(idf):
        kinds[idf >= np.partition(idf, -max(1, len(idf) // 5))[-max(1, len(idf) // 5)]] |= kernels.RARE
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


def measure(asked: Asked, part: Part, segment: Segment, numbers: Places) -> Table:
    """Return one row for each candidate, one column for each of ``NAMES``. Nothing is negative."""
    forward = segment.forward
    if not len(numbers):
        return np.empty((0, len(NAMES)), np.float32)
    ends, found, told = kernels.matches(
        numbers,
        forward.starts,
        forward.terms,
        forward.counts,
        forward.rare_starts,
        forward.rare_terms,
        forward.rare_counts,
        _codes(part.rows, forward.common),
        len(forward.common),
    )
    weights, idf, kinds = asked.weights[part.terms], asked.idf[part.terms], asked.kinds[part.terms]
    table = kernels.measure(
        numbers,
        ends,
        found,
        told,
        forward.lengths,
        forward.title_lengths,
        forward.keyword_lengths,
        weights,
        idf,
        kinds,
    )
    best = np.argsort(-table[:, 0], kind="stable")[:AGREEING]
    lengths = forward.lengths[numbers].astype(np.float64)
    table[:, _CHARACTERS] = kernels.shared_characters(
        numbers, forward.character_starts, forward.steps, asked.characters, forward.character_idf
    )
    table[:, _AGREED] = kernels.agreed(table[:, 0].copy(), ends, found, told, lengths, weights, idf, best)
    table[:, _THEME] = kernels.near(numbers, forward.places, asked.place) / SCALE
    return table.astype(np.float32)


def _codes(rows: Places, common: npt.NDArray[np.uint32]) -> Places:
    """Return how the forward file knows terms: by their place among the common ones, else by row."""
    if not len(common):
        return rows + COMMON
    places = np.searchsorted(common, rows.astype(np.uint32))
    is_common = common[np.minimum(places, len(common) - 1)] == rows
    return np.where(is_common, places, rows + COMMON)
