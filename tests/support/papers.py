"""Small files of each kind that the store takes, made on the spot."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping


def pdf(words: str = "a paper") -> bytes:
    """Return a PDF of one empty page; other words make other bytes."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 420 595] >>",
        b"<< /Title <feff" + words.encode("utf-16-be").hex().encode() + b"> >>",
    ]
    out, places = b"%PDF-1.7\n", []
    for number, held in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, held)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 5\n0000000000 65535 f \n"
    tail = b"trailer\n<< /Size 5 /Root 1 0 R /Info 4 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(out)
    return out + head + table + tail


def png(width: int = 2, height: int = 2, *, colour: bytes = b"\xaa\x33\x33") -> bytes:
    """Return an image of one colour; what is said to be huge holds no points."""
    rows = b"".join(b"\0" + colour * width for _row in range(height)) if width * height < 1_000_000 else b""

    def chunk(name: bytes, held: bytes) -> bytes:
        return struct.pack(">L", len(held)) + name + held + struct.pack(">L", zlib.crc32(name + held))

    head = struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def jpeg(width: int = 8, height: int = 8) -> bytes:
    """Return the marks of an image, without its points."""
    frame = b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", height, width) + b"\x01\x01\x11\x00"
    return b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + frame + b"\xff\xd9"


def archive(parts: Mapping[str, bytes]) -> bytes:
    """Return a zip with these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as held:
        for name, content in parts.items():
            held.writestr(name, content)
    return out.getvalue()


def ofd() -> bytes:
    """Return the outline of an electronic invoice as the tax office issues them."""
    return archive({"OFD.xml": b"<ofd:OFD/>", "Doc_0/Document.xml": b"<ofd:Document/>"})
