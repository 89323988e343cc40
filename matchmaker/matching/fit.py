"""Fitting: the vocabulary of a corpus and the idf of each term. Only building an index comes here."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from .gathering import Source
from .segment import Mask, Scores
from .stopwords import stop_keys
from .terms import FIRST_PAIR, Keys

LARGE = 1_000
COMMON_PAIR = 0.1
COMMON_WORD = 0.4
_Held = npt.NDArray[np.int64]


def merged(sources: Sequence[Source]) -> tuple[Keys, list[npt.NDArray[np.int32]], _Held]:
    """Return one sorted vocabulary, the row of each source's terms in it, and how many documents hold each row.

    It always knows the stop words, so that nothing later takes them for rare new words.
    """
    keys = np.unique(np.concatenate([*(one.keys for one in sources), stop_keys()]))
    held = np.zeros(len(keys), np.int64)
    rows = []
    for one in sources:
        rows.append(np.searchsorted(keys, one.keys).astype(np.int32))
        held[rows[-1]] += one.held
    return keys, rows, held


def idf(keys: Keys, held: _Held, documents: int) -> Scores:
    """Return the idf of scikit-learn's ``TfidfTransformer``; nought for what says nothing."""
    weights = np.log((1 + documents) / (1 + held)) + 1
    return np.where(np.isin(keys, stop_keys()) | _is_too_common(keys, held, documents), 0.0, weights).astype(np.float32)


def _is_too_common(keys: Keys, held: _Held, documents: int) -> Mask:
    """Mark the terms that so many documents of a large corpus hold that they cost time and decide nothing."""
    if documents < LARGE:
        return np.zeros(len(keys), np.bool_)
    return np.asarray(held / documents > np.where(keys >= FIRST_PAIR, COMMON_PAIR, COMMON_WORD))
