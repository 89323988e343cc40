"""What the demo sends as evidence: pages with nothing on them but a title."""


def page(words: str) -> bytes:
    """Return a PDF of one empty page whose title says what it stands for; other words make other bytes."""
    title = b"<< /Title <feff" + words.encode("utf-16-be").hex().encode() + b"> >>"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 420 595] >>"
    parts = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page, title]
    out, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    tail = b"trailer\n<< /Size 5 /Root 1 0 R /Info 4 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(out)
    return out + b"xref\n0 5\n0000000000 65535 f \n" + table + tail
