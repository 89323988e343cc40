"""An enterprise posts a vague need and a precise one, and reads why the best match fits."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, expect

from matchmaker import clock
from tests.browser.conftest import Visitors
from tests.browser.visits import WITH_SCRIPTS, WITHOUT_SCRIPTS, Setting, Visit

GOOD = ("%(num)s good match", "%(num)s good matches")

SUBMITTED = "“%(title)s” was submitted; your bureau checks it. These offerings fit it best."

everywhere = pytest.mark.parametrize("setting", WITH_SCRIPTS + WITHOUT_SCRIPTS, ids=str)

VAGUE = "最近布的颜色老是不对\n客户退了好几次货\n想找人来看看怎么办"

PRECISE = {
    "title": "活性染料染色残液脱色回用",
    "problem": "我厂六十四台溢流染色机，活性染料染色残液色度在600倍以上，现在只用混凝沉淀，出水色度还有120倍，"
    "盐分高，回用到前处理和皂洗以后色光偏暗。想做深度脱色。",
    "target": "出水色度降到20倍以下，回用率百分之五十，吨水成本不超过4元。",
}


@everywhere
def test_an_enterprise_signs_in_and_posts_three_vague_lines(visit: Visitors, setting: Setting) -> None:
    enterprise = visit(setting=setting)
    enterprise.sign_in("enterprise")
    enterprise.link("Post a need").click()
    enterprise.fill(problem=VAGUE, title="颜色不对")
    enterprise.choose("industry_code", _industry(setting))
    enterprise.button("Submit and see matches").click()

    enterprise.is_at(r"/needs/\d+/matches")
    enterprise.says(SUBMITTED, title="颜色不对")
    good = enterprise.number_of(*GOOD)
    if good:
        assert _titles(enterprise).count() >= good
    else:
        _expect_advice(enterprise)


def test_what_nobody_offers_is_told_honestly_with_what_to_do_next(visit: Visitors) -> None:
    enterprise = visit("enterprise")
    enterprise.go("/needs/new")
    enterprise.fill(problem="食堂的米饭总是夹生，工人有意见。", title="米饭夹生")
    enterprise.choose("industry_code", _industry(enterprise.setting))
    enterprise.button("Submit and see matches").click()

    enterprise.is_at(r"/needs/\d+/matches")
    assert enterprise.number_of(*GOOD) == 0
    _expect_advice(enterprise)
    enterprise.link("Edit the need").click()
    enterprise.is_at(r"/needs/\d+/edit")
    assert enterprise.value("title") == "米饭夹生"


@everywhere
def test_an_enterprise_posts_a_precise_need_and_reads_why_the_best_match_fits(
    visit: Visitors, setting: Setting
) -> None:
    enterprise = visit("enterprise", setting)
    enterprise.go("/needs/new")
    enterprise.fill(**PRECISE, keywords="染色废水，脱色", budget_fen="120")
    enterprise.choose("industry_code", _industry(setting))
    enterprise.fill(needed_by=(clock.today() + timedelta(days=300)).isoformat())
    enterprise.button("Submit and see matches").click()

    enterprise.is_at(r"/needs/\d+/matches")
    assert enterprise.number_of(*GOOD) >= 1
    best = _titles(enterprise).first
    title = best.inner_text()
    best.click()

    enterprise.is_at(r"/needs/\d+/matches/\d+")
    expect(enterprise.heading("Why they match")).to_be_visible()
    assert 99 <= sum(_shares(enterprise)) <= 101
    need, offering = enterprise.region("The need"), enterprise.region("The offering")
    expect(offering).to_contain_text(title)
    expect(need).to_contain_text(PRECISE["target"])
    assert need.locator("mark").count() >= 3
    assert offering.locator("mark").count() >= 3
    conditions = enterprise.region("Conditions").get_by_role("definition")
    assert conditions.count() == 5
    assert all(text.strip() for text in conditions.all_inner_texts())
    enterprise.link("All matches").click()
    enterprise.is_at(r"/needs/\d+/matches")


def _industry(setting: Setting) -> str:
    return {"zh": "纺织", "en": "Textiles"}[setting.language]


def _titles(visit: Visit) -> Locator:
    return visit.region("Matches").get_by_role("article").get_by_role("heading", level=3).get_by_role("link")


def _shares(visit: Visit) -> list[float]:
    cells = visit.page.get_by_role("table").get_by_role("cell").all_inner_texts()
    return [float(found.group(1)) for text in cells if (found := re.fullmatch(r"\s*([\d.]+)%\s*", text))]


def _expect_advice(visit: Visit) -> None:
    expect(visit.heading("No good match yet")).to_be_visible()
    expect(visit.link("Edit the need")).to_be_visible()
    expect(visit.link("Complexes of this industry")).to_be_visible()
