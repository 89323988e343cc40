"""Reports: what they say of records is what the bureau published, on the page, in the PDF and in the workbook."""

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from fractions import Fraction

import pypdfium2
import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.contracts.services import operations as services
from matchmaker.contracts.services.models import ServiceRecord
from matchmaker.ledger import operations as ledger
from matchmaker.ledger.models import Guard
from matchmaker.metrics.definitions import DEFINITIONS
from matchmaker.metrics.figures import Percent, Points
from matchmaker.metrics.freezes import operations as freezes
from matchmaker.metrics.models import ScopeKind
from matchmaker.metrics.periods import Month, Period
from matchmaker.metrics.queries import CITY, Figure
from matchmaker.phrases import in_language
from matchmaker.statistics.reports import queries, rules, typesetting, writing
from matchmaker.statistics.reports.rules import ReportKind
from matchmaker.vouchers.accounts import Purpose
from tests.conftest import ClientFor
from tests.support import cast, deals, money, words
from tests.support.databases import Database

#: What the science bureau published of January to November 2020: 4,518.08 and 1,916.80, +24.2 % and +45.5 %.
SENTENCE = "1-11月，全市发放创新券4,518.08万元、使用1,916.80万元，同比增长24.2%、45.5%。"
PUBLISHED = {2020: (4_518_080_000, 1_916_800_000), 2019: (3_637_745_571, 1_317_388_316)}
NOVEMBER = Period.month(Month(2020, 11))
REPORT = "/reports/{}?of=city:&period=2020-11"


@pytest.fixture
def published(database: Database) -> None:
    """Put on vouchers and approve, month by month, what was published; and other amounts in both Decembers."""
    with database.writing() as session:
        scheme = money.scheme(session)
        use = money.use(session, money.voucher(session, scheme), money.contract(session))
        for year, (issued, used) in PUBLISHED.items():
            for month in range(1, 12):
                last = month == 11
                amounts = [fen - fen // 11 * 10 if last else fen // 11 for fen in (issued, used)]
                _move(session, year, month, f"voucher/{use.voucher_id}", amounts[0], Purpose.ISSUE)
                _move(session, year, month, f"use/{use.id}", amounts[1], Purpose.SETTLE)
            _move(session, year, 12, f"voucher/{use.voucher_id}", 900 * money.WAN * (year - 2018), Purpose.ISSUE)


def _move(session: Session, year: int, month: int, reference: str, fen: int, purpose: Purpose) -> None:
    accounts = [ledger.open_account(session, f"test/{end}", guard=Guard.NONE) for end in ("from", "to")]
    # The last minute of the first day in Shanghai, which is another day in London.
    with clock.stopped(datetime(year, month, 1, 15, 59, tzinfo=UTC)):
        ledger.post(
            session, debit=accounts[0], credit=accounts[1], amount_fen=fen, purpose=purpose, reference=reference
        )


def _text(pdf: bytes) -> str:
    pages = pypdfium2.PdfDocument(pdf)
    text = "".join(page.get_textpage().get_text_range() for page in pages)
    return text.replace("\r", "").replace("\n", "")


@pytest.mark.usefixtures("published")
def test_the_published_sentence_comes_from_records_to_page_pdf_and_workbook(client_for: ClientFor) -> None:
    city = client_for("bureau-city")
    assert SENTENCE in city.get(REPORT.format("")).main
    pdf = city.client.get(REPORT.format("report.pdf"), headers={"Accept-Language": "zh-CN"})
    assert pdf.status_code == 200 and pdf.mimetype == "application/pdf"
    assert SENTENCE in _text(pdf.data)
    book = city.client.get(REPORT.format("report.xlsx"), headers={"Accept-Language": "zh-CN"})
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book.data)).get_sheet_by_index(0).to_python()
    assert SENTENCE in [row[0] for row in rows]
    found = {row[0]: row for row in rows}
    # Unit, month and year before, change; then January to November.
    assert found[words.said("Vouchers: amount issued")][5:7] == [45_180_800.00, 36_377_455.71]
    assert found[words.said("Vouchers: amount used")][5:7] == [19_168_000.00, 13_173_883.16]
    changes = [found[words.said(f"Vouchers: amount {what}")][7] for what in ("issued", "used")]
    assert [round(change * 100, 1) for change in changes] == [24.2, 45.5]


@pytest.mark.usefixtures("published")
def test_a_whole_year_is_told_with_its_december(client_for: ClientFor) -> None:
    page = client_for("bureau-city").get("/reports/?of=city:&period=2020")
    assert "2020年全年，全市发放创新券6,318.08万元、使用1,916.80万元，同比增长39.2%、45.5%。" in page.main


@pytest.mark.usefixtures("published")
def test_the_same_report_is_the_same_bytes_and_every_figure_has_its_footnote(database: Database) -> None:
    with database.reading() as session:
        made = queries.report(session, CITY, NOVEMBER, name="绍兴市", called="全市")
    for language in ("zh", "en"):
        assert typesetting.pdf(made, language) == typesetting.pdf(made, language)
        assert writing.workbook(made, language) == writing.workbook(made, language)
    assert [line.note for line in made.lines] == list(range(1, len(made.lines) + 1))
    text = _text(typesetting.pdf(made, "en")).replace(" ", "")
    for line in made.lines:
        assert in_language(line.definition.formula, "en").replace(" ", "")[:40] in text, line.definition.key
    assert clock.now().astimezone(clock.CIVIL_ZONE).strftime("%Y-%m-%d") in text


def test_what_stands_in_a_name_is_no_markup_and_no_formula(database: Database) -> None:
    name = '=1+1 #panic("x") *b* $y$ @cite'
    with database.reading() as session:
        made = queries.report(session, CITY, NOVEMBER, name=name)
    assert name in _text(typesetting.pdf(made, "zh"))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(writing.workbook(made, "zh"))).get_sheet_by_index(0).to_python()
    assert str(rows[0][0]).startswith(name)


def test_who_may_not_open_a_scope_gets_neither_its_page_nor_its_files(
    client_for: ClientFor, database: Database
) -> None:
    with database.reading() as session:
        own, other = (cast.organisation_of(session, role).id for role in ("complex", "institute"))
    district, provider = client_for("bureau-district"), client_for("complex")
    for file in ("", "report.pdf", "report.xlsx"):
        for reader, scope, status in (
            (district, "city:", 404),
            (district, f"district:{cast.ELSEWHERE}", 404),
            (district, f"provider:{other}", 404),
            (district, f"provider:{own}", 200),
            (provider, f"provider:{own}", 200),
            (provider, f"provider:{other}", 404),
            (provider, f"district:{cast.HERE}", 404),
        ):
            assert reader.client.get(f"/reports/{file}?of={scope}&period=2026").status_code == status, (file, scope)


def test_a_year_in_its_course_is_compared_with_as_many_months() -> None:
    day = datetime(2026, 11, 23, tzinfo=UTC).date()
    assert rules.periods_of(ReportKind.YEARLY, Period.year(2026), day) == (Period(Month(2026, 1), Month(2026, 11)),)
    assert rules.periods_of(ReportKind.YEARLY, Period.year(2025), day) == (Period.year(2025),)
    assert rules.periods_of(ReportKind.SHEET, NOVEMBER, day) == (Period.year(2020),)
    assert rules.periods_of(ReportKind.BULLETIN, NOVEMBER, day) == (NOVEMBER, Period(Month(2020, 1), Month(2020, 11)))
    begun = Period(Month(2026, 1), Month(2026, 11))
    assert rules.periods_of(ReportKind.BULLETIN, Period.month(Month(2026, 12)), day) == (
        Period.month(begun.last),
        begun,
    )
    assert rules.periods_of(ReportKind.BULLETIN, Period.year(2026), day) == (begun, begun)


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (Percent(Fraction(242, 10)), Percent(Fraction(455, 10)), "同比增长24.2%、45.5%"),
        (Percent(Fraction(-3)), Percent(Fraction(-45, 10)), "同比下降3.0%、4.5%"),
        (Percent(Fraction(3)), Percent(Fraction(-45, 10)), "同比分别增长3.0%、下降4.5%"),
        (Percent(Fraction(1, 100)), Percent(Fraction(5)), "同比分别持平、增长5.0%"),
        (None, Percent(Fraction(5)), "同比分别无可比数、增长5.0%"),
        (None, None, "上年同期无可比数"),
        (Points(Fraction(5)), Points(Fraction(1, 2)), "同比增长5.0 个百分点、0.5 个百分点"),
    ],
)
def test_a_change_is_said_in_one_word_only_where_both_go_one_way(
    first: Percent | Points | None, second: Percent | Points | None, said: str
) -> None:
    definition = DEFINITIONS["services"]
    figures = [Figure(definition, 1, 1, change, is_comparable=True) for change in (first, second)]
    assert in_language(rules.changed(*figures), "zh") == said
    other = Figure(definition, 1, 1, first, is_comparable=False)
    assert "不可比" in in_language(rules.changed(other, figures[1]), "zh")


MARCH = Month(2026, 3)


@pytest.fixture
def restated(database: Database, at: Callable[[str], None]) -> None:
    """Two services were done in March 2026 and frozen; one of them was taken back since, with a reason."""
    at("2026-04-02T09:00")
    with database.writing() as session:
        for day in (10, 11):
            deals.service(session, "confirmed", served_on=MARCH.first_day.replace(day=day))
    with database.writing() as session, money.acting(session, "bureau-city"):
        freezes.propose(session, MARCH)
    with database.writing() as session, money.acting(session, "bureau-district"):
        freezes.confirm(session, MARCH)
    at("2026-05-06T09:00")
    with database.writing() as session:
        record = session.scalars(select(ServiceRecord).order_by(ServiceRecord.id)).first()
        assert record is not None
        services.take_back(session, record, "记错了企业。")
    with database.writing() as session, money.acting(session, "bureau-city"):
        freezes.restate(session, MARCH, (ScopeKind.DISTRICT, cast.HERE), measure="services", reason="重复记录。")


@pytest.mark.usefixtures("restated")
def test_a_frozen_month_is_told_as_it_was_frozen_with_the_restated_value_and_why(client_for: ClientFor) -> None:
    city, label = client_for("bureau-city"), words.said("Number of services")
    asked = "/reports/{}?of=city&period=2026-03"
    both = "2026年3月：定版数2，更正后1。原因：重复记录。"
    footnote = "2026年3月：2026-04-02定版。 2025年3月：实时数据，取数时间2026-05-06 09:00。"
    page = city.get(asked.format("")).main
    assert both in page and footnote in page
    text = _text(city.get(asked.format("report.pdf")).response.data)
    assert both in text
    # The PDF breaks its lines at blanks.
    assert footnote.replace(" ", "") in text.replace(" ", "")
    book = CalamineWorkbook.from_filelike(io.BytesIO(city.get(asked.format("report.xlsx")).response.data))
    row = next(row for row in book.get_sheet_by_index(0).to_python() if row[0] == label and len(row) > 5)
    # The month as it was frozen; January to March, of which two months were never frozen, as it is today.
    assert (row[2], row[5]) == (2.0, 1.0)
    assert both in row
    note = next(row for row in book.get_sheet_by_index(1).to_python() if row[1] == label)
    assert footnote in " ".join(str(cell) for cell in note)
    # What nobody has explained says so: the services' amounts moved with them.
    assert "更正后" in page and words.said("No reason given yet") in page


@pytest.mark.usefixtures("restated")
def test_a_month_that_is_not_frozen_is_told_live(client_for: ClientFor) -> None:
    page = client_for("bureau-city").get("/reports/?of=city&period=2026-04").main
    assert "实时数据，取数时间2026-05-06 09:00。" in page and "定版数" not in page


@pytest.mark.usefixtures("published")
def test_the_workbook_types_percents_as_percents_points_as_points_and_amounts_in_yuan(client_for: ClientFor) -> None:
    data = client_for("bureau-city").get("/reports/report.xlsx?of=city&period=2020").response.data
    book = zipfile.ZipFile(io.BytesIO(data))
    styles = book.read("xl/styles.xml").decode()
    assert 'formatCode="0.0#%"' in styles and 'formatCode="#,##0.00"' in styles and "&quot;个百分点&quot;" in styles
    row = next(
        row
        for row in CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
        if row[0] == words.said("Vouchers: use rate")
    )
    assert row[1] == words.said("Percent")
    assert round(row[2], 4) == round(1916.80 / 6318.08, 4) and isinstance(row[4], float) and abs(row[4]) > 1
