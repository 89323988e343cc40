"""Signing in, registering, posting, and looking around with Tab, Enter, arrows and typing alone."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser import scene
from tests.browser.conftest import Visitors
from tests.browser.visits import ACROSS, Setting, Visit
from tests.support.factories import credit_code

#: More stops than any page has before its main part's end.
MOST_STOPS = 80
#: More presses than bring a wide table to its end.
MOST_PRESSES = 80

CHOICES = {
    "zh": {"district_code": "上虞区", "industry_code": "纺织"},
    "en": {"district_code": "Shangyu District", "industry_code": "Textiles"},
}


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


@pytest.mark.parametrize("setting", ACROSS, ids=str)
def test_a_firm_is_registered_by_keyboard(visit: Visitors, setting: Setting) -> None:
    newcomer = visit(setting=setting)
    newcomer.go("/register")
    _type_into(newcomer, "name", f"上虞{setting.language}静夜思陶瓷有限公司")
    _type_into(newcomer, "credit_code", credit_code()[:-1])
    _choose(newcomer, "kind", "enterprise")
    for name, words in CHOICES[setting.language].items():
        _type_into(newcomer, f"{name}-ts-control", words)
        newcomer.page.keyboard.press("Enter")
    _type_into(newcomer, "person_name", "键盘先生")
    _type_into(newcomer, "email", f"keys-{setting}@joining.example")
    _type_into(newcomer, "password", "kilns and looms at dawn")
    newcomer.page.keyboard.press("Enter")

    # The answer's first stop is what is wrong, and leads to its field.
    summary = newcomer.page.locator("#form-errors")
    expect(summary).to_be_focused()
    newcomer.page.keyboard.press("Tab")
    newcomer.page.keyboard.press("Enter")
    code = newcomer.page.locator("#credit_code")
    expect(code).to_be_focused()
    newcomer.page.keyboard.press("ControlOrMeta+A")
    newcomer.page.keyboard.insert_text(credit_code())
    _type_into(newcomer, "password", "kilns and looms at dawn")
    register = newcomer.main().get_by_role("button", name=newcomer.t("Register"), exact=True)
    _tab_to(newcomer, register)
    newcomer.page.keyboard.press("Enter")
    newcomer.is_at("/register/sent")


@pytest.mark.parametrize("setting", ACROSS, ids=str)
def test_coverage_and_directory_are_looked_through_by_keyboard(visit: Visitors, setting: Setting) -> None:
    visitor = visit(setting=setting)
    press = visitor.page.keyboard.press
    visitor.go("/organisations/coverage")
    _tab_to(visitor, visitor.page.locator("summary", has_text=visitor.t("Every empty cell")))
    press("Enter")
    expect(visitor.page.locator("#empty-cells")).to_be_visible()
    grid = visitor.region("Industry by district")
    _tab_to(visitor, grid)
    for _press in range(MOST_PRESSES):
        if grid.evaluate("(region) => region.scrollLeft + region.clientWidth >= region.scrollWidth - 1"):
            break
        press("ArrowRight")
    else:
        raise AssertionError("the arrows do not lead to the end of the grid")

    visitor.go("/organisations/coverage")
    tile = visitor.main().locator("svg a[href*='330603']")
    _tab_to(visitor, tile)
    press("Enter")

    visitor.is_at(r"/organisations/\?.*district=330603.*")
    fold = visitor.page.locator("summary", has_text=visitor.t("Filters"))
    if fold.is_visible():
        _tab_to(visitor, fold)
        press("Enter")
    _tab_to(visitor, visitor.main().locator("svg a[aria-current]"))
    level = visitor.page.locator("details.facet > summary", has_text=visitor.t("Level"))
    _tab_to(visitor, level)
    press("Enter")
    choice = visitor.main().get_by_role("link", name=re.compile(rf"^{visitor.t('City level')}\s*\d+$"))
    expect(choice).to_be_visible()
    promised = int(re.findall(r"\d+", choice.inner_text())[-1])
    _tab_to(visitor, choice)
    press("Enter")
    visitor.is_at(r"/organisations/\?.*level=city.*")
    expect(visitor.page.locator("#results")).to_be_focused()
    expect(visitor.region("Results").get_by_role("article")).to_have_count(promised)


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


def _type_into(visit: Visit, name: str, text: str) -> None:
    _tab_to(visit, visit.page.locator(f"#{name}"))
    visit.page.keyboard.insert_text(text)


def _choose(visit: Visit, name: str, value: str) -> None:
    """Go down a short list until ``value`` is chosen."""
    box = visit.page.locator(f"#{name}")
    _tab_to(visit, box)
    for _step in range(box.locator("option").count()):
        if box.input_value() == value:
            return
        visit.page.keyboard.press("ArrowDown")
    expect(box).to_have_value(value)


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
