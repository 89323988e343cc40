"""The coach: what it asks for, when it keeps quiet, and that it neither blocks nor keeps anything."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.coaching import __main__ as marked
from matchmaker.catalogue.coaching import examples, quantities
from matchmaker.catalogue.coaching.rules import Fault, faults, judge
from matchmaker.catalogue.needs.rules import NeedText
from matchmaker.matching.text import fold
from tests.conftest import ClientFor
from tests.support import cast, factories, words
from tests.support.databases import Database
from tests.support.visitor import Visitor

VAGUE = {"title": "布的颜色不对", "problem": "颜色老是不对，请人看看。", "target": "颜色好一点"}
EXACT = {
    "title": "活性染料染棉缸差",
    "problem": "活性染料染棉针织布，三月起缸与缸差一级；换过三种匀染剂，没有用，客户退了两批。",
    "target": "色差 ΔE 从 1.6 降到 0.8 以内",
    "budget_fen": "12",
    "needed_by": "2030-01-31",
}


@pytest.mark.parametrize("part", ["dev", "test", "demo"])
@pytest.mark.parametrize("fault", Fault)
def test_the_coach_agrees_with_the_marks_set_by_hand(part: str, fault: Fault) -> None:
    needs = list(marked.read(part))
    said = {name for name, text, _marks in needs if fault in faults(text)}
    true = {name for name, _text, marks in needs if fault.value in marks}

    assert len(needs) >= {"dev": 60, "test": 100, "demo": 40}[part]
    if true:
        assert len(said & true) / len(said) >= 0.9
        assert len(said & true) / len(true) >= 0.9


@pytest.mark.parametrize(
    "target",
    [
        "合格率达到９２％", "提高一倍", "降到原来的一半", "不良减半", "产量翻番", "成本下降三成", "±0.02",
        "半年内零投诉",
        "百分之三以下", "十二天不变质", "两小时出结果", "同比下降 5 个百分点", "达到 GB 18401 B 类", "防护等级 IP67",
        "從 8 降到 3", "below 0.5 %", "half the scrap", "twice as fast", "节拍五秒", "一年以上", "Ra0.2",
    ],
)  # fmt: skip
def test_what_can_be_checked_counts_as_a_figure(target: str) -> None:
    assert quantities.measures(fold(target))


@pytest.mark.parametrize(
    "target",
    [
        "", "质量提高", "做到国内领先", "第一", "一种新工艺", "一套自动化设备", "一键控制", "2027年6月前完成",
        "三个月内完成", "十二月底前", "用 PA66 代替", "工业4.0", "3D 展示",
        "符合国家标准", "better quality", "one new machine", "同比提高", "成倍提高效果",
    ],
)  # fmt: skip
def test_what_cannot_be_checked_does_not(target: str) -> None:
    assert not quantities.measures(fold(target))


@pytest.mark.parametrize(
    "text",
    [
        "希望年底前解决",
        "春节前要定下来",
        "十月份要交样",
        "客户给了我们三个月时间",
        "还有35天验收",
        "明年三月要报上去",
        "by the end of March",
    ],
)
def test_a_day_told_in_the_text_is_a_deadline(text: str) -> None:
    assert quantities.names_deadline(fold(text))


@pytest.mark.parametrize(
    "text",
    [
        "尽快解决",
        "去年三月开始",
        "三年前买的",
        "三个月就磨出沟",
        "半年后返黄",
        "每年十二月",
        "as soon as possible",
        "since March",
    ],
)
def test_how_long_it_has_been_going_on_is_none(text: str) -> None:
    assert not quantities.names_deadline(fold(text))


@pytest.mark.parametrize(
    "text", ["预算二十万左右", "最多出5万", "三万以内我能拍板", "愿意付 8 万元", "we could pay 60,000 yuan"]
)
def test_an_amount_one_would_pay_is_a_budget(text: str) -> None:
    assert quantities.names_budget(fold(text))


@pytest.mark.parametrize("text", ["赔了三十七万", "一套设备要二百万", "预算还没批", "费用面议", "去年亏了5万元"])
def test_losses_and_prices_are_none(text: str) -> None:
    assert not quantities.names_budget(fold(text))


def test_each_hint_asks_at_its_field_with_an_example_of_the_industry() -> None:
    hints = judge(NeedText(title="不行", problem="老坏", industry_code="glass"))

    assert [(hint.fault, hint.field) for hint in hints] == [
        ("short", "problem"), ("thing", "problem"), ("number", "target"),
        ("deadline", "needed_by"), ("budget", "budget_fen"),
    ]  # fmt: skip
    assert hints[2].example == examples.target_example("glass") != examples.target_example("textile")


def test_an_empty_form_is_not_criticised() -> None:
    assert judge(NeedText(title="", problem="", industry_code="")) == []


def test_every_industry_of_the_list_has_its_own_example() -> None:
    codes = {text.industry_code for _name, text, _marks in marked.read("test")}

    assert len({examples.problem_example(code) for code in codes}) == len(codes) == 28


def test_the_examples_themselves_lack_nothing_they_are_examples_of() -> None:
    for _name, text, _marks in marked.read("test"):
        problem, target = (
            str(make(text.industry_code)) for make in (examples.problem_example, examples.target_example)
        )
        told = NeedText(title="", problem=problem, target=target, industry_code=text.industry_code)
        assert not {Fault.SHORT, Fault.THING, Fault.NUMBER} & set(faults(told)), problem


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_is_answered(problem: str, target: str) -> None:
    judge(NeedText(title="x", problem=problem, target=target, industry_code=""))


def _fragment(visitor: Visitor, path: str, form: dict[str, Any]) -> Any:
    return visitor.post(path, form, headers={"HX-Request": "true"}, expect=200)


def test_while_typing_the_hints_come_and_go_and_nothing_is_kept(client_for: ClientFor, database: Database) -> None:
    enterprise = client_for("enterprise")
    enterprise.get("/needs/new")
    before = database.dump()
    shape = {"industry_code": cast.DYEING, "mode": "any", "confidentiality": "public"}

    vague = _fragment(enterprise, "/needs/coach", VAGUE | shape)
    assert {link for link in vague.links if link.startswith("#")} == {
        "#problem",
        "#target",
        "#needed_by",
        "#budget_fen",
    }
    exact = _fragment(enterprise, "/needs/coach", EXACT | shape)
    assert not exact.links and words.said("Exact enough: others will know what you need.") in exact.text

    assert database.dump() == before


def test_advice_that_stays_the_same_is_not_spoken_again(client_for: ClientFor) -> None:
    enterprise = client_for("enterprise")
    enterprise.get("/needs/new")
    first = _fragment(enterprise, "/needs/coach", VAGUE)
    said = first.all("input", name="coached")[0].attrib["value"]

    assert "data-announce" in first.text
    assert "data-announce" not in _fragment(enterprise, "/needs/coach", VAGUE | {"coached": said}).text


def test_without_scripts_a_button_brings_the_hints_and_keeps_what_was_typed(client_for: ClientFor) -> None:
    enterprise = client_for("enterprise")
    enterprise.get("/needs/new")
    page = enterprise.post("/needs/coach", VAGUE | {"form_id": "abc", "budget_fen": "viel"}, expect=200)

    assert VAGUE["problem"] in page.text and 'value="viel"' in page.text and 'value="abc"' in page.text
    assert page.all("section", id="coach") and "#target" in page.links


def test_checking_an_older_text_does_not_pass_it_off_as_the_newest(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        need = factories.need(session, "enterprise")
    enterprise = client_for("enterprise")
    enterprise.get(f"/needs/{need.id}/edit")
    page = enterprise.post(f"/needs/{need.id}/coach", VAGUE | {"version": "0"}, expect=200)

    assert [field.attrib["value"] for field in page.all("input", name="version")] == ["0"]


def test_a_vague_need_is_published_all_the_same(client_for: ClientFor) -> None:
    enterprise = client_for("enterprise")
    enterprise.get("/needs/new")
    shape = {"industry_code": cast.DYEING, "mode": "any", "confidentiality": "public"}

    enterprise.post("/needs/", VAGUE | shape | {"publish": "1"}, expect=303)


def test_the_page_of_a_draft_says_what_would_help(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        draft = factories.need(session, "enterprise", "draft", title="不行", problem="老坏", target="", keywords=[])
        published = factories.need(session, "enterprise", title="不行", problem="老坏", target="", keywords=[])
    enterprise = client_for("enterprise")

    assert f"/needs/{draft.id}/edit#target" in enterprise.get(f"/needs/{draft.id}").links
    assert f"/needs/{published.id}/edit#target" not in enterprise.get(f"/needs/{published.id}").links
