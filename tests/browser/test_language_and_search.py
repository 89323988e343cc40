"""The language changes where one stands, and the one search box finds whatever it is asked for."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitors
from tests.browser.languages import LOCALES
from tests.browser.scene import CONFIDENTIAL_TITLE, Scene
from tests.browser.visits import ACROSS, Setting

across = pytest.mark.parametrize("setting", ACROSS, ids=str)

TAGS = {"zh": "zh-CN", "en": "en"}
#: What kind of thing is sought, what is asked for, and what must be among the results.
SOUGHT = [
    ("Need", "定型机 链条 滴油", CONFIDENTIAL_TITLE),
    ("Service", "染色 中控 助剂", "染色车间中控与助剂自动输送集成"),
    ("Instrument", "DSC 214", "差示扫描量热仪快速热稳定性筛查"),
    ("Instrument", "ｄｓｃ　２１４", "差示扫描量热仪快速热稳定性筛查"),
    ("Enterprise", "锦澜印染", "绍兴柯桥锦澜印染有限公司"),
]

NAMES = {"zh": "中文", "en": "English"}


@across
def test_the_language_changes_and_the_page_stays(visit: Visitors, setting: Setting) -> None:
    visitor = visit(setting=setting)
    path = "/offerings/?kind=instrument&sort=price"
    visitor.go(path)
    other = next(language for language in LOCALES if language != setting.language)
    for language in (other, setting.language):
        visitor.page.locator("details[data-menu] summary").click()
        visitor.page.get_by_role("button", name=NAMES[language]).click()
        expect(visitor.page.locator("html")).to_have_attribute("lang", TAGS[language])
        visitor.is_at(re.escape(path))


def test_chinese_is_what_a_browser_gets_that_asks_for_neither(visit: Visitors) -> None:
    visitor = visit()
    visitor.page.set_extra_http_headers({"Accept-Language": "fr-FR"})
    visitor.go("/")
    expect(visitor.page.locator("html")).to_have_attribute("lang", "zh-CN")


@across
def test_the_search_box_finds_whatever_it_is_asked_for(visit: Visitors, setting: Setting) -> None:
    enterprise = visit("enterprise", setting)
    for kind, query, title in SOUGHT:
        enterprise.go("/")
        box = enterprise.page.locator("#site-search")
        box.fill(query)
        box.press("Enter")

        enterprise.is_at(r"/search/\?q=.*")
        found = enterprise.region("Results").get_by_role("article").filter(has_text=title).first
        expect(found.get_by_role("link").first).to_be_visible()
        expect(found).to_contain_text(enterprise.t(kind))
        assert found.locator("mark").count() >= 1


def test_a_visitor_does_not_find_what_is_for_members(visit: Visitors, stage: Scene) -> None:
    visitor = visit()
    visitor.go(f"/search/?q={CONFIDENTIAL_TITLE}")
    expect(visitor.main().get_by_role("link", name=CONFIDENTIAL_TITLE)).to_have_count(0)
