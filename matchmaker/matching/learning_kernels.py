"""Compiled code of learning: the loss of a model and how it changes with the weights."""

from typing import Any

import numpy as np

from .compiled import compiled


@compiled("f8", "f4[][]", "f8[]", "i8[]", "f8[]", "f8[]", "f8[][]", "f8[][]!")
def pulled(table: Any, grades: Any, starts: Any, scale: Any, discounts: Any, weights: Any, gradient: Any) -> float:
    """Return the loss; add its gradient by the weights of each query to ``gradient``.

    Each pair of a better and a worse candidate counts by what swapping them changes in nDCG@10.
    """
    loss = 0.0
    for query in range(len(scale)):
        first, last = starts[query], starts[query + 1]
        scores, pull = np.zeros(last - first), np.zeros(last - first)
        for row in range(first, last):
            for column in range(table.shape[1]):
                scores[row - first] += np.float64(table[row, column]) * weights[query, column]
        for better in range(first, last):
            if grades[better] <= 0:
                break
            for worse in range(first, last):
                more, swapped = grades[better] - grades[worse], abs(discounts[better] - discounts[worse])
                if more <= 0 or swapped == 0:
                    continue
                lead = min(max(scores[better - first] - scores[worse - first], -50.0), 50.0)
                behind, share = np.exp(-lead), more * swapped * scale[query]
                loss += share * np.log1p(behind)
                moved = share * behind / (1 + behind)
                pull[worse - first] += moved
                pull[better - first] -= moved
        for row in range(first, last):
            if pull[row - first] != 0:
                for column in range(table.shape[1]):
                    gradient[query, column] += pull[row - first] * np.float64(table[row, column])
    return loss
