"""Adding up postings of one block, compiled: what ``kernels.best`` does for each term of a query.

Shapes and types are those of ``kernels``.
"""

import numpy as np
import numpy.typing as npt

from .compiled import inlined
from .instructions import prefetch

#: A whole number of 64 bits, in compiled code.
Number = int | np.int64
_U8 = npt.NDArray[np.uint64]
_U2 = npt.NDArray[np.uint16]
_U1 = npt.NDArray[np.uint8]
#: So many postings of a list are fetched ahead.
_AT_ONCE = 256


@inlined
def fetch(offsets: _U2, levels: _U1, start: Number, end: Number) -> None:
    """Have the beginning of a list of postings fetched; the processor goes on by itself."""
    for at in range(start, min(end, start + _AT_ONCE), 64):
        prefetch(offsets, at)
        prefetch(offsets, at + 32)
        prefetch(levels, at)


@inlined
def add(
    totals: _U2, offsets: _U2, levels: _U1, start: Number, end: Number, tables: _U2, term: Number, clip: Number
) -> None:
    """Add what postings of a term have above ``clip`` to the totals."""
    less = tables[term, clip]
    for at in range(start, end):
        totals[offsets[at]] += tables[term, levels[at]] - less


@inlined
def draw(
    totals: _U2, offsets: _U2, levels: _U1, start: Number, end: Number, tables: _U2, term: Number, clip: Number,
    need: Number, drawn: _U2, size: Number,
) -> Number:  # fmt: skip
    """Do the same, and list the documents that reach ``need`` by it; return how many are listed."""
    least, less = np.uint16(need), tables[term, clip]
    for at in range(start, end):
        document = offsets[at]
        before = totals[document]
        after = np.uint16(before + (tables[term, levels[at]] - less))
        totals[document] = after
        if after >= least and before < least and size < len(drawn):
            drawn[size] = document
            size += 1
    return size


@inlined
def admit(
    totals: _U2, offsets: _U2, levels: _U1, start: Number, end: Number, tables: _U2, term: Number, clip: Number,
    allowed: _U8, drawn: _U2, size: Number,
) -> Number:  # fmt: skip
    """Do the same for the documents of a block that are ``allowed`` alone, and list each that gets anything, once."""
    less = tables[term, clip]
    for at in range(start, end):
        document = offsets[at]
        if (allowed[document >> 6] >> np.uint64(document & 63)) & np.uint64(1) != np.uint64(0):
            before = totals[document]
            after = np.uint16(before + (tables[term, levels[at]] - less))
            totals[document] = after
            if before == 0 and after > 0 and size < len(drawn):
                drawn[size] = document
                size += 1
    return size


@inlined
def clear(totals: _U2, offsets: _U2, start: Number, end: Number) -> None:
    """Make the totals nought that a list of postings, or of documents, names."""
    for at in range(start, end):
        totals[offsets[at]] = 0
