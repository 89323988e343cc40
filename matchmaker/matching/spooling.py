"""What the second stage keeps of documents, on its way into one: in files, for it is too much for memory."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .forward import Listed
from .gathering import mapped


class Spool:
    """Lists of documents, appended to files."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self._files = {name: (folder / name).open("wb") for name in Listed._fields}
        self._ends: dict[str, int] = {}
        self._kinds: dict[str, type[np.generic]] = {}

    def add(self, part: Listed) -> None:
        """Append the lists of some documents."""
        for name, array in part._asdict().items():
            self._kinds[name] = array.dtype.type
            own = np.ascontiguousarray(array)
            if name.endswith("starts"):
                # A file begins with the nought of its first part; each part goes on where the one before it ended.
                before = self._ends.get(name)
                self._ends[name] = (before or 0) + int(array[-1])
                own = own if before is None else own[1:] + np.uint32(before)
            self._files[name].write(own.data)

    def read(self) -> Listed:
        """Map all that was added into memory; the files may be removed then, but not before."""
        for file in self._files.values():
            file.close()
        arrays: dict[str, Any] = {name: mapped(self._folder / name, kind) for name, kind in self._kinds.items()}
        return Listed(**arrays)


def kept(pieces: Iterable[npt.NDArray[np.uint8]], path: Path) -> npt.NDArray[np.uint8]:
    """Write bytes to a file, and map it into memory."""
    with path.open("wb") as file:
        for piece in pieces:
            file.write(piece.data)
    return mapped(path, np.uint8)
