"""What the second stage knows of each document: the terms of its title and keywords, its characters, its length."""

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from .latent import Themes
from .terms import Counted, Field, Keys, tally

_Numbers = npt.NDArray[np.int32]
_Places = npt.NDArray[np.int64]
_Scores = npt.NDArray[np.float32]

CODES = 1 << 16
_Kind = TypeVar("_Kind", bound=np.generic)


class Profile(NamedTuple):
    """A document's terms by field, each once and sorted, and the ideographs it holds."""

    title: Keys
    keywords: Keys
    characters: npt.NDArray[np.uint16]


class Forward(NamedTuple):
    """Profiles of documents end to end; those of document ``i`` are ``starts[i]:starts[i + 1]``.

    ``titles`` and ``keywords`` are rows of the segment's vocabulary, terms without weight left out.
    ``lengths`` holds the length of each document's vector before it was scaled to one. ``character_idf`` has one
    entry for each of the 65,536 codes; rarer characters are left out. ``places`` has one row of bytes for each
    document (``latent``), ``theme_keys`` and ``theme_vectors`` are the themes they refer to.
    """

    title_starts: _Places
    titles: _Numbers
    keyword_starts: _Places
    keywords: _Numbers
    character_starts: _Places
    characters: npt.NDArray[np.uint16]
    character_idf: _Scores
    lengths: _Scores
    places: npt.NDArray[np.int8]
    theme_keys: Keys
    theme_vectors: npt.NDArray[np.float16]

    @property
    def themes(self) -> Themes:
        """The directions that ``places`` are told in."""
        return Themes(self.theme_keys, self.theme_vectors)


def profile(fields: Sequence[Field]) -> Profile:
    """Return what the second stage keeps of a document."""
    unspaced = "".join(field.cut.unspaced for field in fields)
    codes = np.unique(np.frombuffer(unspaced.encode("utf-32-le"), np.uint32))
    kept = codes[(codes < CODES) & (codes != ord("\n"))].astype(np.uint16)
    return Profile(_keys_of(fields, "title"), _keys_of(fields, "keywords"), kept)


def gather(
    profiles: Sequence[Profile],
    counted: Sequence[Counted],
    *,
    keys: Keys,
    idf: _Scores,
    character_idf: _Scores | None,
    themes: Themes,
    places: npt.NDArray[np.int8],
) -> Forward:
    """Lay profiles end to end. Without ``character_idf`` it is learned from these documents."""
    title_starts, titles = _rows([one.title for one in profiles], keys, idf)
    keyword_starts, keywords = _rows([one.keywords for one in profiles], keys, idf)
    starts = _starts([len(one.characters) for one in profiles])
    characters = _joined([one.characters for one in profiles], np.uint16)
    if character_idf is None:
        held = np.bincount(characters, minlength=CODES)
        character_idf = (np.log((1 + len(profiles)) / (1 + held)) + 1).astype(np.float32)
    lengths = np.array([_length(one, keys, idf) for one in counted], np.float32)
    return Forward(
        title_starts,
        titles,
        keyword_starts,
        keywords,
        starts,
        characters,
        character_idf,
        lengths,
        places,
        themes.keys,
        themes.vectors,
    )


def _keys_of(fields: Sequence[Field], name: str) -> Keys:
    return tally([field for field in fields if field.name == name])[0].keys


def _rows(held: Sequence[Keys], keys: Keys, idf: _Scores) -> tuple[_Places, _Numbers]:
    rows = np.searchsorted(keys, _joined(held, np.uint64)).astype(np.int32)
    owners = np.repeat(np.arange(len(held)), [len(one) for one in held])
    kept = idf[rows] > 0 if len(rows) else np.zeros(0, np.bool_)
    return _starts(np.bincount(owners[kept], minlength=len(held))), rows[kept]


def _length(counted: Counted, keys: Keys, idf: _Scores) -> float:
    weights = (1.0 + np.log(counted.counts)) * idf[np.searchsorted(keys, counted.keys)]
    return float(np.sqrt(weights @ weights))


def _starts(lengths: Sequence[int] | npt.NDArray[np.int64]) -> _Places:
    return np.concatenate(([0], np.cumsum(np.asarray(lengths, np.int64)))).astype(np.int64)


def _joined(arrays: Sequence[npt.NDArray[_Kind]], dtype: type[_Kind]) -> npt.NDArray[_Kind]:
    return np.concatenate(arrays) if arrays else np.empty(0, dtype)
