"""Postings: which document holds which term, and how strongly, in three bytes each.

Documents are told as a block of 65,536 and an offset in it. A term that fewer than ``RARE`` documents hold is *rare*:
its postings lie in ``blocks``, ``offsets`` and ``levels`` from ``starts[row]`` to ``starts[row + 1]``. The others are
*common*: ``common_rows`` names them, and row ``i`` of ``directory`` says where each block begins in
``common_offsets`` and ``common_levels``.

A level is one byte for how strongly a document holds a term, without the term's idf, so that idf may change while
postings stay: ``worth[level]`` is ``(1 + ln count) / length``, the length of the document's vector with idf. Levels
grow by a constant factor; 0 is kept for “not at all”.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from . import compiled

RARE = 256
#: One posting of a common term in so many may exceed its clip.
EXCESS = 64
BLOCK_BITS = 16
LEVELS = 256
# A document whose vector is longer than this has more terms than a text of 20,000 characters.
_LEAST_WORTH = 2.0**-11

Places = npt.NDArray[np.int64]
Worths = npt.NDArray[np.float32]


class Postings(NamedTuple):
    """The arrays, end to end.

    ``clips`` holds for each common term the level that few of its postings exceed; those that do are listed again in
    ``excess_…``, laid out as the common ones are.
    """

    worth: npt.NDArray[np.float32]
    starts: npt.NDArray[np.uint32]
    blocks: npt.NDArray[np.uint8]
    offsets: npt.NDArray[np.uint16]
    levels: npt.NDArray[np.uint8]
    common_rows: npt.NDArray[np.int32]
    directory: npt.NDArray[np.uint32]
    common_offsets: npt.NDArray[np.uint16]
    common_levels: npt.NDArray[np.uint8]
    clips: npt.NDArray[np.uint8]
    excess_directory: npt.NDArray[np.uint32]
    excess_offsets: npt.NDArray[np.uint16]
    excess_levels: npt.NDArray[np.uint8]


class Found(NamedTuple):
    """Where terms have their postings, as kernels want it."""

    starts: Places
    ends: Places
    slots: Places
    clips: npt.NDArray[np.uint8]


def room(terms: int) -> Found:
    """Return what has room for so many terms."""
    starts, ends, slots = np.empty((3, terms), np.int64)
    return Found(starts, ends, slots, np.empty(terms, np.uint8))


def find(postings: Postings, rows: Places) -> Found:
    """Look up the postings of terms."""
    found = room(len(rows))
    compiled.load("lookup_kernels").find_postings(
        rows, postings.starts, len(postings.blocks), postings.common_rows, postings.clips, *found
    )
    return found


def worths(seen: npt.NDArray[np.floating]) -> Worths:
    """Return what the levels are worth, from a little below the least to a little above the most that was seen."""
    low = min(float(seen.min()) / 2, _LEAST_WORTH) if len(seen) else _LEAST_WORTH
    high = min(1.0, float(seen.max()) * 1.5) if len(seen) else 1.0
    steps = np.arange(LEVELS - 1) / (LEVELS - 2)
    return np.concatenate(([0.0], low * (high / low) ** steps)).astype(np.float32)


def levels_of(worth: npt.NDArray[np.floating], of: Worths) -> npt.NDArray[np.uint8]:
    """Return the nearest level for each worth, 0 for what is below all of them."""
    low, high = np.log(of[1]), np.log(of[-1])
    places = (np.log(np.maximum(worth, 1e-9)) - low) / (high - low) * (LEVELS - 2)
    return np.where(places < -0.5, 0, np.clip(np.rint(places), 0, LEVELS - 2) + 1).astype(np.uint8)


def pack(
    starts: Places, docs: npt.NDArray[np.int32], levels: npt.NDArray[np.uint8], documents: int, worth: Worths
) -> Postings:
    """Lay out postings given by term, the documents of each term ascending."""
    held = np.diff(starts)
    common_rows = np.flatnonzero(held >= RARE).astype(np.int32)
    is_common = np.repeat(held >= RARE, held)
    offsets = (docs & 0xFFFF).astype(np.uint16)
    blocks = -(-documents >> BLOCK_BITS)
    # One number for term and block, so that one search finds where each block of each common term begins.
    numbers = np.repeat(np.arange(len(common_rows)), held[common_rows]) * blocks + (docs[is_common] >> BLOCK_BITS)
    wanted = np.arange(len(common_rows))[:, np.newaxis] * blocks + np.arange(blocks + 1)
    common_levels = levels[is_common]
    directory = np.searchsorted(numbers, wanted).astype(np.uint32)
    return with_excess(
        worth=worth,
        starts=np.concatenate(([0], np.cumsum(np.where(held >= RARE, 0, held)))).astype(np.uint32),
        blocks=(docs[~is_common] >> BLOCK_BITS).astype(np.uint8),
        offsets=offsets[~is_common],
        levels=levels[~is_common],
        common_rows=common_rows,
        directory=directory,
        common_offsets=offsets[is_common],
        common_levels=common_levels,
    )


def with_excess(
    *,
    worth: Worths,
    starts: npt.NDArray[np.uint32],
    blocks: npt.NDArray[np.uint8],
    offsets: npt.NDArray[np.uint16],
    levels: npt.NDArray[np.uint8],
    common_rows: npt.NDArray[np.int32],
    directory: npt.NDArray[np.uint32],
    common_offsets: npt.NDArray[np.uint16],
    common_levels: npt.NDArray[np.uint8],
) -> Postings:
    """Find what few postings of each common term exceed, and list these."""
    kernels = compiled.load("lookup_kernels")
    clips = np.zeros(len(common_rows), np.uint8)
    counts = np.zeros((len(common_rows), directory.shape[1] - 1), np.uint32)
    kernels.clip(directory, common_offsets, common_levels, EXCESS, clips, counts)
    bounds = np.concatenate(([0], np.cumsum(counts.ravel()))).astype(np.uint32)
    # Where a block ends the next begins, the last of a term where the first of the next term does.
    places = np.arange(len(common_rows))[:, np.newaxis] * counts.shape[1] + np.arange(counts.shape[1] + 1)
    excess_offsets, excess_levels = np.empty(bounds[-1], np.uint16), np.empty(bounds[-1], np.uint8)
    kernels.list_excess(directory, common_offsets, common_levels, clips, excess_offsets, excess_levels)
    return Postings(
        worth,
        starts,
        blocks,
        offsets,
        levels,
        common_rows,
        directory,
        common_offsets,
        common_levels,
        clips,
        bounds[places],
        excess_offsets,
        excess_levels,
    )


def heads_of(keys: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint32]:
    """Return where the keys that begin with the same bits start; some sixteen keys share them."""
    bits = min(20, max(0, (len(keys) // 16).bit_length()))
    if not bits:
        return np.array([0, len(keys)], np.uint32)
    firsts = np.arange(1 << bits, dtype=np.uint64) << np.uint64(64 - bits)
    return np.append(np.searchsorted(keys, firsts), len(keys)).astype(np.uint32)
