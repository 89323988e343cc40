"""Sets of documents, one bit each, in words of 64 bits."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

Bitmap = npt.NDArray[np.uint64]

BITS = 64
_ONE = np.uint64(1)


def words(documents: int) -> int:
    """Return how many words hold so many documents."""
    return -(-documents // BITS)


def none_of(documents: int) -> Bitmap:
    """Return the empty set."""
    return np.zeros(words(documents), np.uint64)


def all_of(documents: int) -> Bitmap:
    """Return the set of all documents; the bits behind the last stay clear."""
    bitmap = np.full(words(documents), ~np.uint64(0))
    if documents % BITS:
        bitmap[-1] = (_ONE << np.uint64(documents % BITS)) - _ONE
    return bitmap


def of(numbers: npt.NDArray[np.integer], documents: int) -> Bitmap:
    """Return the set of these documents."""
    marks = np.zeros(words(documents) * BITS, np.bool_)
    marks[numbers] = True
    return np.packbits(marks, bitorder="little").view("<u8").astype(np.uint64, copy=False)


def without(bitmap: Bitmap, numbers: Iterable[int]) -> Bitmap:
    """Return the set less a few documents."""
    rest = bitmap.copy()
    for number in numbers:
        rest[number // BITS] &= ~(_ONE << np.uint64(number % BITS))
    return rest


def size(bitmap: Bitmap) -> int:
    """Return how many documents the set has."""
    return int(np.bitwise_count(bitmap).sum(dtype=np.int64))


def numbers(bitmap: Bitmap) -> npt.NDArray[np.int64]:
    """Return the documents of the set, ascending."""
    return np.flatnonzero(np.unpackbits(bitmap.astype("<u8", copy=False).view(np.uint8), bitorder="little"))
