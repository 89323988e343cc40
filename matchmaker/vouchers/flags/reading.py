"""What stands in a stored paper, as far as it can be read without guessing: enough to compare it with others.

Office documents and OFD are archives of XML; of a PDF the page streams are unpacked. Their glyph numbers need not be
letters: two copies of one report have the same. Pictures are not read; how they look is compared, see ``pictures``.
"""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import BinaryIO

#: What is beyond is not read; a paper that unpacks to more is no report.
_MOST_BYTES = 8 * 1024 * 1024
_MOST_TEXT = 20_000
_MOST_PARTS = 200
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.S)
#: Text as PDF shows it: (letters) Tj, [(let) 20 (ters)] TJ, <0041> Tj.
_SHOWN = re.compile(rb"\(((?:[^()\\]|\\.)*)\)|<([0-9A-Fa-f\s]{4,})>")
_MARKUP = re.compile(r"<[^>]*>")
_BLANKS = re.compile(r"\s+")
_PARTS = (".xml",)


@dataclass(frozen=True, slots=True)
class Read:
    """What a paper says, and how its pages look where it says nothing that can be read."""

    text: str
    looks: tuple[str, ...] = ()


def text_of(file: BinaryIO, media_type: str) -> str:
    """Return what can be read, "" for what cannot. Never raises on a damaged file."""
    data = file.read(_MOST_BYTES)
    try:
        if media_type == "application/pdf":
            return _pdf(data)
        if media_type.startswith("text/"):
            return data.decode("utf-8", "ignore")[:_MOST_TEXT]
        if zipfile.is_zipfile(io.BytesIO(data)):
            return _archive(data)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError):
        return ""
    return ""


def _pdf(data: bytes) -> str:
    left, said = _MOST_BYTES, []
    for found in _STREAM.finditer(data):
        unpacked = _unpacked(found[1], left)
        left -= len(unpacked)
        if b"BT" in unpacked:
            said += [
                shown[1].decode("latin-1") if shown[1] is not None else shown[2].decode("ascii").lower()
                for shown in _SHOWN.finditer(unpacked)
            ]
        if left <= 0 or sum(map(len, said)) > _MOST_TEXT:
            break
    return "".join(said)[:_MOST_TEXT]


def _unpacked(stream: bytes, most: int) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        return unpacker.decompress(stream, max(1, most))
    except zlib.error:
        # Not packed, or packed in another way.
        return stream if b"BT" in stream else b""


def _archive(data: bytes) -> str:
    left, said = _MOST_BYTES, ""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in sorted(archive.namelist())[:_MOST_PARTS]:
            if name.endswith(_PARTS) and left > 0 and len(said) < _MOST_TEXT:
                with archive.open(name) as part:
                    read = part.read(left)
                left -= len(read)
                said += _BLANKS.sub("", _MARKUP.sub(" ", read.decode("utf-8", "ignore")))
    return said[:_MOST_TEXT]
