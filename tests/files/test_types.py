"""What a file is, is told by its bytes; what could hurt its reader is refused, quickly and in little memory."""

import io
import resource
import struct
import time
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.files import rules
from tests.support import papers

KINDS = {
    "pdf": (papers.pdf(), rules.PDF),
    "png": (papers.png(), rules.PNG),
    "jpeg": (papers.jpeg(), rules.JPEG),
    "ofd": (papers.ofd(), rules.OFD),
    "workbook": (papers.archive({"xl/workbook.xml": b"<workbook/>"}), rules.XLSX),
    "letter": (papers.archive({"word/document.xml": b"<document/>"}), rules.DOCX),
    "archive": (papers.archive({"a.txt": b"a"}), rules.ZIP),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_what_its_bytes_are(kind: str) -> None:
    data, expected = KINDS[kind]

    assert rules.media_type(io.BytesIO(data)) == expected


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_was_cut_off_is_refused(kind: str) -> None:
    data, _expected = KINDS[kind]

    with pytest.raises(rules.Unfit):
        rules.media_type(io.BytesIO(data[: len(data) // 2]))


@given(st.binary(max_size=200), st.sampled_from([data[:24] for data, _kind in KINDS.values()] + [b""]))
def test_whatever_is_sent_is_told_or_refused(rest: bytes, head: bytes) -> None:
    try:
        assert rules.media_type(io.BytesIO(head + rest)) in rules.SUFFIXES
    except rules.Unfit as unfit:
        assert str(unfit.message)


@pytest.mark.parametrize(
    "data",
    [
        b"<html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"MZ\x90\x00" + b"\0" * 99,
        b"\x7fELF",
        b"#!/bin/sh\n",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b" %PDF-1.7\n%%EOF",
        b"GIF89a;",
    ],
)
def test_what_is_none_of_the_kinds_is_refused(data: bytes) -> None:
    with pytest.raises(rules.Unfit) as unfit:
        rules.media_type(io.BytesIO(data))

    assert unfit.value.message == rules.UNKNOWN


def test_an_image_of_a_thousand_million_points_is_refused() -> None:
    for data in (papers.png(40_000, 40_000), papers.jpeg(60_000, 60_000)):
        with pytest.raises(rules.Unfit) as unfit:
            rules.media_type(io.BytesIO(data))
        assert unfit.value.message == rules.TOO_MUCH


def test_macros_and_locked_archives_are_refused() -> None:
    macros = papers.archive({"xl/workbook.xml": b"<workbook/>", "xl/vbaProject.bin": b"x"})
    locked = bytearray(papers.archive({"a.txt": b"a"}))
    locked[locked.find(b"PK\x01\x02") + 8] |= 1

    for data, why in ((macros, rules.MACROS), (bytes(locked), rules.LOCKED)):
        with pytest.raises(rules.Unfit) as unfit:
            rules.media_type(io.BytesIO(data))
        assert unfit.value.message == why


def bomb() -> bytes:
    """Return a small archive whose parts unfold to a thousand megabytes."""
    zeros = b"\0" * (100 * 1024 * 1024)
    return papers.archive({f"{number}.bin": zeros for number in range(10)})


def many_parts(count: int = 380_000) -> bytes:
    """Return an archive of as many empty parts as 20 MB hold, which say that they are three."""
    local = b"PK\x03\x04" + b"\0" * 26
    entry = b"PK\x01\x02" + b"\0" * 24 + struct.pack("<H", 1) + b"\0" * 16 + b"x"
    contents = entry * count
    return local + contents + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 3, 3, len(contents), len(local), 0)


def large_table() -> bytes:
    """Return an archive that keeps its real table of contents in the 64-bit form."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as held:
        for number in range(70_000):
            held.writestr(zipfile.ZipInfo(str(number)), b"")
    return out.getvalue()


@pytest.mark.parametrize("make", [bomb, many_parts, large_table])
def test_bombs_are_refused_within_two_seconds_and_little_memory(make: object) -> None:
    data = make()  # type: ignore[operator]  # one of the three above
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()

    with pytest.raises(rules.Unfit) as unfit:
        rules.media_type(io.BytesIO(data))

    assert unfit.value.message == rules.TOO_MUCH
    assert time.process_time() - began < 2
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < 300


@pytest.mark.parametrize(
    ("given", "kind", "kept"),
    [
        ("发票 2026.pdf", rules.PDF, "发票 2026.pdf"),
        ("C:\\Users\\chen\\发票.PDF", rules.PDF, "发票.PDF"),
        ("../../etc/passwd", rules.PNG, "passwd.png"),
        ("invoice.exe", rules.PDF, "invoice.exe.pdf"),
        ("cod\u202efdp.exe", rules.PDF, "codfdp.exe.pdf"),
        ("a\r\nSet-Cookie: x.pdf", rules.PDF, "aSet-Cookie: x.pdf"),
        ("扫描.JPEG", rules.JPEG, "扫描.JPEG"),
        ("", rules.OFD, "file.ofd"),
        ("长" * 300 + ".pdf", rules.PDF, "长" * 116 + ".pdf"),
    ],
)
def test_a_file_is_saved_under_a_name_that_fits_it(given: str, kind: str, kept: str) -> None:
    assert rules.named(given, kind) == kept
