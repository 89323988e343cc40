"""What the second stage measures between a query and each of some hundred candidates."""

import re
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from . import ranking
from .forward import CODES
from .latent import SCALE, Themes
from .query import Part, Query
from .segment import Mask, Numbers, Places, Segment
from .terms import FIRST_PAIR, Field, cut

Table = npt.NDArray[np.float32]
_Kind = TypeVar("_Kind", bound=np.generic)

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


@dataclass(frozen=True)
class Asked:
    """A query's terms, one row each, as the measures weigh them; its ideographs and its place among the themes."""

    weights: npt.NDArray[np.float64]
    idf: npt.NDArray[np.float64]
    is_pair: Mask
    is_spelled: Mask
    is_model: Mask
    is_head: Mask
    characters: npt.NDArray[np.uint16]
    place: npt.NDArray[np.float32]


def asked(query: Query, themes: Themes) -> Asked:
    """Look at a query as the second stage does."""
    weights = query.weights()
    is_spelled, is_model = np.zeros(query.terms, np.bool_), np.zeros(query.terms, np.bool_)
    start = 0
    for field in query.fields:
        spelled_from = start + len(field.cut.words)
        pairs_from = spelled_from + len(field.cut.spelled)
        spelled = query.occurrences[spelled_from:pairs_from]
        is_spelled[spelled] = True
        is_model[spelled] |= np.array([_is_model(word) for word in field.cut.spelled], np.bool_)
        start = pairs_from + _pairs_of(field)
    unspaced = "".join(field.cut.unspaced for field in query.fields)
    codes = np.unique(np.frombuffer(unspaced.encode("utf-32-le"), np.uint32))
    head = cut(_head(query.fields)).keys() if query.fields else np.empty(0, np.uint64)
    return Asked(
        weights=weights,
        idf=query.idf * (weights > 0),
        is_pair=query.keys >= FIRST_PAIR,
        is_spelled=is_spelled,
        is_model=is_model,
        is_head=np.isin(query.keys, head),
        characters=codes[(codes < CODES) & (codes != ord("\n"))].astype(np.uint16),
        place=themes.place(query.keys, weights),
    )


def _is_model(word: str) -> bool:
    return any(letter.isdigit() for letter in word) and any(letter.isalpha() for letter in word)


def _pairs_of(field: Field) -> int:
    """Return how many pairs of characters a field gives."""
    return sum(len(run) - 1 for run in field.cut.unspaced.split("\n") if run)


def _head(fields: list[Field]) -> str:
    """Return the title, or else the first sentence."""
    first = fields[0]
    if first.name == "title":
        return first.text
    found = _HEAD.search(fields[-1].text)
    return (found.group() if found else fields[-1].text)[:_HEAD_LENGTH]


def measure(asked: Asked, part: Part, segment: Segment, numbers: Places) -> Table:
    """Return one row for each candidate, one column for each of ``NAMES``. Nothing is negative."""
    held = _held(part, segment, numbers, len(asked.weights))
    has = held > 0
    weights, idf = asked.weights, asked.idf
    head = weights * asked.is_head
    by_weight = held @ np.stack(
        [
            weights,
            weights * ~(asked.is_pair | asked.is_spelled),
            weights * asked.is_pair,
            weights * asked.is_spelled,
            weights * asked.is_model,
            head,
            weights * idf,
        ],
        axis=1,
    ).astype(np.float32)
    rare = idf * (idf >= np.sort(idf)[-max(1, len(idf) // 5)]) if len(idf) else idf
    by_presence = has.astype(np.float32) @ np.stack([weights**2, rare**2, head**2], axis=1).astype(np.float32)
    title = _short(asked, segment, part, numbers, (segment.forward.title_starts, segment.forward.titles))
    keywords = _short(asked, segment, part, numbers, (segment.forward.keyword_starts, segment.forward.keywords))
    lengths = segment.forward.lengths[numbers]
    return np.column_stack(
        [
            by_weight[:, 0],
            by_weight[:, 1],
            by_weight[:, 2],
            by_weight[:, 3],
            by_weight[:, 4],
            by_presence[:, 0],
            by_presence[:, 1],
            _characters(asked, segment, numbers),
            by_weight[:, 0] * lengths,
            by_weight[:, 5],
            by_presence[:, 2],
            title[:, :4],
            keywords[:, :3],
            1.0 / np.maximum(lengths, 1.0),
            by_weight[:, 6],
            _agreed(by_weight[:, 0], held, has, weights),
            np.maximum(segment.forward.places[numbers].astype(np.float32) @ asked.place / SCALE, 0),
        ]
    ).astype(np.float32)


def _held(part: Part, segment: Segment, numbers: Places, terms: int) -> Table:
    """Return the weight of each query term in each candidate."""
    held = np.zeros((len(numbers), terms), np.float32)
    if not len(part.rows) or not len(numbers):
        return held
    held[:, part.terms] = ranking.weights_held(segment, part.rows, numbers)
    return held


def _agreed(whole: npt.NDArray[np.float32], held: Table, has: Mask, weights: npt.NDArray[np.float64]) -> Table:
    """Return the score once each term counts as far as the best candidates hold it too."""
    first = np.argsort(-whole, kind="stable")[:20]
    total = whole[first].sum() or 1.0
    share = (whole[first] @ has[first]) / total
    return held @ (weights * share).astype(np.float32)


def _short(asked: Asked, segment: Segment, part: Part, numbers: Places, field: tuple[Places, Numbers]) -> Table:
    """Compare with a short field: cosine of all, share of the field covered, cosine of the head, share covered."""
    result = np.zeros((4, len(numbers)), np.float32)
    owners, flat = _joined(*field, numbers)
    if not len(flat) or not len(part.rows):
        return result.T
    squares = segment.idf[flat] ** 2
    size = np.maximum(np.bincount(owners, squares, len(numbers)), 1e-9)
    # Rows of a query are sorted, as its keys are.
    places = np.minimum(np.searchsorted(part.rows.astype(np.int32), flat), len(part.rows) - 1)
    shared = np.flatnonzero(part.rows[places] == flat)
    hit, terms, squares = owners[shared], part.terms[places[shared]], squares[shared]
    idf = np.sqrt(squares)
    for column, weights in ((0, asked.weights), (2, asked.weights * asked.is_head)):
        own = weights[terms]
        scale = np.sqrt(weights @ weights) or 1.0
        result[column] = np.bincount(hit, own * idf, len(numbers)) / np.sqrt(size) / scale
        result[column + 1] = np.bincount(hit, (own > 0) * squares, len(numbers)) / size
    return result.T


def _characters(asked: Asked, segment: Segment, numbers: Places) -> Table:
    """Return the cosine of the sets of ideographs, weighed by their idf."""
    forward = segment.forward
    owners, flat = _joined(forward.character_starts, forward.characters, numbers)
    wanted = np.zeros(CODES, np.bool_)
    wanted[asked.characters] = True
    found = np.flatnonzero(wanted[flat])
    both = np.bincount(owners[found], forward.character_idf[flat[found]] ** 2, len(numbers))
    size = np.maximum(forward.character_starts[numbers + 1] - forward.character_starts[numbers], 1)
    return np.asarray(both / np.sqrt(size), np.float32)


def _joined(starts: Places, values: npt.NDArray[np.generic], numbers: Places) -> tuple[Places, npt.NDArray[np.generic]]:
    """Return the stretches of the candidates end to end, and to which candidate each value belongs."""
    lengths = starts[numbers + 1] - starts[numbers]
    owners = np.repeat(np.arange(len(numbers)), lengths)
    places = np.arange(len(owners)) + np.repeat(starts[numbers] - (np.cumsum(lengths) - lengths), lengths)
    return owners, values[places]
