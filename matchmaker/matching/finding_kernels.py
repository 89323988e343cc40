"""Finding a place in sorted offsets, compiled, for the kernels that look postings up.

Shapes and types are those of ``kernels``.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from .compiled import inlined

#: A whole number of 64 bits, in compiled code.
Number = int | np.int64
_U2 = npt.NDArray[np.uint16]
#: So near to where a value would stand if all were spread evenly, it is looked for first.
NARROW = 64


@inlined
def first_not_below(values: Any, low: Number, high: Number, wanted: Number) -> Number:
    """Return the first place from ``low`` on whose value is not below ``wanted``, or ``high``, by halves."""
    while low < high:
        middle = (low + high) >> 1
        if np.int64(values[middle]) < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@inlined
def find_place(values: _U2, start: Number, end: Number, wanted: Number) -> Number:
    """Return the first place from ``start`` on whose value is not below ``wanted``.

    Offsets are spread evenly over a block, so where one would stand is nearly known, and little memory looked at.
    """
    low, high = start, end
    if end - start > NARROW:
        guess = start + (((end - start) * wanted) >> 16)
        step = NARROW >> 1
        if np.int64(values[guess]) < wanted:
            low = guess + 1
            high = low + step
            while high < end and np.int64(values[high]) < wanted:
                low = high + 1
                step *= 2
                high = low + step
            high = min(high, end)
        else:
            high = guess
            low = high - step
            while low > start and np.int64(values[low]) >= wanted:
                high = low
                step *= 2
                low = high - step
            low = max(low, start)
    return first_not_below(values, low, high, wanted)
