"""The coach speaks up after a pause in typing, in both languages, with and without scripts, on desk and phone."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitors
from tests.browser.visits import WITH_SCRIPTS, WITHOUT_SCRIPTS, Setting

NO_FIGURE = "The target has no figure that could be checked."


@pytest.mark.parametrize("setting", WITH_SCRIPTS, ids=str)
def test_hints_follow_the_typing(visit: Visitors, setting: Setting) -> None:
    enterprise = visit("enterprise", setting=setting)
    enterprise.go("/needs/new")
    enterprise.fill(title="颜色不对", problem="颜色老是不对", target="好一点")
    coach = enterprise.page.locator("#coach")
    hint = coach.get_by_role("link", name=enterprise.t(NO_FIGURE))
    expect(hint).to_be_visible()
    hint.click()
    expect(enterprise.page.locator("#target")).to_be_focused()
    enterprise.fill(target="色差从 1.6 降到 0.8")
    expect(hint).to_have_count(0)


@pytest.mark.parametrize("setting", WITHOUT_SCRIPTS, ids=str)
def test_a_button_brings_them_without_scripts(visit: Visitors, setting: Setting) -> None:
    enterprise = visit("enterprise", setting=setting)
    enterprise.go("/needs/new")
    enterprise.fill(title="颜色不对", problem="颜色老是不对", target="好一点")
    enterprise.button("Check my text").click()
    expect(enterprise.page.locator("#coach").get_by_role("link", name=enterprise.t(NO_FIGURE))).to_be_visible()
    assert enterprise.value("problem") == "颜色老是不对"
