"""Leaving a page: text that was not sent is asked about, and after signing out nothing private comes back."""

import pytest
from playwright.sync_api import Dialog, expect

from tests.browser.conftest import Visitors
from tests.browser.scene import CONFIDENTIAL_PROBLEM, CONFIDENTIAL_TITLE, Scene
from tests.browser.visits import ACROSS, Setting

across = pytest.mark.parametrize("setting", ACROSS, ids=str)


@across
def test_leaving_unsaved_text_is_asked_about(visit: Visitors, setting: Setting) -> None:
    enterprise = visit("enterprise", setting)
    asked: list[str] = []
    enterprise.go("/needs/new")
    enterprise.page.locator("#problem").click()
    enterprise.page.keyboard.type("abc")

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    enterprise.page.once("dialog", stay)
    enterprise.link("Offerings").click(no_wait_after=True)
    expect(enterprise.page.locator("#problem")).to_have_value("abc")
    enterprise.page.wait_for_timeout(200)
    assert asked == ["beforeunload"]
    enterprise.is_at("/needs/new")

    enterprise.page.once("dialog", lambda dialog: dialog.accept())
    enterprise.link("Offerings").click()
    enterprise.is_at("/offerings/")


def test_an_untouched_form_is_left_without_a_question(visit: Visitors) -> None:
    enterprise = visit("enterprise")
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    enterprise.page.on("dialog", leave)
    enterprise.go("/needs/new")
    enterprise.page.locator("#problem").click()
    enterprise.link("Offerings").click()
    enterprise.is_at("/offerings/")
    assert asked == []


@across
def test_after_signing_out_the_back_button_shows_nothing_private(
    visit: Visitors, stage: Scene, setting: Setting
) -> None:
    enterprise = visit(setting=setting)
    enterprise.sign_in("enterprise")
    enterprise.go(f"/needs/{stage.confidential_need}")
    enterprise.sees(CONFIDENTIAL_PROBLEM)
    enterprise.page.locator("details[data-menu] summary").click()
    enterprise.button("Sign out").click()
    enterprise.says("You are signed out.")

    enterprise.page.go_back()
    shown = enterprise.page.locator("body")
    expect(shown).not_to_contain_text(CONFIDENTIAL_PROBLEM)
    expect(shown).not_to_contain_text(CONFIDENTIAL_TITLE)
    expect(enterprise.link("Sign in")).to_be_visible()
