"""The search box as a combobox: by keyboard, by mouse, with an input method, and what it remembers."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Visitors
from tests.browser.visits import ACROSS, WITHOUT_SCRIPTS, Setting, Visit

across = pytest.mark.parametrize("setting", ACROSS, ids=str)


def box_of(visit: Visit) -> Locator:
    return visit.page.get_by_role("combobox", name=visit.t("Search needs, offerings, instruments and organisations"))


def lines_of(visit: Visit) -> Locator:
    return visit.page.get_by_role("listbox", name=visit.t("Suggestions")).get_by_role("option")


@across
def test_a_page_is_opened_from_the_box_by_keyboard_alone(visit: Visitors, setting: Setting) -> None:
    visitor = visit(setting=setting)
    visitor.go("/")
    box = box_of(visitor)
    box.focus()
    visitor.page.keyboard.type("dsc214")
    expect(lines_of(visitor)).to_have_count(1)
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(visitor.page.locator("#live")).to_contain_text("1")

    visitor.page.keyboard.press("ArrowDown")
    line = lines_of(visitor).first
    expect(line).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", line.get_attribute("id") or "none")
    expect(box).to_be_focused()
    visitor.page.keyboard.press("Enter")
    visitor.is_at(r"/offerings/\d+")
    visitor.sees("NETZSCH DSC 214 Polyma")


@across
def test_arrows_go_round_and_escape_closes_without_losing_what_was_typed(visit: Visitors, setting: Setting) -> None:
    visitor = visit(setting=setting)
    visitor.go("/needs/")
    box = box_of(visitor)
    box.fill("yinran")
    lines = lines_of(visitor)
    expect(lines.first).to_be_visible()
    count = lines.count()
    box.press("ArrowUp")
    expect(lines.nth(count - 1)).to_have_attribute("aria-selected", "true")
    box.press("ArrowDown")
    expect(visitor.page.locator("[role=option][aria-selected=true]")).to_have_count(0)
    assert box.get_attribute("aria-activedescendant") is None

    box.press("ArrowDown")
    box.press("Escape")
    expect(lines).to_have_count(0)
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("yinran")
    box.press("Enter")
    visitor.is_at(r"/search/\?q=yinran")


def test_a_line_is_chosen_with_the_mouse_and_tab_closes_the_list(visit: Visitors) -> None:
    visitor = visit()
    visitor.go("/")
    box = box_of(visitor)
    box.fill("锦澜")
    expect(lines_of(visitor).first).to_be_visible()
    box.press("Tab")
    expect(lines_of(visitor)).to_have_count(0)
    box.fill("锦澜印染")
    lines_of(visitor).filter(has_text="绍兴柯桥锦澜印染有限公司").click()
    visitor.is_at(r"/organisations/\d+")


def test_letters_of_an_input_method_are_left_alone_until_they_are_characters(visit: Visitors) -> None:
    visitor = visit()
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url) if "/suggestions" in request.url else None)
    visitor.go("/")
    box = box_of(visitor)
    box.focus()
    method = visitor.context.new_cdp_session(visitor.page)
    for letters in ("y", "yi", "yin", "yin ran"):
        method.send(
            "Input.imeSetComposition", {"text": letters, "selectionStart": len(letters), "selectionEnd": len(letters)}
        )
    visitor.page.wait_for_timeout(600)
    assert asked == []

    method.send("Input.insertText", {"text": "印染"})
    expect(lines_of(visitor).first).to_be_visible()
    expect(box).to_have_value("印染")
    assert len(asked) == 1


def test_searches_are_remembered_for_who_signed_in_and_forgotten_when_they_leave(visit: Visitors) -> None:
    enterprise = visit()
    enterprise.sign_in("leaver")
    for query in ("染色", "定型机"):
        box_of(enterprise).fill(query)
        box_of(enterprise).press("Enter")
        enterprise.is_at(r"/search/\?q=.*")
    enterprise.go("/")
    box_of(enterprise).focus()
    expect(lines_of(enterprise)).to_have_text(
        [re.compile("定型机"), re.compile("染色"), re.compile(enterprise.t("Forget recent searches"))]
    )
    box_of(enterprise).press("ArrowDown")
    box_of(enterprise).press("Enter")
    enterprise.is_at(r"/search/\?q=.*")
    assert enterprise.page.evaluate("Object.keys(localStorage).length") == 1

    enterprise.page.locator("details[data-menu] summary").click()
    enterprise.page.get_by_role("button", name=enterprise.t("Sign out")).click()
    expect(enterprise.link("Sign in")).to_be_visible()
    assert enterprise.page.evaluate("Object.keys(localStorage).length") == 0
    enterprise.go("/")
    box_of(enterprise).focus()
    expect(lines_of(enterprise)).to_have_count(0)


def test_nothing_is_remembered_of_visitors(visit: Visitors) -> None:
    visitor = visit()
    visitor.go("/")
    box_of(visitor).fill("染色")
    box_of(visitor).press("Enter")
    visitor.is_at(r"/search/\?q=.*")
    assert visitor.page.evaluate("Object.keys(localStorage).length") == 0


@pytest.mark.parametrize("setting", WITHOUT_SCRIPTS, ids=str)
def test_without_scripts_the_box_searches_and_offers_another_spelling(visit: Visitors, setting: Setting) -> None:
    visitor = visit(setting=setting)
    visitor.go("/")
    box = visitor.page.get_by_role("searchbox")
    box.fill("因染")
    box.press("Enter")
    visitor.is_at(r"/search/\?q=.*")
    visitor.sees(visitor.t("Did you mean:"))
    visitor.main().get_by_role("link", name="印染", exact=True).click()
    expect(visitor.region("Results").get_by_role("article").first).to_contain_text("印染")


@across
def test_results_are_narrowed_to_a_kind_without_a_reload(visit: Visitors, setting: Setting) -> None:
    visitor = visit(setting=setting)
    visitor.go("/search/?q=染色")
    stay = visitor.stays_on_page()
    choice = visitor.main().get_by_role("link", name=re.compile(rf"^{visitor.t('Needs')}\s*\d+$"))
    if not choice.is_visible():
        visitor.page.locator("summary", has_text=visitor.t("Filters")).click()
    promised = int(re.findall(r"\d+", choice.inner_text())[-1])
    choice.click()

    visitor.is_at(r"/search/\?.*kind=needs.*")
    text = visitor.t("%(num)s found").replace("%(num)s", str(promised))
    expect(visitor.region("Results")).to_contain_text(re.compile(rf"(?<!\d){re.escape(text)}"))
    assert stay.holds()
