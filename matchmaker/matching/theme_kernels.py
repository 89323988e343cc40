"""Compiled code of the second stage: how near candidates are to themes and to each other, and what features weigh.

Sums are made in whole numbers or in the order of the directions, so equal texts measure equal.
"""

from typing import Any

import numpy as np

from .compiled import compiled, inlined, summing

#: The largest number of a place told in whole numbers: times 7, 256 of them add up to less than 2**24.
_FINE = 2_800
#: The columns that are filled here, in the order of ``features.THEMED``.
THEME, BROAD_THEME, NEIGHBOURS, COMPANY = range(4)


@inlined
def _unfolded(places: Any) -> Any:
    """Return places as numbers, from half a byte each: first all even directions, then all odd ones."""
    half = places.shape[1]
    result = np.empty((len(places), 2 * half), np.float32)
    for row in range(len(places)):
        for byte in range(half):
            result[row, byte] = np.float32(np.int32(places[row, byte] & 15) - np.int32(8))
        for byte in range(half):
            result[row, half + byte] = np.float32(np.int32(places[row, byte] >> 4) - np.int32(8))
    return result


@inlined
def _narrow(wide: Any, broad: Any) -> Any:
    """Return the first directions alone."""
    half, own = wide.shape[1] >> 1, broad >> 1
    result = np.empty((len(wide), 2 * own), np.float32)
    for row in range(len(wide)):
        for axis in range(own):
            result[row, axis] = wide[row, axis]
            result[row, own + axis] = wide[row, half + axis]
    return result


@summing
def _product(one: Any, other: Any) -> Any:
    """Multiply vectors of whole numbers: all sums stay below 2**24, so floats hold them exactly."""
    total = np.float32(0)
    for axis in range(len(one)):
        total += one[axis] * other[axis]
    return np.float64(total)


@inlined
def _square(vector: Any) -> Any:
    """Multiply a vector of large whole numbers with itself."""
    total = 0.0
    for value in vector:
        total += np.float64(value) * np.float64(value)
    return total


@inlined
def _whole(vector: Any) -> Any:
    """Return a vector in whole numbers, the largest being ``_FINE``, as the only row."""
    most = 1e-18
    for value in vector:
        most = max(most, abs(value))
    result = np.empty((1, len(vector)), np.float32)
    for axis in range(len(vector)):
        result[0, axis] = np.float32(np.rint(vector[axis] / most * _FINE))
    return result


@inlined
def _near(product: Any, one: Any, other: Any) -> Any:
    """Return a cosine from a product and two squares, nought where it is less."""
    return max(product, 0.0) / np.sqrt(max(one * other, 1.0))


@inlined
def _likenesses(near: Any, lengths: Any) -> Any:
    """Return how near candidates are to each other in the first directions, nought to themselves."""
    size = len(near)
    likenesses = np.zeros((size, size))
    for one in range(size):
        for other in range(one):
            likenesses[one, other] = _product(near[one], near[other])
        for other in range(one):
            likenesses[one, other] = max(likenesses[one, other] / (lengths[one] * lengths[other]), 0.0)
        for other in range(one):
            likenesses[other, one] = likenesses[one, other]
    return likenesses


@inlined
def _least_of_nearest(likenesses: Any, most: Any) -> Any:
    """Return for each candidate how near the last of its ``most`` nearest is.

    All candidates take in one other at a time: nothing is decided, so the processor does many at once.
    """
    size = len(likenesses)
    nearest, less = np.zeros((most, size)), np.empty(size)
    for other in range(size):
        less[:] = likenesses[other]
        for at in range(most):
            own = nearest[at]
            for one in range(size):
                before, value = own[one], less[one]
                own[one], less[one] = max(before, value), min(before, value)
    return nearest[most - 1]


@compiled("none", "u1[][]", "f8[]", "f8[]", "i8", "i8", "i8", "f8[][]!")
def compare_themes(places: Any, asked: Any, scores: Any, broad: Any, most: Any, best: Any, table: Any) -> None:
    """Fill the columns that speak of themes.

    These are: nearness in all directions and in the first ``broad`` ones; the scores of the ``most`` nearest
    candidates, times how near they are in the first directions, those as near as the last included; nearness to
    where the ``best`` candidates stand on average.
    """
    wide = _unfolded(places)
    near = _narrow(wide, broad)
    size, axes = wide.shape
    half = axes >> 1
    asked_so = np.empty(axes)
    asked_so[:half], asked_so[half:] = asked[::2], asked[1::2]
    own = _whole(asked_so)
    own_near = _narrow(own, broad)[0]
    lengths, squares = np.empty(size), np.empty(size)
    square, broad_square = _square(own[0]), _square(own_near)
    for one in range(size):
        squares[one], broadly = _product(wide[one], wide[one]), _product(near[one], near[one])
        table[one, THEME] = _near(_product(wide[one], own[0]), squares[one], square)
        table[one, BROAD_THEME] = _near(_product(near[one], own_near), broadly, broad_square)
        lengths[one] = max(np.sqrt(broadly), 1e-9)
    most = max(1, min(most, size - 1))
    likenesses = _likenesses(near, lengths)
    least = _least_of_nearest(likenesses, most)
    for one in range(size):
        total = 0.0
        for other in range(size):
            if likenesses[one, other] >= least[one]:
                total += likenesses[one, other] * scores[other] / most
        table[one, NEIGHBOURS] = total
    middle = np.zeros(axes)
    for one in np.argsort(-scores, kind="mergesort")[:best]:
        share = scores[one] / np.sqrt(max(squares[one], 1.0))
        for axis in range(axes):
            middle[axis] += share * wide[one, axis]
    own = _whole(middle)
    square = _square(own[0])
    for one in range(size):
        table[one, COMPANY] = _near(_product(wide[one], own[0]), squares[one], square)


@compiled("none", "f4[][]", "f8[]", "f4[][]!", "f8[][]!")
def weigh(table: Any, weights: Any, scaled: Any, added: Any) -> None:
    """Divide each column by its maximum, rounded to five places so that equal texts stay equal, and weigh it."""
    most = np.full(table.shape[1], np.float32(-np.inf))
    for row in range(len(table)):
        for column in range(table.shape[1]):
            most[column] = max(most[column], table[row, column])
    for column in range(table.shape[1]):
        most[column] = max(most[column], np.float32(1e-9))
    for row in range(len(table)):
        for column in range(table.shape[1]):
            whole = np.float32(np.rint(np.float32(table[row, column] / most[column]) * np.float32(1e5)))
            scaled[row, column] = whole / np.float32(1e5)
            added[row, column] = np.float64(scaled[row, column]) * weights[column]
