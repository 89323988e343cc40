"""A clerk's spreadsheet of services: read whatever it was saved as, checked by row and column, all rows or none."""

import csv
import io
import time
import zipfile
from collections.abc import Sequence

import psutil
import pytest
import xlsxwriter
from sqlalchemy import func, select

from matchmaker.accounts.models import OrganisationState
from matchmaker.catalogue.offerings.models import Offering, OfferingKind, OfferingState, PriceUnit, Reach
from matchmaker.catalogue.sheets import reading
from matchmaker.errors import Invalid
from tests.conftest import ClientFor
from tests.support import cast, factories, words
from tests.support.databases import Database
from tests.support.pages import Page
from tests.support.visitor import Visitor

HEAD = ["内部编号", "状态", "类型", "供给名称", "能为企业做什么", "服务类别", "关键词"]
ROW = ["FW-1", "草稿", "服务", "上门诊断", "工程师驻厂三天，出诊断报告。", "检验检测", "诊断，驻厂"]


def as_csv(rows: Sequence[Sequence[str]], encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(encoding)


def as_xlsx(rows: Sequence[Sequence[str]]) -> bytes:
    """A workbook; what begins with = becomes a formula, as Excel would save it."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return out.getvalue()


def send(visitor: Visitor, data: bytes, name: str = "服务.csv", *, expect: int = 303) -> Page:
    file = (io.BytesIO(data), name)
    return visitor.post("/offerings/sheet/", {"file": file}, expect=expect, content_type="multipart/form-data")


def keep(visitor: Visitor, data: bytes) -> Page:
    """Send, look over, keep; return the page looked over."""
    sent = send(visitor, data)
    page = visitor.get(sent.location)
    visitor.submit(page, f"{sent.location}/keep")
    return page


def offerings(database: Database) -> list[Offering]:
    with database.reading() as session:
        return list(session.scalars(select(Offering).order_by(Offering.id)))


def faults(page: Page) -> str:
    cells = (["".join(cell.itertext()).strip() for cell in row] for row in page.all("tr"))
    return " | ".join(" ".join(row) for row in cells)


@pytest.fixture
def complex_(client_for: ClientFor) -> Visitor:
    return client_for("complex")


def test_the_headings_are_those_of_the_template(complex_: Visitor) -> None:
    template = complex_.get("/offerings/sheet/template.xlsx").response.get_data()
    table = reading.Table(*_rows_of(template))

    assert set(HEAD) <= {heading.replace(" *", "") for heading in table.headings}


def _rows_of(data: bytes) -> tuple[list[str], list[tuple[int, list[str]]]]:
    rows = reading._workbook(data)
    return rows[0], list(enumerate(rows[1:], start=2))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_file_is_read_in_whatever_it_was_saved(complex_: Visitor, database: Database, encoding: str) -> None:
    keep(complex_, as_csv([HEAD, ROW], encoding))

    (offering,) = offerings(database)
    assert (offering.title, offering.reference, offering.keywords) == ("上门诊断", "FW-1", ["诊断", "驻厂"])
    assert offering.state is OfferingState.DRAFT


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_are_found(complex_: Visitor, database: Database, delimiter: str) -> None:
    keep(complex_, "\n".join(delimiter.join(row) for row in (HEAD, ROW)).encode())

    assert len(offerings(database)) == 1


def test_four_hundred_rows_of_a_workbook_are_kept_at_once(complex_: Visitor, database: Database) -> None:
    rows = [[f"FW-{n}", "已发布" if n % 2 else "草稿", "服务", f"第{n}号服务", *ROW[4:]] for n in range(1, 401)]
    page = keep(complex_, as_xlsx([HEAD, *rows]))

    assert (
        words.said(
            "%(new)s new, %(changed)s changed, %(same)s as they are. Nothing is kept yet.", new=400, changed=0, same=0
        )
        in page.main
    )
    states = [offering.state for offering in offerings(database)]
    assert (len(states), states.count(OfferingState.PUBLISHED)) == (400, 200)
    assert "第399号服务" in complex_.get("/search/?q=第399号服务").main, "published rows are found at once"


def test_nothing_is_kept_while_one_row_is_wrong_and_each_fault_is_told_by_row_and_column(
    complex_: Visitor, database: Database
) -> None:
    rows = [
        HEAD,
        ROW,
        ["FW-2", "", "服务", "", "说明", "检验检测", ""],
        ["FW-3", "", "飞船", "名称", "说明", "检验检测", ""],
        [],
        ["FW-1", "", "服务", "另一个", "说明", "检验检测", ""],
        ["FW-4", "已发布", "服务", "没有说明", "", "检验检测", ""],
        ["FW-5", "", "服务", "错列", "说明", "检验检测", "词", "多出来的"],
    ]
    page = send(complex_, as_csv(rows), expect=422)

    told = faults(page)
    assert "第 3 行 供给名称 此项必填" in told
    assert "第 4 行 类型 “飞船”不在可选项之内" in told
    assert "第 6 行 内部编号 与第 2 行是同一条供给" in told
    assert "第 7 行 能为企业做什么" in told
    assert "第 8 行" in told and "错列" in told
    assert "共 5 处错误" in page.main
    assert offerings(database) == []
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Offering)) == 0


def test_faults_are_told_in_the_readers_language(client_for: ClientFor) -> None:
    page = send(client_for("complex", language="en"), as_csv([HEAD, ["", "", "飞船", *ROW[3:]]]), expect=422)

    assert "Row 2 Kind “飞船” is not one of the choices." in faults(page)


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ([*HEAD, "颜色"], "第 8 列“颜色”不是模板中的列"),
        ([*HEAD, "状态"], "表中此列出现了两次"),
        (HEAD[:3] + HEAD[4:], "供给名称 缺少此列"),
    ],
)
def test_a_column_that_is_strange_twice_or_missing_is_told(complex_: Visitor, head: list[str], told: str) -> None:
    assert told in faults(send(complex_, as_csv([head, ROW]), expect=422))


def test_a_row_with_its_own_number_rewrites_that_offering_and_leaves_other_columns_alone(
    complex_: Visitor, database: Database
) -> None:
    with database.writing() as session:
        factories.offering(session, "complex", reference="FW-1", delivery_days=30)
        factories.offering(session, "institute", reference="FW-1", title="别家的同号")
    page = keep(complex_, as_csv([HEAD, [*ROW[:3], "改过的名称", *ROW[4:]]]).replace("草稿".encode(), b""))

    assert words.said("Changed") in page.main
    first, others = offerings(database)
    assert (first.title, first.delivery_days, first.state) == ("改过的名称", 30, OfferingState.PUBLISHED)
    assert others.title == "别家的同号"


def test_sending_the_same_file_again_changes_nothing(complex_: Visitor, database: Database) -> None:
    without_number = ["", *ROW[1:3], "没有编号的服务", *ROW[4:]]
    data = as_xlsx([HEAD, ROW, without_number])
    keep(complex_, data)
    before = [(offering.id, offering.version) for offering in offerings(database)]
    page = keep(complex_, data)

    assert words.said("As they are") in page.main
    assert [(offering.id, offering.version) for offering in offerings(database)] == before


def test_what_goes_out_comes_in_again_as_it_was(complex_: Visitor, database: Database) -> None:
    with database.writing() as session:
        factories.offering(
            session, "complex", kind=OfferingKind.INSTRUMENT, model="ICP-MS 7800", accuracy="0.1 ng/L",
            bookable_hours="周一至周五 8:30–17:00", price_min_fen=12_345, price_max_fen=99_900,
            price_unit=PriceUnit.HOUR,
            served_districts=["330602"], reach=Reach.DISTRICTS, valid_until=factories.civil_day("2099-12-31"),
        )  # fmt: skip
        factories.offering(session, "complex", "draft", title="=1+1", keywords=["@SUM(A1)", "＝2"])
        factories.offering(session, "complex", "closed", title="关闭的")
    data = complex_.get("/offerings/sheet/export.xlsx").response.get_data()

    page = complex_.get(send(complex_, data, "导出.xlsx").location)
    assert (
        words.said(
            "%(new)s new, %(changed)s changed, %(same)s as they are. Nothing is kept yet.", new=0, changed=0, same=2
        )
        in page.main
    )


def test_nothing_that_goes_out_is_a_formula(complex_: Visitor, database: Database) -> None:
    with database.writing() as session:
        factories.offering(session, "complex", title='=HYPERLINK("http://x")', description="+1|cmd")
    with zipfile.ZipFile(io.BytesIO(complex_.get("/offerings/sheet/export.xlsx").response.get_data())) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()

    assert "<f>" not in sheet and "HYPERLINK" not in sheet


def test_a_formula_that_comes_in_is_the_text_of_its_last_value(complex_: Visitor, database: Database) -> None:
    keep(complex_, as_xlsx([HEAD, [*ROW[:3], "普通名称", "=CONCATENATE(1,2)", *ROW[5:]]]))
    keep(complex_, as_csv([HEAD, ["FW-9", *ROW[1:3], "=cmd|' /C calc'!A0", "＝１", *ROW[5:]]]))

    assert [(one.title, one.description) for one in offerings(database)] == [
        ("普通名称", "0"), ("=cmd|' /C calc'!A0", "＝１"),
    ]  # fmt: skip


def test_an_organisation_that_waits_for_approval_keeps_drafts_only(complex_: Visitor, database: Database) -> None:
    with database.writing() as session:
        cast.organisation_of(session, "complex").state = OrganisationState.PENDING
    told = faults(send(complex_, as_csv([HEAD, [ROW[0], "已发布", *ROW[2:]]]), expect=422))
    assert "第 2 行 状态" in told
    keep(complex_, as_csv([HEAD, ROW]))
    complex_.post("/offerings/", factories.offering_form(publish="1"))
    complex_.post("/offerings/1/publish", expect=403)

    assert [offering.state for offering in offerings(database)] == [OfferingState.DRAFT] * 2


def test_what_changed_since_it_was_looked_over_is_not_overwritten(complex_: Visitor, database: Database) -> None:
    with database.writing() as session:
        number = factories.offering(session, "complex", reference="FW-1").id
    sent = send(complex_, as_csv([HEAD, ROW]).replace("草稿".encode(), b""))
    page = complex_.get(sent.location)
    complex_.submit(complex_.get(f"/offerings/{number}/edit"), f"/offerings/{number}", title="同事刚改的")

    again = complex_.submit(page, f"{sent.location}/keep", expect=409)
    assert offerings(database)[0].title == "同事刚改的"
    complex_.submit(again, f"{sent.location}/keep")
    assert offerings(database)[0].title == "上门诊断"
    complex_.get(sent.location, expect=403)


def test_a_spreadsheet_can_be_forgotten(complex_: Visitor, database: Database) -> None:
    sent = send(complex_, as_csv([HEAD, ROW]))
    complex_.submit(complex_.get(sent.location), f"{sent.location}/discard")

    complex_.get(sent.location, expect=404)
    assert offerings(database) == []


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def changed(data: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """Return a workbook with something else in one of its parts."""
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        held = {part: parts.read(part) for part in parts.namelist()}
    assert old in held[name]
    held[name] = held[name].replace(old, new, 1)
    return zipped(held)


def lying(data: bytes) -> bytes:
    """Return a zip file whose table of contents says that each part unfolds to a thousand bytes."""
    said = bytearray(data)
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = said.find(mark)
        while place >= 0:
            said[place + offset : place + offset + 4] = (1_000).to_bytes(4, "little")
            place = said.find(mark, place + 4)
    return bytes(said)


SMALL = as_xlsx([HEAD, ROW])
SHEET = "xl/worksheets/sheet1.xml"
FAR_CELL = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
BOMBS = {
    "much out of little": lambda: changed(SMALL, SHEET, b"<sheetData>", b"<sheetData>" + b" " * 2**26),
    "much out of little that says it is little": lambda: lying(
        changed(SMALL, SHEET, b"<sheetData>", b"<sheetData>" + b" " * 2**28)
    ),
    "a cell in the farthest corner": lambda: changed(SMALL, SHEET, b"</sheetData>", FAR_CELL),
    "a million rows": lambda: changed(
        SMALL, SHEET, b"</sheetData>", b"<row><c><v>1</v></c></row>" * 1_000_000 + b"</sheetData>"
    ),
    "a million rows of CSV": lambda: b"a,b\n" * 1_000_000,
    "a million parts": lambda: zipped({f"p{number}": b"" for number in range(20_000)}),
    "laughs": lambda: changed(
        SMALL,
        "xl/sharedStrings.xml",
        b"<sst ",
        b'<!DOCTYPE l [<!ENTITY a "ha">' + b"".join(
            f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">'.encode() for n in range(10)
        ) + b"]><sst ",
    ),
    "no workbook": lambda: zipped({"readme.txt": b"nothing"}),
    "half a workbook": lambda: SMALL[: len(SMALL) // 2],
    "an old workbook": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4096,
    "zeros": lambda: b"\0" * 10_000,
    "nothing": lambda: b"",
    "an odd half character": lambda: b"\xff\xfe\x00\xd8\x00",
}  # fmt: skip


@pytest.mark.parametrize("what", BOMBS)
def test_a_file_that_is_too_much_is_refused_in_two_seconds(what: str) -> None:
    data = BOMBS[what]()
    before = psutil.Process().memory_info().rss
    started = time.monotonic()
    if what == "laughs":
        # Entities are not unfolded: the text stays what it is.
        assert len(reading.read(data).rows) == 1
    else:
        with pytest.raises(Invalid) as refused:
            reading.read(data)
        assert refused.value.field == "file"

    assert time.monotonic() - started < 2 + 1, "two seconds, and one to start the process that reads"
    assert psutil.Process().memory_info().rss - before < 300 * 2**20


def test_a_refused_file_is_told_on_the_page(complex_: Visitor) -> None:
    page = send(complex_, b"\0" * 100, "照片.csv", expect=422)

    assert words.said("Send a workbook (.xlsx) or a CSV file.") in page.main
    assert "照片.csv" in page.main
