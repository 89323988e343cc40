"""An index as two files: ``index.json`` says what it is, ``postings-….bin`` holds its arrays end to end.

``index.json`` is replaced last and in one step, so a folder always holds one whole index. It carries a checksum of
itself and one of each array. Opening checks ``index.json``, the length of the other file, and the arrays as far as
that takes no time (``CHECKED_AT_ONCE``); ``verify`` checks every byte.
"""

import hashlib
import json
import math
import mmap
import os
import time
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import numpy.typing as npt

from .errors import IndexDamaged
from .facets import Facets
from .forward import Forward
from .postings import Postings
from .segment import Ids, Segment
from .terms import Weights

FORMAT = 5
HEAD = "matchmaker-index"
DESCRIPTION = "index.json"
#: Files up to this size are checked whole when they are opened, of larger ones only arrays a sixteenth as long.
CHECKED_AT_ONCE = 1 << 24
_ALIGNMENT = 64
_PIECE = 1 << 22
_STALE_AFTER_S = 3600.0

Arrays = Mapping[str, npt.NDArray[Any]]


def write(folder: Path, segment: Segment, weights: Weights) -> None:
    """Save a segment. The folder is made when it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    before = _named_postings(folder)
    name = f"postings-{uuid4().hex}.bin"
    layout, size = _write_arrays(folder / name, _arrays(segment))
    described = {
        "postings": {"file": name, "size": size, "arrays": layout},
        "weights": weights._asdict(),
        "facets": segment.facets.names,
    }
    text = json.dumps(described, ensure_ascii=True, sort_keys=True)
    head = f"{HEAD} {FORMAT} {hashlib.sha256(text.encode()).hexdigest()}"
    temporary = folder / f".{DESCRIPTION}-{uuid4().hex}"
    _write_durably(temporary, f"{head}\n{text}\n".encode())
    temporary.replace(folder / DESCRIPTION)
    _sync_folder(folder)
    _sweep(folder, keep=name, before=before)


def read(folder: Path) -> tuple[Segment, Weights]:
    """Map a saved segment. Raises ``IndexDamaged`` with the reason."""
    for _ in range(3):
        described = _described(folder)
        try:
            return _read_segment(folder, described), Weights(**described["weights"])
        except FileNotFoundError:
            # Somebody has switched to a newer index between the two reads: look again.
            continue
    raise IndexDamaged(f"{folder}: the file that index.json names is missing.")


def verify(folder: Path) -> None:
    """Check every byte. Raises ``IndexDamaged`` with the reason."""
    postings = _described(folder)["postings"]
    path = folder / postings["file"]
    try:
        content = _whole(path, postings["size"])
    except FileNotFoundError:
        raise IndexDamaged(f"{path} is missing.") from None
    for name, place in postings["arrays"].items():
        _check(path, content, name, place)


def is_checked_on_opening(folder: Path) -> bool:
    """Tell whether ``read`` checks every byte."""
    return bool(_described(folder)["postings"]["size"] <= CHECKED_AT_ONCE)


def _arrays(segment: Segment) -> Arrays:
    return {
        "id_letters": segment.ids.letters,
        "id_ends": segment.ids.ends,
        "keys": segment.keys,
        "heads": segment.heads,
        "idf": segment.idf,
        **{f"postings_{name}": array for name, array in segment.postings._asdict().items()},
        "facet_lists": segment.facets.lists,
        "facet_maps": segment.facets.maps,
        **{f"forward_{name}": array for name, array in segment.forward._asdict().items()},
    }


def _write_arrays(path: Path, arrays: Arrays) -> tuple[dict[str, Any], int]:
    layout: dict[str, Any] = {}
    size = 0
    with path.open("xb") as file:
        for name, array in arrays.items():
            checksum = 0
            flat = memoryview(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
            for start in range(0, len(flat), _PIECE):
                checksum = zlib.crc32(flat[start : start + _PIECE], checksum)
                file.write(flat[start : start + _PIECE])
            padding = bytes(-len(flat) % _ALIGNMENT)
            file.write(padding)
            layout[name] = {
                "at": size,
                "size": len(flat) + len(padding),
                "dtype": array.dtype.str,
                "shape": array.shape,
                "crc32": zlib.crc32(padding, checksum),
            }
            size += len(flat) + len(padding)
        file.flush()
        os.fsync(file.fileno())
    return layout, size


def _described(folder: Path) -> dict[str, Any]:
    path = folder / DESCRIPTION
    try:
        head, _, text = path.read_bytes().partition(b"\n")
    except FileNotFoundError:
        raise IndexDamaged(f"{path} is missing.") from None
    except OSError as error:
        raise IndexDamaged(f"{path} cannot be read: {error.strerror}.") from error
    words = head.split(b" ")
    if len(words) != 3 or words[0] != HEAD.encode():
        raise IndexDamaged(f"{path} does not describe an index.")
    if words[1] != str(FORMAT).encode():
        raise IndexDamaged(f"{path} is of another version; build the index anew.")
    if not text.endswith(b"\n") or words[2] != hashlib.sha256(text[:-1]).hexdigest().encode():
        raise IndexDamaged(f"{path} is altered or cut short.")
    described: dict[str, Any] = json.loads(text)
    return described


def _read_segment(folder: Path, described: Mapping[str, Any]) -> Segment:
    postings = described["postings"]
    path = folder / postings["file"]
    content = _whole(path, postings["size"])
    is_small = len(content) <= CHECKED_AT_ONCE
    for name, place in postings["arrays"].items():
        if is_small or place["size"] <= CHECKED_AT_ONCE >> 4:
            _check(path, content, name, place)
    arrays = {name: _array(content, place) for name, place in postings["arrays"].items()}
    facets = {
        facet: {value: (start, end) for value, (start, end) in values.items()}
        for facet, values in described["facets"].items()
    }
    return Segment(
        ids=Ids(arrays["id_letters"], arrays["id_ends"]),
        keys=arrays["keys"],
        heads=arrays["heads"],
        idf=arrays["idf"],
        postings=Postings(**{name: arrays[f"postings_{name}"] for name in Postings._fields}),
        facets=Facets(facets, arrays["facet_lists"], arrays["facet_maps"]),
        forward=Forward(**{name: arrays[f"forward_{name}"] for name in Forward._fields}),
    )


def _whole(path: Path, size: int) -> mmap.mmap | bytes:
    content = _mapped(path)
    if len(content) != size:
        raise IndexDamaged(f"{path} has {len(content)} bytes instead of {size}.")
    return content


def _check(path: Path, content: mmap.mmap | bytes, name: str, place: Mapping[str, Any]) -> None:
    with memoryview(content) as view, view[place["at"] : place["at"] + place["size"]] as part:
        if zlib.crc32(part) != place["crc32"]:
            raise IndexDamaged(f"{path} is altered ({name}).")


def _array(content: mmap.mmap | bytes, place: Mapping[str, Any]) -> npt.NDArray[Any]:
    shape = tuple(place["shape"])
    return np.frombuffer(content, place["dtype"], math.prod(shape), place["at"]).reshape(shape)


def _mapped(path: Path) -> mmap.mmap | bytes:
    with path.open("rb") as file:
        if not os.fstat(file.fileno()).st_size:
            return b""
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _named_postings(folder: Path) -> str | None:
    try:
        name = _described(folder)["postings"]["file"]
    except IndexDamaged:
        return None
    return str(name)


def _write_durably(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sweep(folder: Path, *, keep: str, before: str | None) -> None:
    """Remove the postings replaced now, and what interrupted writers left behind an hour ago or earlier."""
    stale = time.time() - _STALE_AFTER_S
    for path in [*folder.glob("postings-*.bin"), *folder.glob(f".{DESCRIPTION}-*")]:
        try:
            if path.name == before or (path.name != keep and path.stat().st_mtime < stale):
                path.unlink()
        except FileNotFoundError:
            continue
