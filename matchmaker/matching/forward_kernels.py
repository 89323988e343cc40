"""Compiled code that makes the forward file."""

from typing import Any

import numpy as np

from .compiled import compiled
from .rerank_kernels import CODES, COUNT, FIRST_CODE, IN_KEYWORDS, IN_TITLE, LONG_STEP


@compiled("none", "i8[]", "f4[][]", "u4[]", "u2[]", "u1[]", "i4[]", "i1[][]", "f4[][]!")
def project(
    numbers: Any,
    worth: Any,
    starts: Any,
    terms: Any,
    counts: Any,
    theme_rows: Any,
    vectors: Any,
    result: Any,
) -> None:
    """Add up the vectors of the terms of each document.

    ``worth`` has one row for each vector, one column for each count of its term. Vectors stay in a byte a direction: to
    read them is what takes the time.
    """
    for place in range(len(numbers)):
        own = result[place]
        for at in range(starts[numbers[place]], starts[numbers[place] + 1]):
            row = theme_rows[terms[at]]
            if row >= 0:
                weight = worth[row, counts[at] & COUNT]
                for axis in range(len(own)):
                    own[axis] += weight * np.float32(vectors[row, axis])


@compiled(
    "none",
    *("i8[]", "i4[]", "u2[]", "f4[]", "i4[]"),
    *("u4[]!", "u2[]!", "u1[]!", "u4[]!", "u4[]!", "u1[]!", "f4[]!", "f4[]!", "f4[]!"),
)
def list_terms(
    starts: Any,
    rows: Any,
    counts: Any,
    idf: Any,
    places: Any,
    ends: Any,
    terms: Any,
    told: Any,
    rare_ends: Any,
    rare_terms: Any,
    rare_told: Any,
    lengths: Any,
    titles: Any,
    keywords: Any,
) -> None:
    """Fill the lists of the forward file from a block of documents; ``places`` tells which rows are common."""
    size, rare = 0, 0
    for number in range(len(starts) - 1):
        whole, title, keyed = 0.0, 0.0, 0.0
        for at in range(starts[number], starts[number + 1]):
            row = rows[at]
            if idf[row] <= 0:
                continue
            count, square = max(counts[at] >> 2, 1), np.float64(idf[row]) * np.float64(idf[row])
            whole += square * (1.0 + np.log(count)) ** 2
            byte = np.uint8(min(count, COUNT))
            if counts[at] & 1:
                byte |= np.uint8(IN_TITLE)
                title += square
            if counts[at] & 2:
                byte |= np.uint8(IN_KEYWORDS)
                keyed += square
            if places[row] >= 0:
                terms[size], told[size] = places[row], byte
                size += 1
            else:
                rare_terms[rare], rare_told[rare] = row, byte
                rare += 1
        ends[number + 1], rare_ends[number + 1] = size, rare
        lengths[number], titles[number], keywords[number] = np.sqrt(whole), np.sqrt(title), np.sqrt(keyed)


@compiled("none", "i8[]", "u2[]", "u4[]!", "u1[]!")
def list_steps(starts: Any, characters: Any, ends: Any, steps: Any) -> None:
    """Tell each document's ideographs in steps: first those from the first ideograph on, then those before it."""
    size = 0
    for number in range(len(starts) - 1):
        before = np.int64(-1)
        for is_late in range(2):
            for at in range(starts[number], starts[number + 1]):
                if (characters[at] < FIRST_CODE) != (is_late == 1):
                    continue
                code = (np.int64(characters[at]) - FIRST_CODE) & (CODES - 1)
                while code - before >= LONG_STEP:
                    steps[size] = LONG_STEP
                    before += LONG_STEP - 1
                    size += 1
                steps[size] = code - before
                before = code
                size += 1
        ends[number + 1] = size
