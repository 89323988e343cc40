"""Scans of papers: the same paper is known again however it was saved, another one of the same form is not."""

import io
from random import Random

import pytest
from PIL import Image
from sqlalchemy import select

from matchmaker.vouchers.flags import operations, pictures
from matchmaker.vouchers.flags.models import Flag
from matchmaker.vouchers.flags.rules import Limits, Rule
from matchmaker.vouchers.schemes.rules import EvidenceKind
from tests.support import claims, money, papers, scans
from tests.support.databases import Database

LIMITS = Limits()
REPORT = claims.PAPERS[EvidenceKind.RESULT]


def look(content: bytes) -> list[bytes]:
    kinds = {b"%PDF": "application/pdf", b"\x89PNG": "image/png"}
    found = pictures.looks_of(io.BytesIO(content), kinds.get(content[:4], "image/jpeg"))
    return [bytes.fromhex(one) for one in found]


@pytest.mark.parametrize("form", ["甲", "乙", "丙"])
@pytest.mark.parametrize("way", [way for way in scans.ALTERED if way not in ("cropped", "turned")])
def test_a_paper_that_was_saved_again_looks_the_same(way: str, form: str) -> None:
    original = scans.paper(form, "1")
    (kept,), (again,) = look(scans.saved(original)), look(scans.ALTERED[way](original, Random(7)))

    assert pictures.distance(kept, again) <= LIMITS.near_picture


@pytest.mark.parametrize("form", ["甲", "乙", "丙"])
def test_another_paper_of_the_same_form_looks_different(form: str) -> None:
    first, *others = (look(scans.saved(scans.paper(form, str(number))))[0] for number in range(4))
    nearly = look(scans.saved(scans.paper(form, "9", changed=3)))[0]

    assert all(pictures.distance(first, other) > LIMITS.near_picture_of_report for other in others)
    assert all(pictures.distance(nearly, other) > LIMITS.near_picture for other in others)


@pytest.mark.parametrize(
    "content",
    [
        papers.png(40_000, 40_000), papers.png(60, 60), papers.jpeg(), papers.pdf(), b"%PDF-1.4 broken", b"\x89PNG\r\n",
        scans.saved(scans.paper("甲", "1"))[:5_000], b"",
    ],
    ids=["a bomb", "one colour", "no points", "an empty page", "a broken PDF", "a broken picture", "half", "nothing"],
)  # fmt: skip
def test_what_shows_nothing_or_is_damaged_has_no_look_and_stops_nothing(content: bytes) -> None:
    assert look(content) == []


def test_a_pdf_of_many_pages_is_looked_at_as_far_as_is_needed() -> None:
    pages, file = [scans.paper("甲", str(number)) for number in range(6)], io.BytesIO()
    pages[0].save(file, "PDF", save_all=True, append_images=pages[1:])

    assert len(look(file.getvalue())) == 4


def test_the_night_flags_a_scan_that_was_saved_again_for_another_contract(either_database: Database) -> None:
    report = scans.paper("甲", "1")
    with either_database.writing() as session:
        scheme = money.scheme(session)
        for content in (scans.saved(report), scans.saved(report, quality=45), scans.saved(scans.paper("甲", "2"))):
            use = claims.use(session, scheme, 2_000_000, face_fen=1 * money.WAN)
            redemption = claims.written(session, use, scans={REPORT: content})
            with money.acting(session, money.APPLICANT):
                claims.operations.file(session, redemption)
    with either_database.reading() as session:
        seen = operations.look(session)
    with either_database.writing() as session:
        operations.keep(session, seen)
        found = session.scalars(select(Flag).where(Flag.rule == Rule.DUPLICATE)).all()
        assert [(one.redemption_id, one.evidence["how"]) for one in found] == [(2, "picture")]
        assert operations.look(session).findings == seen.findings, "kept as it was read"


def test_a_picture_is_unpacked_no_larger_than_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []
    originally = Image.Image.convert

    def convert(self: Image.Image, *arguments: object, **more: object) -> Image.Image:
        sizes.append(self.size)
        return originally(self, *arguments, **more)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(Image.Image, "convert", convert)
    large = scans.paper("甲", "1").resize((7_200, 10_160))

    assert look(scans.saved(large, quality=50)) and max(sizes[-1]) < 2_600
