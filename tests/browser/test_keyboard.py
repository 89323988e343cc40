"""The whole way from signing in to the first match with Tab, Enter and typing alone."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser import scene
from tests.browser.conftest import Visitors
from tests.browser.visits import ACROSS, Setting, Visit

#: More stops than any page has before its main part's end.
MOST_STOPS = 80


@pytest.mark.parametrize("setting", ACROSS, ids=str)
def test_a_need_is_posted_and_its_first_match_opened_by_keyboard(visit: Visitors, setting: Setting) -> None:
    enterprise = visit(setting=setting)
    keyboard = enterprise.page.keyboard
    enterprise.go("/sign-in")
    _tab_to(enterprise, enterprise.page.get_by_label(enterprise.t("E-mail address")))
    keyboard.type(scene.EMAILS["enterprise"])
    keyboard.press("Tab")
    keyboard.type(scene.PASSWORD)
    keyboard.press("Enter")

    enterprise.is_at("/")
    _tab_to(enterprise, enterprise.main().get_by_role("link", name=enterprise.t("Post a need"), exact=True).first)
    keyboard.press("Enter")
    enterprise.is_at("/needs/new")
    _tab_to(enterprise, enterprise.page.locator("#problem"))
    keyboard.insert_text("活性染料染色残液色度高，想脱色后回用，现在只有混凝沉淀。")
    _tab_to(enterprise, enterprise.page.locator("#title"))
    keyboard.insert_text("染色残液脱色回用")
    _tab_to(enterprise, enterprise.page.locator("#industry_code-ts-control"))
    keyboard.insert_text({"zh": "纺织", "en": "Textiles"}[setting.language])
    keyboard.press("Enter")
    _tab_to(enterprise, enterprise.button("Submit and see matches"))
    keyboard.press("Enter")

    enterprise.is_at(r"/needs/\d+/matches")
    first = enterprise.region("Matches").get_by_role("article").first.get_by_role("link").first
    _tab_to(enterprise, first)
    keyboard.press("Enter")
    enterprise.is_at(r"/needs/\d+/matches/\d+")


def test_the_first_stop_leads_past_the_header(visit: Visitors) -> None:
    visitor = visit()
    visitor.go("/needs/")
    visitor.page.keyboard.press("Tab")
    skip = visitor.link("Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    visitor.page.keyboard.press("Enter")
    visitor.page.keyboard.press("Tab")
    assert visitor.main().evaluate("(main) => main.contains(document.activeElement)")


def _tab_to(visit: Visit, target: Locator) -> None:
    """Press Tab until ``target`` has the focus, and see that it shows."""
    expect(target).to_be_attached()
    for _stop in range(MOST_STOPS):
        visit.page.keyboard.press("Tab")
        if target.evaluate("(element) => element === document.activeElement"):
            assert _shows_focus(target), "nothing shows that it has the focus"
            return
    raise AssertionError(f"{MOST_STOPS} stops did not lead to {target}")


def _shows_focus(target: Locator) -> bool:
    """Whether the element, or the box drawn around it, has an outline, a ring or a border of another colour."""
    return bool(
        target.evaluate(
            """(element) => [element, element.parentElement].some((box) => {
              const style = getComputedStyle(box);
              return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== "none";
            })"""
        )
    )
