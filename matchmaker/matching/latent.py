"""Where texts stand among the themes of a corpus: latent semantic analysis.

Deerwester et al., *Indexing by latent semantic analysis*, JASIS 41, 1990. Words that keep the same company get
neighbouring places, so texts on one theme are near each other although they share few words.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from . import compiled
from .forward import COUNT, DIRECTIONS, Forward

# Fewer documents than this have no themes worth telling apart.
FEWEST = 200
# What the directions are learned from, at most: more documents and terms cost time and change little.
SAMPLE = 20_000
MOST_TERMS = 40_000
_LEAST_HELD, _FEWEST_TERMS = 3, 16
# Places are told in steps from -7 to 7. Of all their numbers so many lie within.
_MOST_STEPS, _WITHIN = 7, 0.98
_AT_ONCE = 1 << 13

_Floats = npt.NDArray[np.float64]


def themed(forward: Forward, idf: npt.NDArray[np.float32], held: npt.NDArray[np.int64]) -> Forward:
    """Learn the themes of the documents, and give each its place.

    ``idf`` and ``held``, how many documents hold it, are those of each term of the vocabulary.
    """
    documents, held = len(forward.lengths), held[forward.common]
    telling = np.flatnonzero(held >= _LEAST_HELD)
    if len(telling) > MOST_TERMS:
        telling = np.sort(telling[np.argsort(-held[telling], kind="stable")[:MOST_TERMS]])
    if documents < FEWEST or len(telling) < _FEWEST_TERMS:
        return forward
    rows = np.full(len(forward.common), -1, np.int32)
    rows[telling] = np.arange(len(telling), dtype=np.int32)
    own = idf[forward.common].astype(np.float64)
    vectors = _learn(forward, rows, own)
    scales = np.maximum(np.abs(vectors).max(axis=1), 1e-9).astype(np.float32) / np.float32(127)
    forward = forward._replace(
        theme_rows=rows,
        theme_vectors=np.rint(vectors / scales[:, np.newaxis]).astype(np.int8),
        theme_scales=scales,
    )
    projector = _Projector(forward, own[telling])
    some = projector.places(np.arange(0, documents, -(-documents // 2_000)))
    spread = np.quantile(np.abs(some[some.any(axis=1)]), _WITHIN) if some.any() else 1.0
    forward = forward._replace(theme_spread=np.array([_MOST_STEPS / max(float(spread), 1e-9)], np.float32))
    places = np.empty((documents, DIRECTIONS // 2), np.uint8)

    def fill(first: int) -> None:
        numbers = np.arange(first, min(first + _AT_ONCE, documents))
        places[first : first + _AT_ONCE] = packed(projector.places(numbers), forward)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(fill, range(0, documents, _AT_ONCE)))
    return forward._replace(places=places)


def place(forward: Forward, rows: npt.NDArray[np.int64], weights: _Floats) -> _Floats:
    """Return where a text of these terms, rows of the vocabulary, stands: a vector of length one, or of nought."""
    result = np.zeros(DIRECTIONS)
    compiled.load("rerank_kernels").locate(
        rows, weights, forward.common, forward.theme_rows, forward.theme_vectors, forward.theme_scales, result
    )
    return result / max(float(np.sqrt(result @ result)), 1e-9)


def packed(places: npt.NDArray[np.floating], forward: Forward) -> npt.NDArray[np.uint8]:
    """Return places of length one, one row each, in half a byte a direction."""
    steps = np.clip(np.rint(places * forward.theme_spread), -_MOST_STEPS, _MOST_STEPS).astype(np.int8) + 8
    return np.asarray(steps[:, ::2] | (steps[:, 1::2] << 4), np.uint8)


def _learn(forward: Forward, rows: npt.NDArray[np.int32], idf: _Floats) -> npt.NDArray[np.float32]:
    from scipy import sparse  # noqa: PLC0415  (slow to load; serving never needs it)
    from sklearn.utils.extmath import randomized_svd  # noqa: PLC0415  (slow to load; serving never needs it)

    documents = len(forward.lengths)
    # Whole stretches, evenly spread, are taken out of the lists of terms.
    chosen = np.arange(0, documents, -(-documents // SAMPLE))
    sizes = forward.starts[chosen + 1].astype(np.int64) - forward.starts[chosen]
    ends = np.concatenate(([0], np.cumsum(sizes)))
    at = np.arange(ends[-1]) + np.repeat(forward.starts[chosen] - ends[:-1], sizes)
    terms = forward.terms[at]
    weights = ((1.0 + np.log(np.maximum(forward.counts[at] & 63, 1))) * idf[terms]).astype(np.float32)
    table = sparse.csr_matrix((weights, terms.astype(np.int32), ends), shape=(len(chosen), len(rows)))
    table = table[:, np.flatnonzero(rows >= 0)]
    lengths = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)).ravel())
    table = sparse.diags_array(1.0 / np.maximum(lengths, 1e-9)).astype(np.float32) @ table
    directions = min(DIRECTIONS, len(chosen) // 2, table.shape[1] // 2)
    _, _, found = randomized_svd(table, n_components=directions, n_iter=2, random_state=0)
    vectors = np.zeros((table.shape[1], DIRECTIONS), np.float32)
    vectors[:, :directions] = found.T
    return vectors


class _Projector:
    """Places documents among themes."""

    def __init__(self, forward: Forward, idf: _Floats) -> None:
        self._forward = forward
        logs = 1.0 + np.log(np.maximum(np.arange(COUNT + 1), 1))
        self._worth = np.outer(idf * forward.theme_scales, logs).astype(np.float32)

    def places(self, numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """Return the places of documents, of length one."""
        own = self._forward
        result = np.zeros((len(numbers), DIRECTIONS), np.float32)
        compiled.load("forward_kernels").project(
            numbers, self._worth, own.starts, own.terms, own.counts, own.theme_rows, own.theme_vectors, result
        )
        lengths = np.sqrt((result * result).sum(axis=1, keepdims=True))
        return np.asarray(result / np.maximum(lengths, np.float32(1e-9)), np.float32)
