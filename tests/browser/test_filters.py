"""Narrowing matches and lists: in place where there is JavaScript, by a button or a link where there is none."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitors
from tests.browser.scene import Scene
from tests.browser.visits import ACROSS, WITH_SCRIPTS, WITHOUT_SCRIPTS, Setting, Visit

with_scripts = pytest.mark.parametrize("setting", WITH_SCRIPTS, ids=str)
without_scripts = pytest.mark.parametrize("setting", WITHOUT_SCRIPTS, ids=str)


@with_scripts
def test_matches_are_narrowed_without_a_reload(visit: Visitors, stage: Scene, setting: Setting) -> None:
    enterprise = visit("enterprise", setting)
    matches = f"/needs/{stage.public_need}/matches"
    enterprise.go(matches)
    stay = enterprise.stays_on_page()
    every_kind = _match_count(enterprise)
    enterprise.filter("kind").select_option("instrument")

    enterprise.is_at(rf"{matches}\?.*kind=instrument.*")
    _expect_only(enterprise, "Instrument")
    assert stay.holds()
    enterprise.page.reload()
    _expect_only(enterprise, "Instrument")
    enterprise.page.go_back()
    enterprise.is_at(matches)
    assert _match_count(enterprise) == every_kind


@without_scripts
def test_matches_are_narrowed_by_a_button(visit: Visitors, stage: Scene, setting: Setting) -> None:
    enterprise = visit("enterprise", setting)
    matches = f"/needs/{stage.public_need}/matches"
    enterprise.go(matches)
    enterprise.filter("kind").select_option("instrument")
    enterprise.button("Apply").click()

    enterprise.is_at(rf"{matches}\?.*kind=instrument.*")
    _expect_only(enterprise, "Instrument")


@pytest.mark.parametrize("setting", ACROSS, ids=str)
def test_a_list_is_narrowed_and_sorted_without_a_reload(visit: Visitors, setting: Setting) -> None:
    visitor = visit(setting=setting)
    visitor.go("/offerings/")
    stay = visitor.stays_on_page()
    count = _narrow(visitor)

    visitor.is_at(r"/offerings/\?kind=instrument")
    expect(visitor.region("Results").get_by_role("article")).not_to_have_count(0)
    _expect_count(visitor, count)
    visitor.link("Price").click()
    visitor.is_at(r"/offerings/\?kind=instrument&sort=price")
    expect(visitor.page.get_by_role("link", name=visitor.t("Price"), exact=True)).to_have_attribute(
        "aria-current", "true"
    )
    assert stay.holds()


@without_scripts
def test_a_list_is_narrowed_by_its_links(visit: Visitors, setting: Setting) -> None:
    visitor = visit(setting=setting)
    visitor.go("/offerings/")
    count = _narrow(visitor)

    visitor.is_at(r"/offerings/\?kind=instrument")
    _expect_count(visitor, count)


def test_a_keyboard_user_stays_at_the_filter_that_they_changed(visit: Visitors, stage: Scene) -> None:
    enterprise = visit("enterprise")
    enterprise.go(f"/needs/{stage.public_need}/matches")
    kind = enterprise.filter("kind")
    kind.focus()
    enterprise.page.keyboard.press("ArrowDown")

    enterprise.is_at(r"/needs/\d+/matches\?.*kind=\w+.*")
    expect(kind).to_be_focused()


def _narrow(visitor: Visit) -> int:
    """Choose the instruments and return how many the list promised."""
    choice = visitor.main().get_by_role("link", name=re.compile(rf"^{visitor.t('Instrument')}\s*\d+$"))
    if not choice.is_visible():
        visitor.page.locator("summary", has_text=visitor.t("Filters")).click()
    promised = int(re.findall(r"\d+", choice.inner_text())[-1])
    choice.click()
    return promised


def _expect_count(visitor: Visit, count: int) -> None:
    text = visitor.t("%(num)s found").replace("%(num)s", str(count))
    expect(visitor.region("Results")).to_contain_text(re.compile(rf"(?<!\d){re.escape(text)}"))


def _match_count(visit: Visit) -> int:
    articles = visit.region("Matches").get_by_role("article")
    expect(articles).not_to_have_count(0)
    return articles.count()


def _expect_only(visit: Visit, kind: str) -> None:
    """Wait until every match is of this kind; there may be none."""
    articles = visit.region("Matches").get_by_role("article")
    others = articles.filter(has_not=visit.page.get_by_text(visit.t(kind), exact=True))
    expect(others).to_have_count(0)
