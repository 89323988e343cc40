"""Fitting: scikit-learn learns the vocabulary and idf of a corpus. Only building an index comes here."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .segment import Mask, Numbers, Places, Scores
from .stopwords import stop_keys
from .terms import FIRST_PAIR, Counted, Keys

LARGE = 1_000
COMMON_PAIR = 0.1
COMMON_WORD = 0.4


class Fitted(NamedTuple):
    """A vocabulary with its idf, and postings by term: ``worth`` is ``(1 + ln count) / length``."""

    keys: Keys
    idf: Scores
    starts: Places
    docs: Numbers
    worth: Scores


def fit(counted: Sequence[Counted]) -> Fitted:
    """Learn from documents given in the order of their numbers."""
    if not counted:
        return _nothing()
    from scipy import sparse  # noqa: PLC0415  (slow to load; serving never needs it)
    from sklearn.feature_extraction.text import TfidfTransformer  # noqa: PLC0415  (slow to load; serving never needs it)

    # The vocabulary always knows the stop words, so that nothing later takes them for rare new words.
    stops = stop_keys()
    keys, columns = np.unique(np.concatenate([*(one.keys for one in counted), stops]), return_inverse=True)
    columns = columns[: len(columns) - len(stops)]
    counts = np.concatenate([one.counts for one in counted])
    ends = np.cumsum([0, *(len(one.keys) for one in counted)])
    table = sparse.csr_matrix((counts, columns, ends), shape=(len(counted), len(keys)))
    transformer = TfidfTransformer(sublinear_tf=True).fit(table)
    says_nothing = np.isin(keys, stops) | _is_too_common(keys, columns, len(counted))
    idf = np.where(says_nothing, 0.0, transformer.idf_)
    weighed = (1.0 + np.log(counts)) * (idf[columns] > 0)
    owners = np.repeat(np.arange(len(counted)), np.diff(ends))
    lengths = np.sqrt(np.bincount(owners, (weighed * idf[columns]) ** 2, len(counted)))
    worth = weighed / np.maximum(lengths, 1e-9)[owners]
    by_term = sparse.csr_matrix((worth, columns, ends), shape=table.shape).T.tocsr()
    by_term.eliminate_zeros()
    by_term.sort_indices()
    return Fitted(
        keys,
        idf.astype(np.float32),
        by_term.indptr.astype(np.int64),
        by_term.indices.astype(np.int32),
        by_term.data.astype(np.float32),
    )


def _is_too_common(keys: Keys, columns: Places, documents: int) -> Mask:
    """Mark the terms that so many documents of a large corpus hold that they cost time and decide nothing."""
    if documents < LARGE:
        return np.zeros(len(keys), np.bool_)
    share = np.bincount(columns, minlength=len(keys)) / documents
    return np.asarray(share > np.where(keys >= FIRST_PAIR, COMMON_PAIR, COMMON_WORD))


def _nothing() -> Fitted:
    stops = stop_keys()
    none = np.empty(0, np.float32)
    weightless = np.zeros(len(stops), np.float32)
    return Fitted(stops, weightless, np.zeros(len(stops) + 1, np.int64), np.empty(0, np.int32), none)
