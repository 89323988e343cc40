"""What a file is, told by its bytes and never by its name. Nothing is unpacked; whatever is sent costs little."""

import os
import struct
import unicodedata
import zipfile
from typing import BinaryIO

from matchmaker.messages import Message, _l

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
OFD = "application/ofd"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ZIP = "application/zip"

#: The ends of names that fit each type, the usual one first.
SUFFIXES = {
    PDF: (".pdf",),
    PNG: (".png",),
    JPEG: (".jpg", ".jpeg"),
    OFD: (".ofd",),
    XLSX: (".xlsx",),
    DOCX: (".docx",),
    ZIP: (".zip",),
}
#: What proves something: it can be read everywhere and hides no programs.
DOCUMENTS = frozenset({PDF, PNG, JPEG, OFD})
#: What two sides may send each other.
LETTERS = DOCUMENTS | {XLSX, DOCX, ZIP}

#: A side may send this much at once.
MAX_BYTES = 20 * 1024 * 1024
#: What a browser would have to unfold an image to: 100 million points, such as 10,000 by 10,000.
MAX_POINTS = 100_000_000
#: The bounds of what is packed, read from its table of contents.
MAX_PARTS = 2_000
MAX_CONTENTS_BYTES = 512 * 1024
MAX_UNZIPPED = 200 * 1024 * 1024

MAX_NAME = 120

_TAIL = 2_048
#: Telephones write their own notes after the end of the image.
_JPEG_TAIL = 65_536
_END_OF_ZIP = struct.Struct("<4s4H2LH")
_ZIP64_LOCATOR_BYTES = 20
#: What tells a packed document from any other archive.
_PARTS = {"OFD.xml": OFD, "xl/workbook.xml": XLSX, "word/document.xml": DOCX}

DAMAGED = _l("This file is damaged or cut off. Save or scan it again.")
TOO_MUCH = _l("This file unfolds to more than can be read. Send it in parts.")
MACROS = _l("This file holds macros. Save it without them, or as PDF.")
LOCKED = _l("This file is locked with a password. Send it without one.")
UNKNOWN = _l("This is none of the kinds of file that can be sent here.")


class Unfit(ValueError):
    """Bytes that are nothing which is kept; the message says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message


def media_type(file: BinaryIO) -> str:
    """Return what ``file`` holds. Raises ``Unfit`` when that is unknown, damaged, or a danger to its reader."""
    file.seek(0)
    head = file.read(32)
    if head.startswith(b"%PDF-"):
        return _whole(file, end=b"%%EOF", kind=PDF)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return _png(file, head)
    if head.startswith(b"\xff\xd8\xff"):
        return _jpeg(file)
    if head.startswith(b"PK\x03\x04"):
        return _packed(file)
    raise Unfit(UNKNOWN)


def _whole(file: BinaryIO, *, end: bytes, kind: str) -> str:
    """Refuse what was cut off: the mark of the end must be near the end."""
    if end not in _last(file, _JPEG_TAIL if kind == JPEG else _TAIL):
        raise Unfit(DAMAGED)
    return kind


def _last(file: BinaryIO, count: int) -> bytes:
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - count))
    return file.read(count)


def _png(file: BinaryIO, head: bytes) -> str:
    if len(head) < 24 or head[12:16] != b"IHDR":
        raise Unfit(DAMAGED)
    width, height = struct.unpack(">LL", head[16:24])
    _check_points(width, height)
    return _whole(file, end=b"IEND", kind=PNG)


def _jpeg(file: BinaryIO) -> str:
    """Walk from mark to mark up to the one that says how large the image is."""
    file.seek(2)
    for _mark in range(1_000):
        mark = file.read(4)
        if len(mark) < 4 or mark[0] != 0xFF:
            break
        (length,) = struct.unpack(">H", mark[2:])
        if mark[1] in range(0xC0, 0xD0) and mark[1] not in (0xC4, 0xC8, 0xCC):
            size = file.read(5)
            if len(size) < 5:
                break
            _check_points(*struct.unpack(">HH", size[1:]))
            return _whole(file, end=b"\xff\xd9", kind=JPEG)
        file.seek(max(0, length - 2), os.SEEK_CUR)
    raise Unfit(DAMAGED)


def _check_points(width: int, height: int) -> None:
    if not width or not height:
        raise Unfit(DAMAGED)
    if width * height > MAX_POINTS:
        raise Unfit(TOO_MUCH)


def _packed(file: BinaryIO) -> str:
    """Tell by its table of contents what is packed, after weighing the table itself."""
    _weigh_contents(file)
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Unfit(DAMAGED) from error
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNZIPPED:
        raise Unfit(TOO_MUCH)
    if any(part.flag_bits & 1 for part in parts):
        raise Unfit(LOCKED)
    names = {part.filename for part in parts}
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Unfit(MACROS)
    return next((kind for name, kind in _PARTS.items() if name in names), ZIP)


def _weigh_contents(file: BinaryIO) -> None:
    """Refuse a table of contents that would itself fill the memory: a million empty parts are 50 MB packed."""
    tail = _last(file, 65_535 + _END_OF_ZIP.size)
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) - place < _END_OF_ZIP.size:
        raise Unfit(DAMAGED)
    count, length = _END_OF_ZIP.unpack_from(tail, place)[4:6]
    large = tail[max(0, place - _ZIP64_LOCATOR_BYTES) : place].startswith(b"PK\x06\x07")
    if large or count > MAX_PARTS or length > MAX_CONTENTS_BYTES:
        raise Unfit(TOO_MUCH)


def clean_name(name: str) -> str:
    """Return the last part of ``name`` on one line, short enough to be kept; its end stays."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    # Invisible marks go too: those that turn the direction of writing make "exe" of what ends in "fdp".
    shown = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C").strip(" .")
    if len(shown) <= MAX_NAME:
        return shown
    stem, dot, end = shown.rpartition(".")
    end = dot + end if stem and len(end) < 10 else ""
    return shown[: MAX_NAME - len(end)] + end


def named(name: str, kind: str) -> str:
    """Return ``name`` with an end that fits what the file is, so that nobody's computer takes it for another."""
    shown = clean_name(name) or "file"
    ends = SUFFIXES.get(kind, (".bin",))
    return shown if shown.lower().endswith(ends) else shown + ends[0]
