"""A table of names in memory: every place where a query stands in any of them, in a millisecond or two.

All names are one array of characters with zeros between them, and one array of how each character is read. A search
keeps the places that still fit and follows them from letter to letter, all at once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum, auto
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .sounds import LONGEST_SYLLABLE, Range, sounds
from .spelling import codes_of, normal

Places = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

#: No more letters than this of a query are followed.
LONGEST_QUERY = 40


class How(IntEnum):
    """How a name was found, best first."""

    WHOLE = 0
    BEGINNING = 1
    WORD = 2
    WITHIN = 3
    SOUND_WHOLE = 4
    SOUND_BEGINNING = 5
    SOUND_WORD = 6
    SOUND_WITHIN = 7

    @property
    def is_written(self) -> bool:
        """Whether the query stands there as it is written."""
        return self < How.SOUND_WHOLE


#: What is hardly there by chance: letters at the beginning of a word, or whole syllables.
_TELLING = frozenset(How) - {How.WITHIN}


@dataclass(frozen=True, slots=True)
class Hit:
    """A name by its number in the table, how it was found, and the part of its normal form that was."""

    name: int
    how: How
    start: int
    end: int


class _Spans(NamedTuple):
    """Where the query may stand: from ``starts`` up to, not including, ``ends``."""

    starts: Places
    ends: Places


class _Spelt(Enum):
    """How letters stand for characters."""

    #: One syllable for each, the last of them perhaps not finished.
    WHOLE = auto()
    #: A syllable or an initial for each.
    SHORT = auto()
    #: One finished syllable for each; a character stands for its readings.
    BY_EAR = auto()


class _Heard(NamedTuple):
    """The places of all readings in the order of their numbers, and the numbers in that order."""

    places: Places
    numbers: npt.NDArray[np.uint16]

    @classmethod
    def of(cls, readings: npt.NDArray[np.uint16]) -> "_Heard":
        """Sort the places that have a reading."""
        places = np.flatnonzero(readings)
        order = np.argsort(readings[places], kind="stable")
        return cls(places[order].astype(np.int32), readings[places[order]])

    def within(self, chunk: Range) -> Places:
        """Return the places whose readings lie in the range."""
        low, high = np.searchsorted(self.numbers, np.array(chunk, np.uint16))
        return self.places[low:high].astype(np.int64)


class Table:
    """Names, numbered in the order given. Never changed, so threads may share it."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._codes, self._begins = codes_of(texts)
        read = sounds()
        low = np.minimum(self._codes, 0xFFFF)
        self._first, self._second = read.first[low], read.second[low]
        #: The zeros: one before each name and one after the last.
        self._bounds = np.flatnonzero(self._codes == 0)
        self._owners = (np.cumsum(self._codes == 0) - 1).astype(np.int32)
        self._heard = [_Heard.of(readings) for readings in (self._first, self._second)]

    def __len__(self) -> int:
        return len(self._bounds) - 1

    @property
    def memory_bytes(self) -> int:
        """What the arrays take."""
        arrays = [self._codes, self._begins, self._first, self._second, self._bounds, self._owners]
        return sum(array.nbytes for array in arrays) + sum(heard.places.nbytes for heard in self._heard)

    def find(self, query: str, *, allowed: Mask, most: int = 50) -> list[Hit]:
        """Return the ``most`` best names that hold ``query``, written or as pinyin, best first; ties: shorter, lower.

        Characters that stand nowhere are taken for others of the same sound.

        ``allowed`` has one mark for each name; nothing is ever said of the others. Each name comes once.
        """
        wanted = normal(query)[:LONGEST_QUERY]
        if not wanted:
            return []
        written = self._ranked(self._written(wanted, allowed), allowed, most, is_sound=False)
        has_letters = any("a" <= letter <= "z" for letter in wanted)
        if len(written) >= most or (written and not has_letters):
            return written
        hits = {hit.name: hit for hit in written}
        for spelt in (_Spelt.WHOLE, _Spelt.SHORT) if has_letters else (_Spelt.BY_EAR,):
            # Initials fit a great many places: they are followed only where nothing better was found.
            if spelt is _Spelt.SHORT and any(hit.how in _TELLING for hit in hits.values()):
                break
            for hit in self._ranked(self._sounding(wanted, spelt), allowed, most + len(hits), is_sound=True):
                hits.setdefault(hit.name, hit)
        return list(hits.values())[:most]

    def holding(self, query: str, *, allowed: Mask) -> Places:
        """Return the numbers of the allowed names that hold ``query`` as it is written, in their order."""
        wanted = normal(query)[:LONGEST_QUERY]
        if not wanted:
            return np.empty(0, np.int64)
        return np.unique(self._owners[self._written(wanted, allowed).starts]).astype(np.int64)

    def alike(self, query: str, *, allowed: Mask) -> list[tuple[str, int]]:
        """Return what stands in allowed names and sounds like ``query``, with how many names hold it, most first.

        Chinese characters stand for their readings, letters for pinyin.
        """
        wanted = normal(query)[:LONGEST_QUERY]
        if not wanted:
            return []
        spans = self._sounding(wanted, _Spelt.BY_EAR)
        inside = allowed[self._owners[spans.starts]]
        found: dict[str, set[int]] = {}
        for start, end in zip(spans.starts[inside].tolist(), spans.ends[inside].tolist(), strict=True):
            found.setdefault(self._text(start, end), set()).add(int(self._owners[start]))
        return sorted(((text, len(names)) for text, names in found.items()), key=lambda item: (-item[1], item[0]))

    def sharing(self, query: str, *, allowed: Mask, most: int, least: float) -> Places:
        """Return the names that share most characters with ``query``: candidates for a closer look, best first.

        ``least`` is the share of the query's characters, each counted once, that must be there.
        """
        letters = set(normal(query)[:LONGEST_QUERY])
        shared = np.zeros(len(self), np.int32)
        for letter in letters:
            holds = np.zeros(len(self), np.int32)
            holds[self._owners[np.flatnonzero(self._codes == ord(letter))]] = 1
            shared += holds
        shared[~allowed] = 0
        candidates = np.flatnonzero(shared >= max(1, least * len(letters)))
        order = np.lexsort((candidates, np.diff(self._bounds)[candidates], -shared[candidates]))
        return candidates[order[:most]]

    def normal_form(self, name: int) -> str:
        """Return the normal form of a name."""
        return self._text(int(self._bounds[name]) + 1, int(self._bounds[name + 1]))

    def words(self, name: int) -> list[str]:
        """Return the words of a name's normal form: what stands between its gaps."""
        start, end = int(self._bounds[name]) + 1, int(self._bounds[name + 1])
        cuts = [start + place for place in np.flatnonzero(self._begins[start:end]).tolist()]
        return [self._text(cut, following) for cut, following in pairwise([*cuts, end])]

    def _text(self, start: int, end: int) -> str:
        return self._codes[start:end].tobytes().decode("utf-32-le")

    def _written(self, wanted: str, allowed: Mask) -> _Spans:
        starts = np.flatnonzero(self._codes == ord(wanted[0]))
        starts = starts[allowed[self._owners[starts]]]
        for place, letter in enumerate(wanted[1:], start=1):
            starts = starts[self._codes[np.minimum(starts + place, len(self._codes) - 1)] == ord(letter)]
        return _Spans(starts, starts + len(wanted))

    def _sounding(self, wanted: str, spelt: "_Spelt") -> _Spans:
        """Follow every way to read ``wanted``; a place that a zero stands at fits nothing, so no name runs over."""
        reached: list[list[_Spans]] = [[] for _ in range(len(wanted) + 1)]
        for at in range(len(wanted)):
            spans = self._begin(wanted) if at == 0 else _together(reached[at])
            if spans is not None and not len(spans.starts):
                continue
            for length, fits in self._steps(wanted, at, spans, spelt):
                if spans is None:
                    starts = fits
                    reached[at + length].append(_Spans(starts, starts + 1))
                else:
                    reached[at + length].append(_Spans(spans.starts[fits], spans.ends[fits] + 1))
        return _together(reached[len(wanted)])

    def _begin(self, wanted: str) -> _Spans | None:
        """Return where a reading may begin: anywhere, but one letter alone only at the beginning of a name."""
        if len(wanted) > 1:
            return None
        starts = self._bounds[:-1] + 1
        starts = starts[starts < len(self._codes)]
        return _Spans(starts, starts)

    def _steps(self, wanted: str, at: int, spans: _Spans | None, spelt: "_Spelt") -> Iterable[tuple[int, Places]]:
        """Yield each length of the next bit of ``wanted`` with the places that it fits."""
        ends = None if spans is None else spans.ends
        codes = self._codes if ends is None else self._codes[ends]
        letter = wanted[at]
        read = sounds()
        if not "a" <= letter <= "z":
            yield 1, np.flatnonzero(codes == ord(letter))
            for reading in read.of(letter) if spelt is _Spelt.BY_EAR else ():
                if reading:
                    yield 1, self._reading((reading, reading + 1), ends)
            return
        yield 1, np.flatnonzero(codes == ord(letter))
        for length in range(1, min(LONGEST_SYLLABLE, len(wanted) - at) + 1):
            letters = wanted[at : at + length]
            if not (letters.isascii() and letters.isalpha()):
                break
            is_last = at + length == len(wanted) and spelt is not _Spelt.BY_EAR
            chunk = (
                read.begun(letters)
                if is_last or (spelt is _Spelt.SHORT and read.is_initial(letters))
                else (read.exactly(letters))
            )
            if chunk is not None:
                yield length, self._reading(chunk, ends)

    def _reading(self, chunk: Range, ends: Places | None) -> Places:
        """Return which of the places ``ends``, or of all, are read as one of ``chunk``."""
        if ends is None:
            return np.concatenate([heard.within(chunk) for heard in self._heard])
        first, second = self._first[ends], self._second[ends]
        low, width = np.uint16(chunk[0]), np.uint16(chunk[1] - chunk[0])
        # One comparison for both ends of the range: what lies below wraps round to a large number.
        return np.flatnonzero((first - low < width) | (second - low < width))

    def _ranked(self, spans: _Spans, allowed: Mask, most: int, *, is_sound: bool) -> list[Hit]:
        owners = self._owners[spans.starts]
        inside = allowed[owners]
        starts, ends, owners = spans.starts[inside], spans.ends[inside], owners[inside]
        if not len(starts):
            return []
        begins_name = self._codes[starts - 1] == 0
        ends_name = self._codes[ends] == 0
        how = np.full(len(starts), int(How.WITHIN))
        how[self._begins[starts]] = How.WORD
        how[begins_name] = How.BEGINNING
        how[begins_name & ends_name] = How.WHOLE
        lengths = np.minimum(self._bounds[owners + 1] - self._bounds[owners], 255)
        # Fewer characters for the same letters: whole syllables before initials.
        key = (how << 16) + (np.minimum(ends - starts, 255) << 8 if is_sound else 0) + lengths
        kept = np.arange(len(key))
        if len(key) > 8 * most:
            kept = np.flatnonzero(key <= np.partition(key, 8 * most)[8 * most])
        order = kept[np.lexsort((starts[kept], owners[kept], key[kept]))]
        hits: dict[int, Hit] = {}
        for place in order.tolist():
            name = int(owners[place])
            if name not in hits:
                base = int(self._bounds[name]) + 1
                found = How(int(how[place]) + (4 if is_sound else 0))
                hits[name] = Hit(name, found, int(starts[place]) - base, int(ends[place]) - base)
                if len(hits) == most:
                    break
        return list(hits.values())


def _together(parts: list[_Spans]) -> _Spans:
    if not parts:
        return _Spans(np.empty(0, np.int64), np.empty(0, np.int64))
    if len(parts) == 1:
        return parts[0]
    # The same place reached by two readings may stand here twice; whoever looks takes each name once.
    return _Spans(np.concatenate([part.starts for part in parts]), np.concatenate([part.ends for part in parts]))
