"""Bad input gets a clear message at its field, and nothing typed is lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from matchmaker import clock
from matchmaker.catalogue.models import Posting
from matchmaker.catalogue.needs.models import Need
from matchmaker.catalogue.offerings.models import Offering
from tests.conftest import ClientFor, MakeApp
from tests.support import factories, sites, words
from tests.support.databases import Database
from tests.support.pages import Page
from tests.support.visitor import Visitor

AMOUNT = "Write an amount in figures, such as 12.5, not below zero."
DATE = "Write a date such as 2026-12-31."
CHOICE = "Choose one from the list."


def too_long(most: int, have: int) -> str:
    return words.said("At most %(most)s characters; this has %(have)s.", most=most, have=have)


def whole(least: int, most: int) -> str:
    return words.said("Write a whole number from %(least)s to %(most)s.", least=least, most=most)


def control(code: str) -> str:
    return words.said("There is an invisible control character (U+%(code)s) in this text. Please remove it.", code=code)


LONG = "长" * 20_001
HUGE = "😀" * 50_000
PAST = (clock.today() - timedelta(days=2)).isoformat()
FAR = (clock.today() + timedelta(days=4_000)).isoformat()

#: Field → what is typed, and what is said about it; draft: it cannot even be kept, publish: it cannot be shown.
NEED_FAULTS: list[tuple[str, str, str, str]] = [
    ("draft", "title", "", words.said("Give the need a name of a few words.")),
    ("draft", "title", " 　 ", words.said("Give the need a name of a few words.")),
    ("draft", "title", "题" * 121, too_long(120, 121)),
    ("draft", "title", "两行\n标题\x07", control("0007")),
    ("draft", "problem", LONG, too_long(20_000, 20_001)),
    ("draft", "problem", HUGE, too_long(20_000, 50_000)),
    ("draft", "problem", "响铃\x07", control("0007")),
    ("draft", "problem", "空字符\x00", control("0000")),
    ("draft", "problem", "退格\x08\x08", control("0008")),
    ("draft", "target", LONG, too_long(20_000, 20_001)),
    ("draft", "key_technology", LONG, too_long(20_000, 20_001)),
    ("draft", "partners", "\x1b[31m", control("001B")),
    (
        "draft",
        "keywords",
        "一，二、三；四,五;六",
        words.said("At most %(most)s keywords; this has %(have)s.", most=5, have=6),
    ),
    ("draft", "keywords", "长" * 41, too_long(40, 41)),
    ("draft", "budget_fen", "abc", words.said(AMOUNT)),
    ("draft", "budget_fen", "-1", words.said(AMOUNT)),
    ("draft", "budget_fen", "1e999999999", words.said(AMOUNT)),
    ("draft", "budget_fen", "9" * 400, words.said(AMOUNT)),
    ("draft", "needed_by", "明年", words.said(DATE)),
    ("draft", "needed_by", "2026-02-30", words.said(DATE)),
    ("draft", "needed_by", "99999-01-01", words.said(DATE)),
    ("draft", "trl", "10", whole(1, 9)),
    ("draft", "trl", "0", whole(1, 9)),
    ("draft", "trl", "-3", whole(1, 9)),
    ("draft", "trl", "高", whole(1, 9)),
    ("draft", "trl", "9" * 5_000, whole(1, 9)),
    ("draft", "industry_code", "", words.said(CHOICE)),
    ("draft", "industry_code", "nonsense", words.said(CHOICE)),
    ("draft", "mode", "magic", words.said(CHOICE)),
    ("draft", "confidentiality", "secret", words.said(CHOICE)),
    ("publish", "problem", "", words.said("Say what the problem is; a sentence or two will do.")),
    ("publish", "problem", "\r\n \t", words.said("Say what the problem is; a sentence or two will do.")),
    ("publish", "needed_by", PAST, words.said("Choose a day between today and ten years from now.")),
    ("publish", "needed_by", FAR, words.said("Choose a day between today and ten years from now.")),
]

OFFERING_FAULTS: list[tuple[str, str, str, str]] = [
    ("draft", "title", "", words.said("Give the offering a name of a few words.")),
    ("draft", "title", "题" * 121, too_long(120, 121)),
    ("draft", "description", LONG, too_long(20_000, 20_001)),
    ("draft", "description", "响铃\x07", control("0007")),
    ("draft", "keywords", "1,2,3,4,5,6", words.said("At most %(most)s keywords; this has %(have)s.", most=5, have=6)),
    ("draft", "category_code", "all", words.said(CHOICE)),
    ("draft", "category_code", "", words.said(CHOICE)),
    ("draft", "industry_code", "nonsense", words.said(CHOICE)),
    ("draft", "price_unit", "per moon", words.said(CHOICE)),
    ("draft", "price_min", "免费", words.said(AMOUNT)),
    ("draft", "price_max", "-5", words.said(AMOUNT)),
    ("draft", "price_max", "5", words.said("The highest price is below the lowest.")),
    ("draft", "delivery_days", "0", whole(1, 3650)),
    ("draft", "delivery_days", "1.5", whole(1, 3650)),
    ("draft", "trl", "12", whole(1, 9)),
    ("draft", "valid_until", "soon", words.said(DATE)),
    ("draft", "reference", "号" * 41, too_long(40, 41)),
    ("draft", "valid_from", "tomorrow", words.said(DATE)),
    ("draft", "reach", "the moon", words.said(CHOICE)),
    ("publish", "description", "", words.said("Say what you do for the enterprise, and how.")),
    ("publish", "valid_until", PAST, words.said("This day has passed; nobody could order it.")),
]


def check_refusal(visitor: Visitor, noun: str, form: dict[str, str], field: str, typed: str, message: str) -> Page:
    # Control characters, shown again as they were typed, are not well-formed; that is the point of showing them.
    visitor.checks = all(sign.isprintable() or sign in "\r\n\t" for sign in typed)
    page = visitor.post(f"/{noun}/", form, expect=422)

    assert page.error(field) == message
    shown = page.typed(f"/{noun}/")
    # A list cannot show what it does not hold; nobody chose that by hand.
    lost = {"publish", field} if message == words.said(CHOICE) else {"publish"}
    kept = {name: value for name, value in form.items() if name not in lost}
    assert {name: _comparable(shown[name]) for name in kept} == {name: _comparable(kept[name]) for name in kept}
    assert f"#{field}" in page.links, "the summary leads to the field"
    return page


def _comparable(text: str) -> str:
    return "".join(sign for sign in text.replace("\r\n", "\n").replace("\ufffd", "") if sign != "\x00").strip()


def _identify(value: object) -> str | None:
    return repr(value)[:24] if isinstance(value, str) else None


@pytest.mark.parametrize(("when", "field", "typed", "message"), NEED_FAULTS, ids=_identify)
def test_a_fault_in_a_need_is_told_at_its_field(
    client_for: ClientFor, database: Database, when: str, field: str, typed: str, message: str
) -> None:
    form = factories.need_form(keywords="染色，起球", target="三级以上", trl="7") | {field: typed}
    if when == "publish":
        form["publish"] = "1"

    check_refusal(client_for("enterprise"), "needs", form, field, typed, message)
    assert database.dump()["need"] == []


@pytest.mark.parametrize(("when", "field", "typed", "message"), OFFERING_FAULTS, ids=_identify)
def test_a_fault_in_an_offering_is_told_at_its_field(
    client_for: ClientFor, database: Database, when: str, field: str, typed: str, message: str
) -> None:
    form = factories.offering_form(price_min="10", keywords="测试", is_voucher_eligible="1") | {field: typed}
    if when == "publish":
        form["publish"] = "1"

    check_refusal(client_for("complex"), "offerings", form, field, typed, message)
    assert database.dump()["offering"] == []


#: Kind → field → what is typed, and what is said about it.
KIND_FAULTS: list[tuple[str, str, str, str]] = [
    ("instrument", "model", "型" * 121, too_long(120, 121)),
    ("instrument", "accuracy", "\x07", control("0007")),
    ("instrument", "made_in", "1850", whole(1950, 2100)),
    ("instrument", "bookable_hours", "周一至周五", words.said("Say from when to when it is open, such as 8:30–17:00.")),
    ("expert_team", "team_size", "0", whole(1, 999)),
    ("expert_team", "team_lead", "长" * 121, too_long(120, 121)),
    ("result", "ip_status", "magic", words.said(CHOICE)),
    (
        "result",
        "patents",
        "无",
        words.said("“%(number)s” is no patent number, such as ZL201910123456.7.", number="无"),
    ),
]


@pytest.mark.parametrize(("kind", "field", "typed", "message"), KIND_FAULTS, ids=_identify)
def test_a_fault_in_what_only_one_kind_has_is_told_at_its_field(
    client_for: ClientFor, database: Database, kind: str, field: str, typed: str, message: str
) -> None:
    model = {"model": "GC-2030"} if kind == "instrument" else {}
    form = factories.offering_form(kind=kind, **model) | {field: typed}

    check_refusal(client_for("complex"), "offerings", form, field, typed, message)
    assert database.dump()["offering"] == []


def test_an_instrument_needs_its_model(client_for: ClientFor) -> None:
    form = factories.offering_form(kind="instrument")
    message = words.said("An instrument needs its model, so that enterprises find it.")

    check_refusal(client_for("complex"), "offerings", form, "model", "", message)


def test_several_faults_are_all_told_at_once(client_for: ClientFor) -> None:
    page = client_for("enterprise").post(
        "/needs/", factories.need_form(budget_fen="abc", needed_by="soon", trl="77"), expect=422
    )

    assert all(page.error(field) for field in ("budget_fen", "needed_by", "trl"))
    assert page.typed("/needs/")["problem"] == "针织布洗后起球，客户退货。"


NEED_KEPT: list[tuple[dict[str, str], dict[str, Any]]] = [
    ({"budget_fen": "１２．５"}, {"budget_fen": 12_500_000}),
    ({"budget_fen": "1,200"}, {"budget_fen": 1_200_000_000}),
    ({"budget_fen": "0"}, {"budget_fen": 0}),
    ({"budget_fen": ""}, {"budget_fen": None}),
    ({"trl": "９"}, {"trl": 9}),
    ({"problem": "机台😀报警🧵👨‍👩‍👧"}, {"problem": "机台😀报警🧵👨‍👩‍👧"}),
    ({"problem": "长" * 20_000}, {"problem": "长" * 20_000}),
    ({"problem": "一行\r\n二行\r三行  \n"}, {"problem": "一行\n二行\n三行"}),
    ({"problem": "表\t格"}, {"problem": "表\t格"}),
    ({"problem": "'; DROP TABLE need; --"}, {"problem": "'; DROP TABLE need; --"}),
    ({"title": "<b>粗</b> & “引号”"}, {"title": "<b>粗</b> & “引号”"}),
    ({"title": "cafe\u0301"}, {"title": "café"}),
    ({"keywords": "染色，色差、 染色；;缸差,"}, {"keywords": ["染色", "色差", "缸差"]}),
    ({"keywords": ""}, {"keywords": []}),
    ({"problem": ""}, {"problem": ""}),
    ({"needed_by": PAST}, {}),
]


@pytest.mark.parametrize(("typed", "kept"), NEED_KEPT, ids=lambda value: repr(value)[:30])
def test_what_a_need_may_say_is_kept_as_it_was_typed(
    make_app: MakeApp, either_database: Database, typed: dict[str, str], kept: dict[str, Any]
) -> None:
    enterprise = sites.visitor_as(make_app(either_database), "enterprise")
    enterprise.post("/needs/", factories.need_form(**typed))

    _check_kept(either_database, Need, kept)
    enterprise.get("/needs/1")


OFFERING_KEPT: list[tuple[dict[str, str], dict[str, Any]]] = [
    ({"price_min": "８００", "price_max": ""}, {"price_min_fen": 80_000, "price_max_fen": 80_000}),
    ({"price_min": "800", "price_max": "1,200.50"}, {"price_min_fen": 80_000, "price_max_fen": 120_050}),
    ({"price_min": "", "price_max": ""}, {"price_min_fen": None, "price_max_fen": None}),
    ({"price_min": "0"}, {"price_min_fen": 0, "price_max_fen": 0}),
    ({"industry_code": ""}, {"industry_code": None}),
    ({"is_voucher_eligible": "1"}, {"is_voucher_eligible": True}),
    ({}, {"is_voucher_eligible": False, "delivery_days": None, "valid_until": None}),
    ({"kind": "instrument", "model": "GC-2030"}, {"model": "GC-2030"}),
    ({"delivery_days": "3650"}, {"delivery_days": 3650}),
]


@pytest.mark.parametrize(("typed", "kept"), OFFERING_KEPT, ids=lambda value: repr(value)[:30])
def test_what_an_offering_may_say_is_kept_as_it_was_typed(
    client_for: ClientFor, database: Database, typed: dict[str, str], kept: dict[str, Any]
) -> None:
    client_for("complex").post("/offerings/", factories.offering_form(**typed))

    _check_kept(database, Offering, kept)


def _check_kept(database: Database, table: type[Posting], kept: dict[str, Any]) -> None:
    with database.reading() as session:
        posting = session.get_one(table, 1)
        assert {name: getattr(posting, name) for name in kept} == kept


NEXT_MONTH = clock.today() + timedelta(days=30)

ROUND_TRIPS: list[tuple[str, str, Callable[..., Any], dict[str, Any]]] = [
    ("needs", "enterprise", factories.need, {"budget_fen": 12_345_678, "needed_by": NEXT_MONTH, "trl": 6}),
    ("needs", "enterprise", factories.need, {"problem": "一行\n\n三行", "target": "<textarea>", "partners": "& \" '"}),
    ("offerings", "complex", factories.offering, {"price_min_fen": 1, "price_max_fen": 99_999_999_999, "trl": 1}),
    (
        "offerings",
        "complex",
        factories.offering,
        {"is_voucher_eligible": True, "industry_code": None, "delivery_days": 7},
    ),
]


@pytest.mark.parametrize(("noun", "role", "make", "differences"), ROUND_TRIPS)
def test_a_form_opened_and_saved_unchanged_changes_nothing(
    client_for: ClientFor,
    database: Database,
    noun: str,
    role: str,
    make: Callable[..., Any],
    differences: dict[str, Any],
) -> None:
    with database.writing() as session:
        number = make(session, role, **differences).id
    owner = client_for(role)
    before = database.dump()[noun.removesuffix("s")]

    owner.submit(owner.get(f"/{noun}/{number}/edit"), f"/{noun}/{number}")
    assert database.dump()[noun.removesuffix("s")] == before
