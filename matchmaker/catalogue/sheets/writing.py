"""Workbooks that people fill in: the template with its choices and an example, and a provider's own offerings."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import xlsxwriter

from matchmaker import spreadsheets
from matchmaker.catalogue.offerings.models import IpStatus, OfferingKind, OfferingState, PriceUnit, TransferMode
from matchmaker.catalogue.offerings.rules import OfferingText
from matchmaker.catalogue.sheets.columns import COLUMNS, Column, label, written
from matchmaker.catalogue.sheets.reading import MAX_ROWS
from matchmaker.messages import Message, _l
from matchmaker.phrases import in_language
from matchmaker.reference.queries import CodeLists

_OFFERINGS, _EXAMPLES, _CHOICES = _l("Offerings"), _l("Examples"), _l("Choices")

Row = tuple[OfferingState | None, OfferingText]
Rows = Iterable[Mapping[str, Any]]


def workbook(rows: Iterable[Row], *, lists: CodeLists, language: str) -> bytes:
    """Return a workbook with ``rows`` on its first sheet, examples on the second, and all choices on the third."""
    sheets = [(_OFFERINGS, _named(rows)), (_EXAMPLES, _named(_examples(lists)))]
    return book_of(sheets, COLUMNS, lists=lists, language=language)


def _named(rows: Iterable[Row]) -> Iterator[dict[str, Any]]:
    for state, text in rows:
        yield {column.name: state if column.name == "state" else getattr(text, column.name) for column in COLUMNS}


def book_of(
    sheets: Iterable[tuple[Message, Rows]], columns: Sequence[Column], *, lists: CodeLists, language: str
) -> bytes:
    """Return a workbook of sheets with the same columns, and all choices on a last one; the first offers them."""
    out = io.BytesIO()
    with spreadsheets.book(out) as book:
        looks = {
            "head": book.add_format(spreadsheets.HEAD),
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
            "day": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"}),
        }
        made = [(book.add_worksheet(in_language(title, language)), rows) for title, rows in sheets]
        last = book.add_worksheet(in_language(_CHOICES, language))
        places = _write_choices(last, looks, columns, lists, language)
        for sheet, rows in made:
            _write_rows(sheet, looks, columns, rows, lists=lists, language=language)
        for number, column in enumerate(columns):
            if column.name in places and not column.many:
                made[0][0].data_validation(1, number, MAX_ROWS, number, places[column.name])
    return out.getvalue()


def _write_rows(
    sheet: Any, looks: dict[str, Any], columns: Sequence[Column], rows: Rows, *, lists: CodeLists, language: str
) -> None:
    for number, column in enumerate(columns):
        sheet.set_column(number, number, column.width)
        star = " *" if column.needed else ""
        sheet.write_string(0, number, in_language(column.title, language) + star, looks["head"])
        if column.note is not None:
            sheet.write_comment(0, number, in_language(column.note, language))
    sheet.freeze_panes(1, 0)
    for place, values in enumerate(rows, start=1):
        for number, column in enumerate(columns):
            _write_cell(sheet, looks, (place, number), written(column, values.get(column.name), lists, language))


def _write_cell(sheet: Any, looks: dict[str, Any], place: tuple[int, int], value: Any) -> None:
    if isinstance(value, date):
        sheet.write_datetime(*place, value, looks["day"])
    elif isinstance(value, int | float):
        sheet.write_number(*place, value, looks["text"])
    elif value:
        sheet.write_string(*place, value, looks["text"])


def _write_choices(
    sheet: Any, looks: dict[str, Any], columns: Sequence[Column], lists: CodeLists, language: str
) -> dict[str, dict[str, Any]]:
    """Write one column for each list of choices. Return the drop-downs by the name of their column."""
    places: dict[str, dict[str, Any]] = {}
    chosen: Sequence[Column] = [column for column in columns if column.choices(lists)]
    name = in_language(_CHOICES, language)
    for number, column in enumerate(chosen):
        labels = [label(thing, language) for thing in column.choices(lists).values()]
        sheet.set_column(number, number, 24)
        sheet.write_string(0, number, in_language(column.title, language), looks["head"])
        sheet.write_column(1, number, labels)
        letter = xlsxwriter.utility.xl_col_to_name(number)
        places[column.name] = {
            "validate": "list",
            "source": f"='{name}'!${letter}$2:${letter}${len(labels) + 1}",
            "ignore_blank": True,
            "error_type": "warning",
        }
    return places


def _examples(lists: CodeLists) -> list[Row]:
    """One row of each kind, invented."""
    category = next(iter(lists.leaf_categories())).code

    def example(kind: OfferingKind, title: str, description: str, **more: Any) -> Row:
        return OfferingState.DRAFT, OfferingText(kind, title, description, category, **more)

    return [
        example(
            OfferingKind.SERVICE,
            "印染废水脱色小试（示例）",
            "取五十升实际废水，比较五种脱色工艺，二十五天内报告色度、COD 与吨水成本。",
            reference="FW-001",
            keywords=["废水", "脱色", "COD"],
            price_min_fen=1_800_000,
            price_max_fen=4_800_000,
            delivery_days=25,
            is_voucher_eligible=True,
        ),
        example(
            OfferingKind.INSTRUMENT,
            "台式分光测色仪（示例）",
            "测面料与纱线的色差、白度、色牢度评级，可带样来测，也可委托。",
            reference="YQ-001",
            keywords=["测色", "色差"],
            price_min_fen=20_000,
            price_max_fen=20_000,
            price_unit=PriceUnit.HOUR,
            model="Datacolor 850",
            accuracy="ΔE 0.02",
            maker="Datacolor",
            made_in=2021,
            location="3号楼204室",
            booking_contact="仪器预约室",
            bookable_hours="周一至周五 8:30–17:00；周六 9:00–12:00",
            booking_note="须提前一天预约",
        ),
        example(
            OfferingKind.EXPERT_TEAM,
            "涤纶染色工艺专家组（示例）",
            "驻厂三天，查升温曲线、助剂与缸差，出改善清单，三十天后复验。",
            reference="TD-001",
            price_unit=PriceUnit.DAY,
            team_field="染整工艺",
            team_lead="纺织化学教授一名",
            team_size=6,
            achievements="五年内为四十家印染厂降低回修率。",
            cooperation=["consulting", "on_site"],
        ),
        example(
            OfferingKind.RESULT,
            "低温等离子体前处理技术（示例）",
            "替代碱退浆，每吨布节水三成，已在两条中试线连续运行六个月。",
            reference="CG-001",
            trl=7,
            ip_status=IpStatus.GRANTED,
            patents=["ZL201910123456.7"],
            transfer_mode=TransferMode.LICENCE,
        ),
    ]
