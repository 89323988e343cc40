"""From counts by document to postings by term, compiled.

``starts``: i8[documents + 1], ``rows``: i4[…] of the vocabulary and ``counts``: u2[…] (``counting.Counts``) tell what
the documents of one block hold, end to end. ``logs``: f8[16384] is ``1 + ln count`` by count. A row whose ``idf`` is
nought has no postings.
"""

import numpy as np
import numpy.typing as npt

from .compiled import compiled

_I8 = npt.NDArray[np.int64]
_I4 = npt.NDArray[np.int32]
_U4 = npt.NDArray[np.uint32]
_U2 = npt.NDArray[np.uint16]
_U1 = npt.NDArray[np.uint8]
_F4 = npt.NDArray[np.float32]
_F8 = npt.NDArray[np.float64]


@compiled("none", "i8[]", "i8[]", "i8[]", "u4[]", "u2[]", "i4[]", "i4[]!", "u2[]!")
def gather(froms: _I8, untils: _I8, tos: _I8, terms: _U4, counts: _U2, row_of: _I4, rows: _I4, kept: _U2) -> None:
    """Copy stretches of ``terms`` and ``counts`` to where they belong, numbers of terms turned into rows."""
    for document in range(len(froms)):
        to = tos[document]
        for at in range(froms[document], untils[document]):
            rows[to] = row_of[terms[at]]
            kept[to] = counts[at]
            to += 1


@compiled("none", "i8[]", "i8[]", "i8[]", "u2[]", "u2[]!")
def gather_characters(froms: _I8, untils: _I8, tos: _I8, characters: _U2, kept: _U2) -> None:
    """Copy stretches of ``characters`` to where they belong."""
    for document in range(len(froms)):
        kept[tos[document] : tos[document] + untils[document] - froms[document]] = characters[
            froms[document] : untils[document]
        ]


@compiled("none", "i8[]", "i4[]", "u2[]", "f4[]", "f8[]", "f8[]!", "f8[]!")
def measure(starts: _I8, rows: _I4, counts: _U2, idf: _F4, logs: _F8, lengths: _F8, bounds: _F8) -> None:
    """Fill ``lengths``: f8[documents] of vectors, and widen ``bounds``: least and most ``(1 + ln count) / length``."""
    for document in range(len(starts) - 1):
        total, least, most = 0.0, np.inf, 0.0
        for at in range(starts[document], starts[document + 1]):
            if idf[rows[at]] > 0:
                told = logs[counts[at] >> 2]
                total += (told * idf[rows[at]]) ** 2
                least, most = min(least, told), max(most, told)
        lengths[document] = np.sqrt(total)
        if total > 0:
            bounds[0] = min(bounds[0], least / lengths[document])
            bounds[1] = max(bounds[1], most / lengths[document])


@compiled(
    "none",
    "i8", "i8[]", "i4[]", "u2[]", "f4[]", "f8[]", "f8[]", "f4[]", "i8", "i8", "i4[]",
    "u4[]!", "u1[]!", "u2[]!", "u1[]!", "u4[]!", "u4[][]!", "u2[]!", "u1[]!",
)  # fmt: skip
def invert(
    block: int,
    starts: _I8,
    rows: _I4,
    counts: _U2,
    idf: _F4,
    logs: _F8,
    lengths: _F8,
    worth: _F4,
    first: int,
    last: int,
    slots: _I4,
    cursors: _U4,
    blocks: _U1,
    offsets: _U2,
    levels: _U1,
    common_cursors: _U4,
    directory: _U4,
    common_offsets: _U2,
    common_levels: _U1,
) -> None:
    """Write the postings of one block for the rows from ``first`` to before ``last``.

    ``slots``: i4[rows] is the row of ``directory``, -1 for rare terms; cursors say where the next posting goes.
    """
    low = np.log(np.float64(worth[1]))
    factor = (len(worth) - 2) / (np.log(np.float64(worth[len(worth) - 1])) - low)
    for one in range(first, last):
        if slots[one] >= 0:
            directory[slots[one], block] = common_cursors[slots[one]]
    log_logs = np.log(logs)
    for document in range(len(starts) - 1):
        log_length = np.log(lengths[document]) + low
        for at in range(starts[document], starts[document + 1]):
            row: int | np.int64 = np.int64(rows[at])
            if row < first or row >= last or not idf[row] > 0:
                continue
            place = (log_logs[counts[at] >> 2] - log_length) * factor
            level = 0
            if place >= -0.5:
                level = 1 + min(len(worth) - 2, max(0, int(np.rint(place))))
            slot = slots[row]
            if slot < 0:
                to = cursors[row]
                blocks[to] = block
                offsets[to] = document
                levels[to] = level
                cursors[row] += np.uint32(1)
            else:
                to = common_cursors[slot]
                common_offsets[to] = document
                common_levels[to] = level
                common_cursors[slot] += np.uint32(1)
