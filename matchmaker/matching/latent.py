"""Where texts stand among the themes of a corpus: latent semantic analysis in few directions.

Deerwester et al., *Indexing by latent semantic analysis*, JASIS 41, 1990. Words that keep the same company get
neighbouring places, so texts on one theme are near each other although they share few words.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .terms import FIRST_PAIR, Keys

DIRECTIONS = 64
# Fewer documents than this have no themes worth telling apart.
FEWEST = 200
# What the directions are learned from, at most: more documents and words cost time and change little.
SAMPLE = 20_000
MOST_WORDS = 60_000
_LEAST_HELD = 2
# Places are kept in one byte a direction: a unit vector times this, cut at ±127.
SCALE = 254.0

Vectors = npt.NDArray[np.float32]
#: Documents end to end: where each begins, places among the rows asked for, weights.
Sample = tuple[npt.NDArray[np.int64], npt.NDArray[np.int32], npt.NDArray[np.float32]]


class Themes(NamedTuple):
    """The directions of a corpus: the words that tell them, as sorted keys, and one row of 64 numbers for each."""

    keys: Keys
    vectors: npt.NDArray[np.float16]

    def place(self, keys: Keys, weights: npt.NDArray[np.floating]) -> Vectors:
        """Return where a text of these terms stands: a vector of length one, or of nought."""
        if not len(self.keys) or not len(keys):
            return np.zeros(DIRECTIONS, np.float32)
        rows = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        known = np.flatnonzero(self.keys[rows] == keys)
        vector = weights[known].astype(np.float32) @ self.vectors[rows[known]].astype(np.float32)
        return np.asarray(scaled(vector.reshape(1, -1))[0], np.float32)


def learn(
    keys: Keys, held: npt.NDArray[np.int64], documents: int, sample: Callable[[npt.NDArray[np.int64]], Sample]
) -> tuple[Themes, npt.NDArray[np.int64]]:
    """Learn from some documents; ``sample`` gives what they hold of the rows it is told.

    ``held`` says how many documents hold each key. Return the themes and the rows of their keys.
    """
    nothing = Themes(np.empty(0, np.uint64), np.empty((0, DIRECTIONS), np.float16)), np.empty(0, np.int64)
    rows = _telling(keys, held)
    if documents < FEWEST or len(rows) <= DIRECTIONS:
        return nothing
    from scipy import sparse  # noqa: PLC0415  (slow to load; serving never needs it)
    from sklearn.utils.extmath import randomized_svd  # noqa: PLC0415  (slow to load; serving never needs it)

    starts, terms, weights = sample(rows)
    by_document = sparse.csr_matrix((weights, terms, starts), shape=(len(starts) - 1, len(rows)))
    lengths = np.sqrt(np.asarray(by_document.multiply(by_document).sum(axis=1)).ravel())
    by_document = sparse.diags_array(1.0 / np.maximum(lengths, 1e-9)).astype(np.float32) @ by_document
    _, _, directions = randomized_svd(by_document, n_components=DIRECTIONS, n_iter=3, random_state=0)
    return Themes(keys[rows], directions.T.astype(np.float16)), rows


def scaled(vectors: Vectors) -> Vectors:
    """Return vectors of length one; a vector of nought stays so."""
    lengths = np.sqrt((vectors * vectors).sum(axis=1, keepdims=True))
    return np.asarray(vectors / np.maximum(lengths, np.float32(1e-9)), np.float32)


def packed(places: Vectors) -> npt.NDArray[np.int8]:
    """Return places in one byte a direction."""
    return np.asarray(np.clip(np.rint(places * SCALE), -127, 127), np.int8)


def _telling(keys: Keys, held: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the rows of the words that several documents hold, the most frequent ones where there are too many."""
    rows = np.flatnonzero((keys < FIRST_PAIR) & (held >= _LEAST_HELD))
    if len(rows) > MOST_WORDS:
        rows = np.sort(rows[np.argsort(-held[rows], kind="stable")[:MOST_WORDS]])
    return rows
