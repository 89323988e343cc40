"""Where texts stand among the themes of a corpus: latent semantic analysis.

Deerwester et al., *Indexing by latent semantic analysis*, JASIS 41, 1990. Words that keep the same company get
neighbouring places, so texts on one theme are near each other although they share few words.
"""

import numpy as np
import numpy.typing as npt

from . import compiled
from .forward import COUNT, DIRECTIONS, Common, Forward, Listed, Themes, unthemed

# Fewer documents than this have no themes worth telling apart.
FEWEST = 200
# What the directions are learned from, at most: more documents and terms cost time and change little.
SAMPLE = 20_000
MOST_TERMS = 40_000
_LEAST_HELD, _FEWEST_TERMS = 3, 16
# Places are told in steps from -7 to 7. Of all their numbers so many lie within.
_MOST_STEPS, _WITHIN = 7, 0.98

_Floats = npt.NDArray[np.float64]


def learned(listed: Listed, common: Common, idf: npt.NDArray[np.float32], held: npt.NDArray[np.int64]) -> Themes:
    """Learn the themes of documents. ``idf`` and ``held``, how many hold it, are those of each common term."""
    documents = len(listed.lengths)
    telling = np.flatnonzero(held >= _LEAST_HELD)
    if len(telling) > MOST_TERMS:
        telling = np.sort(telling[np.argsort(-held[telling], kind="stable")[:MOST_TERMS]])
    if documents < FEWEST or len(telling) < _FEWEST_TERMS:
        return unthemed(len(idf))
    vectors = _learn(listed, common, telling, idf.astype(np.float64))
    scales = np.maximum(np.abs(vectors).max(axis=1), 1e-9).astype(np.float32) / np.float32(127)
    rows = np.full(len(idf), -1, np.int32)
    rows[common.codes[telling]] = np.arange(len(telling), dtype=np.int32)
    told = np.rint(vectors / scales[:, np.newaxis]).astype(np.int8)
    themes = Themes(rows, told, scales, np.ones(1, np.float32))
    some = Placing(listed, common, idf, themes).vectors(np.arange(0, documents, -(-documents // 2_000)))
    spread = np.quantile(np.abs(some[some.any(axis=1)]), _WITHIN) if some.any() else 1.0
    return themes._replace(spread=np.array([_MOST_STEPS / max(float(spread), 1e-9)], np.float32))


def place(forward: Forward, rows: npt.NDArray[np.int64], weights: _Floats) -> _Floats:
    """Return where a text of these terms, rows of the vocabulary, stands: a vector of length one, or of nought."""
    result = np.zeros(DIRECTIONS)
    own = forward.theme_rows, forward.theme_vectors, forward.theme_scales
    compiled.load("rerank_kernels").locate(rows, weights, forward.common, forward.codes, *own, result)
    return result / max(float(np.sqrt(result @ result)), 1e-9)


def packed(places: npt.NDArray[np.floating], spread: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    """Return places of length one, one row each, in half a byte a direction."""
    steps = np.clip(np.rint(places * spread), -_MOST_STEPS, _MOST_STEPS).astype(np.int8) + 8
    return np.asarray(steps[:, ::2] | (steps[:, 1::2] << 4), np.uint8)


def _learn(listed: Listed, common: Common, telling: npt.NDArray[np.int64], idf: _Floats) -> npt.NDArray[np.float32]:
    from scipy import sparse  # noqa: PLC0415  (slow to load; serving never needs it)
    from sklearn.utils.extmath import randomized_svd  # noqa: PLC0415  (slow to load; serving never needs it)

    documents = len(listed.lengths)
    # Whole stretches, evenly spread, are taken out of the lists of terms.
    chosen = np.arange(0, documents, -(-documents // SAMPLE))
    sizes = listed.starts[chosen + 1].astype(np.int64) - listed.starts[chosen]
    ends = np.concatenate(([0], np.cumsum(sizes)))
    at = np.arange(ends[-1]) + np.repeat(listed.starts[chosen] - ends[:-1], sizes)
    places = np.empty(len(idf), np.int32)
    places[common.codes] = np.arange(len(idf), dtype=np.int32)
    terms = places[listed.terms[at]]
    weights = ((1.0 + np.log(np.maximum(listed.counts[at] & COUNT, 1))) * idf[terms]).astype(np.float32)
    table = sparse.csr_matrix((weights, terms, ends), shape=(len(chosen), len(idf)))
    table = table[:, telling]
    lengths = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)).ravel())
    table = sparse.diags_array(1.0 / np.maximum(lengths, 1e-9)).astype(np.float32) @ table
    directions = min(DIRECTIONS, len(chosen) // 2, table.shape[1] // 2)
    _, _, found = randomized_svd(table, n_components=directions, n_iter=2, random_state=0)
    vectors = np.zeros((table.shape[1], DIRECTIONS), np.float32)
    vectors[:, :directions] = found.T
    return vectors


class Placing:
    """Places documents among themes."""

    def __init__(self, listed: Listed, common: Common, idf: npt.NDArray[np.float32], themes: Themes) -> None:
        self._listed = listed
        self._themes = themes
        logs = 1.0 + np.log(np.maximum(np.arange(COUNT + 1), 1))
        own = idf.astype(np.float64)[themes.rows[common.codes] >= 0]
        self._worth = np.outer(own * themes.scales, logs).astype(np.float32)

    def vectors(self, numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """Return the places of documents, of length one."""
        own, themes = self._listed, self._themes
        result = np.zeros((len(numbers), DIRECTIONS), np.float32)
        compiled.load("forward_kernels").project(
            numbers, self._worth, own.starts, own.terms, own.counts, themes.rows, themes.vectors, result
        )
        lengths = np.sqrt((result * result).sum(axis=1, keepdims=True))
        return np.asarray(result / np.maximum(lengths, np.float32(1e-9)), np.float32)

    def places(self, first: int, last: int) -> npt.NDArray[np.uint8]:
        """Return the places of a stretch of documents, in half a byte a direction."""
        return packed(self.vectors(np.arange(first, last)), self._themes.spread)
