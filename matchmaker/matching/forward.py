"""What the second stage knows of each document: its terms and how often, what of them stands in the title, its length.

Everything that the second stage asks of a candidate lies together, so it costs a look at one stretch of memory
instead of one search in the postings for each term.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from .latent import Themes
from .terms import Counted, Field, Keys, tally

_Bytes = npt.NDArray[np.uint8]
_Codes = npt.NDArray[np.uint16]
_Rows = npt.NDArray[np.uint32]
_Scores = npt.NDArray[np.float32]
_Kind = TypeVar("_Kind", bound=np.generic)

#: So many terms are known by two bytes; the rest, which few documents hold, by four.
COMMON = 1 << 16
#: What a byte says of a term in a document: how often it counts there, and whether title or keywords hold it.
COUNT, IN_TITLE, IN_KEYWORDS = 63, 64, 128
#: Characters are numbered from the first ideograph on; rarer ones, beyond two bytes, are left out.
CODES, FIRST_CODE = 1 << 16, 0x4E00
#: A list of characters is told in steps from one to the next. This one goes on by one less and stops nowhere.
LONG_STEP = 255


class Profile(NamedTuple):
    """For each of a document's terms, in the order of its keys, whether title or keywords hold it; its ideographs."""

    places: _Bytes
    characters: _Codes


class Forward(NamedTuple):
    """Profiles of documents end to end; the terms of document ``i`` are ``starts[i]:starts[i + 1]``.

    ``common`` holds the rows of the most frequent terms, ascending; ``terms`` are places in it, and ``counts`` one
    byte each (``COUNT``, ``IN_TITLE``, ``IN_KEYWORDS``). ``rare_terms`` are rows of the segment's vocabulary. Terms
    without weight are left out. ``lengths`` holds the length of each document's vector before it was scaled to one,
    ``title_lengths`` and ``keyword_lengths`` those of its title's and keywords' idf alone. ``steps`` goes through the
    numbers of each document's ideographs, ``character_idf`` has one entry for each of the 65,536. ``places`` has
    one row of bytes for each document (``latent``), ``theme_keys`` and ``theme_vectors`` are the themes they refer to.
    """

    common: _Rows
    starts: _Rows
    terms: _Codes
    counts: _Bytes
    rare_starts: _Rows
    rare_terms: _Rows
    rare_counts: _Bytes
    lengths: _Scores
    title_lengths: _Scores
    keyword_lengths: _Scores
    character_idf: _Scores
    character_starts: _Rows
    steps: _Bytes
    places: npt.NDArray[np.int8]
    theme_keys: Keys
    theme_vectors: npt.NDArray[np.float16]

    @property
    def themes(self) -> Themes:
        """The directions that ``places`` are told in."""
        return Themes(self.theme_keys, self.theme_vectors)


class Known(NamedTuple):
    """What the corpus says of terms and characters: the vocabulary, its idf, and which of its rows are frequent."""

    keys: Keys
    idf: _Scores
    common: _Rows
    character_idf: _Scores
    themes: Themes


def profile(fields: Sequence[Field], counted: Counted) -> Profile:
    """Return what the second stage keeps of a document beside its counts."""
    places = np.zeros(len(counted.keys), np.uint8)
    for name, bit in (("title", IN_TITLE), ("keywords", IN_KEYWORDS)):
        held = [field for field in fields if field.name == name]
        if held:
            places[np.searchsorted(counted.keys, tally(held)[0].keys)] |= bit
    return Profile(places, characters(fields))


def characters(fields: Sequence[Field]) -> _Codes:
    """Return the numbers of the different ideographs of a text, ascending."""
    unspaced = "".join(field.cut.unspaced for field in fields)
    codes = np.frombuffer(unspaced.encode("utf-32-le"), np.uint32)
    kept = codes[(codes < CODES) & (codes != ord("\n"))]
    return np.unique((kept - np.uint32(FIRST_CODE)).astype(np.uint16))


def most_frequent(held: npt.NDArray[np.int64]) -> _Rows:
    """Return the rows of the most frequent terms, ascending, given how many documents hold each."""
    if np.count_nonzero(held) > COMMON:
        return np.sort(np.argsort(-held, kind="stable")[:COMMON]).astype(np.uint32)
    return np.flatnonzero(held).astype(np.uint32)


def character_idf(profiles: Iterable[Profile], documents: int) -> _Scores:
    """Return the idf of each ideograph, by its number."""
    held = np.bincount(_joined([one.characters for one in profiles], np.uint16), minlength=CODES)
    return np.asarray(np.log((1 + documents) / (1 + held)) + 1, np.float32)


def gather(
    profiles: Sequence[Profile], counted: Sequence[Counted], known: Known, places: npt.NDArray[np.int8]
) -> Forward:
    """Lay profiles end to end."""
    documents = len(counted)
    rows = np.searchsorted(known.keys, _joined([one.keys for one in counted], np.uint64))
    owners = np.repeat(np.arange(documents), [len(one.keys) for one in counted])
    idf = known.idf[rows] if len(rows) else np.empty(0, np.float32)
    kept = np.flatnonzero(idf > 0)
    rows, owners, idf = rows[kept], owners[kept], idf[kept].astype(np.float64)
    counts = _joined([one.counts for one in counted], np.float64)[kept]
    fields = _joined([one.places for one in profiles], np.uint8)[kept]
    told = np.minimum(counts, COUNT).astype(np.uint8) | fields
    place = np.minimum(np.searchsorted(known.common, rows), max(len(known.common) - 1, 0))
    is_common = known.common[place] == rows if len(known.common) else np.zeros(len(rows), np.bool_)
    character_starts, steps = _steps([one.characters for one in profiles])
    return frozen(
        Forward(
            known.common,
            _starts(owners[is_common], documents),
            place[is_common].astype(np.uint16),
            told[is_common],
            _starts(owners[~is_common], documents),
            rows[~is_common].astype(np.uint32),
            told[~is_common],
            _lengths(owners, ((1.0 + np.log(counts)) * idf) ** 2, documents),
            _lengths(owners, idf**2 * (fields & IN_TITLE > 0), documents),
            _lengths(owners, idf**2 * (fields & IN_KEYWORDS > 0), documents),
            known.character_idf,
            character_starts,
            steps,
            places,
            known.themes.keys,
            known.themes.vectors,
        )
    )


def frozen(forward: Forward) -> Forward:
    """Make the arrays read-only, as those of a file are: compiled code is compiled for one kind of array."""
    for array in forward:
        array.setflags(write=False)
    return forward


def _steps(held: Sequence[_Codes]) -> tuple[_Rows, _Bytes]:
    """Return where each document's steps start, and the steps, from one before the first code."""
    codes = _joined(held, np.uint16).astype(np.int64)
    sizes = np.array([len(one) for one in held], np.int64)
    owners = np.repeat(np.arange(len(held)), sizes)
    steps = np.diff(codes, prepend=-1)
    first = np.flatnonzero(np.diff(owners, prepend=-1))
    steps[first] = codes[first] + 1
    long = (steps - 1) // (LONG_STEP - 1)
    told = np.full(int((long + 1).sum()), LONG_STEP, np.uint8)
    told[np.cumsum(long + 1) - 1] = steps - long * (LONG_STEP - 1)
    return _ends(np.bincount(owners, long + 1, len(held))), told


def _lengths(owners: npt.NDArray[np.int64], squares: npt.NDArray[np.float64], documents: int) -> _Scores:
    return np.sqrt(np.bincount(owners, squares, documents)).astype(np.float32)


def _starts(owners: npt.NDArray[np.int64], documents: int) -> _Rows:
    return _ends(np.bincount(owners, minlength=documents))


def _ends(sizes: npt.NDArray[np.floating] | npt.NDArray[np.int64]) -> _Rows:
    return np.concatenate(([0], np.cumsum(sizes))).astype(np.uint32)


def _joined(arrays: Iterable[npt.NDArray[_Kind]], dtype: type[_Kind]) -> npt.NDArray[_Kind]:
    return np.concatenate([np.empty(0, dtype), *arrays])
