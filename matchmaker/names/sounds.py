"""How Chinese characters are read: syllables of pinyin without tones, numbered in alphabetical order.

Numbers in alphabetical order make every beginning of a syllable one range: ``y`` is all of ya … yun. Each character
has its two most usual readings, so that 银行 is found by yinhang and 行业 too.
"""

import os
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

Readings = npt.NDArray[np.uint16]
#: Syllables from the first number up to, not including, the second.
Range = tuple[int, int]

_CHARACTERS = 0x10000
LONGEST_SYLLABLE = 6
_INITIALS = frozenset("bpmfdtnlgkhjqxrzcsywaoe") | {"zh", "ch", "sh"}


@dataclass(frozen=True)
class Sounds:
    """The tables. Reading 0 stands for none."""

    syllables: tuple[str, ...]
    first: Readings
    second: Readings

    def of(self, character: str) -> tuple[int, int]:
        """Return the two usual readings of a character, 0 for none."""
        code = ord(character)
        return (int(self.first[code]), int(self.second[code])) if code < _CHARACTERS else (0, 0)

    def begun(self, letters: str) -> Range | None:
        """Return the syllables that begin with ``letters``."""
        low, high = bisect_left(self.syllables, letters), bisect_left(self.syllables, letters + "\x7f")
        return (low, high) if low < high else None

    def exactly(self, letters: str) -> Range | None:
        """Return the one syllable spelled so, as a range."""
        place = bisect_left(self.syllables, letters)
        is_one = place < len(self.syllables) and self.syllables[place] == letters
        return (place, place + 1) if is_one else None

    @staticmethod
    def is_initial(letters: str) -> bool:
        """Whether people write ``letters`` for a whole syllable."""
        return letters in _INITIALS


@cache
def sounds() -> Sounds:
    """Return the tables, made from pypinyin's when first asked for."""
    # Its dictionary of phrases would take another 45 MB; the second reading does most of its work.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin.pinyin_dict import pinyin_dict  # noqa: PLC0415  (loads a dictionary; only the first search pays)

    read = {code: _plain(readings) for code, readings in pinyin_dict.items() if code < _CHARACTERS}
    syllables = ("", *sorted({syllable for readings in read.values() for syllable in readings}))
    numbers = {syllable: number for number, syllable in enumerate(syllables)}
    first, second = np.zeros(_CHARACTERS, np.uint16), np.zeros(_CHARACTERS, np.uint16)
    for code, readings in read.items():
        first[code] = numbers[readings[0]] if readings else 0
        second[code] = numbers[readings[1]] if len(readings) > 1 else 0
    return Sounds(syllables, first, second)


def _plain(readings: str) -> list[str]:
    """Return readings without tones, each once; ü is typed as v."""
    plain = []
    for reading in readings.split(","):
        letters = unicodedata.normalize("NFD", unicodedata.normalize("NFC", reading))
        letters = letters.replace("u\u0308", "v")
        letters = "".join(letter for letter in letters if "a" <= letter <= "z")
        if letters:
            plain.append(letters)
    return list(dict.fromkeys(plain))
