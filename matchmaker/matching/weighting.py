"""The weight of a term: ``(1 + ln count) · idf``, vectors scaled to length one (scikit-learn's TF-IDF)."""

import numpy as np
import numpy.typing as npt

from .terms import Counts

Weighed = npt.NDArray[np.float64]


def weigh(counts: Counts, idf: npt.NDArray[np.floating]) -> Weighed:
    """Return the vector of a text, of length one unless every ``idf`` is zero."""
    weights = (1.0 + np.log(counts)) * idf
    length = np.sqrt(weights @ weights)
    return np.asarray(weights / length if length else weights)


def rarest_idf(documents: int) -> float:
    """Return the idf of a term that one of the documents holds."""
    return float(np.log((1 + documents) / 2) + 1)
