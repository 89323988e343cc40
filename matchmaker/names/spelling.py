"""The one spelling under which names are compared: folded, without anything that is no letter, ideograph or digit."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from matchmaker.matching.text import fold

Codes = npt.NDArray[np.uint32]
Flags = npt.NDArray[np.bool_]

#: Stands between names, and between the words of a name until they are joined.
BETWEEN, GAP = "\n", "\x01"
_HAN_FROM = 0x3400


class _Joining(dict[int, str]):
    """A table for ``str.translate`` that turns whatever separates letters and digits into a gap."""

    def __missing__(self, code: int) -> str:
        self[code] = kept = chr(code) if chr(code).isalnum() else GAP
        return kept


_JOINING = _Joining()


def normal(text: str) -> str:
    """Return the normal form of a name or model number: "ICP-MS 7800", "ｉｃｐ ｍｓ７８００" → "icpms7800"."""
    return _gapped(text).replace(GAP, "")


def said(text: str) -> str:
    """Return what somebody typed as it is searched, one gap between words: "ICP-MS  7800" → "icp ms 7800"."""
    return " ".join(_gapped(text).replace(GAP, " ").split())


def _gapped(text: str) -> str:
    # Twice, because a few letters fold into others that fold again.
    return fold(fold(text)).translate(_JOINING)


def codes_of(texts: Sequence[str]) -> tuple[Codes, Flags]:
    """Return the characters of all normal forms, a zero before each and at the end, and which of them begin a word.

    A word begins after a gap, and where ideographs and letters meet.
    """
    joined = BETWEEN + BETWEEN.join(_gapped(text.replace(BETWEEN, " ")) for text in texts) + BETWEEN
    codes = np.frombuffer(joined.encode("utf-32-le", "replace"), dtype=np.uint32)
    is_gap = codes == ord(GAP)
    is_kept = ~is_gap
    follows_gap = np.concatenate(([False], is_gap[:-1]))[is_kept]
    codes = codes[is_kept]
    codes = np.where(codes == ord(BETWEEN), np.uint32(0), codes)
    before = np.concatenate((codes[:1], codes[:-1]))
    begins = follows_gap | (before == 0) | ((codes >= _HAN_FROM) != (before >= _HAN_FROM))
    return codes, begins & (codes != 0)
