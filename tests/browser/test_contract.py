"""A contract comes of an introduction, milestones are reached, a service is recorded, confirmed and rated."""

import pytest
from playwright.sync_api import expect

from matchmaker import clock
from tests.browser.conftest import Visitors
from tests.browser.looking import faults_of, overflow_of
from tests.browser.scene import Scene
from tests.browser.steps import confirm_service
from tests.browser.visits import Setting, Visit

SETTINGS = [Setting("zh", "phone"), Setting("en", "desktop", scripts=False)]


def test_from_an_introduction_to_a_confirmed_service(visit: Visitors, stage: Scene) -> None:
    setting = Setting("zh", "phone")
    provider, enterprise = visit("complex", setting), visit("enterprise", setting)
    provider.go(f"/introductions/{stage.introduction}")
    provider.link("Write down the contract").click()
    provider.is_at(r"/contracts/new\?.*")
    assert provider.value("title"), "filled in from the introduction"
    today = clock.today().isoformat()
    provider.choose("kind", provider.t("Technology service"))
    provider.choose("category_code", "公共检测")
    provider.fill(contract_amount_fen="1.2万", technology_amount_fen="13000", signed_on=today, starts_on=today)
    provider.fill(ends_on=today)
    provider.page.locator("[name='milestone-0-title']").fill("交付报告")
    provider.page.locator("[name='milestone-0-due_on']").fill(today)
    provider.button("Save and ask the other side to confirm").click()
    provider.sees(provider.t("The technology amount is a part of the contract amount and never more than that."))
    provider.fill(technology_amount_fen="10000.50")
    provider.button("Save and ask the other side to confirm").click()
    provider.is_at(r"/contracts/\d+")
    path = provider.path

    enterprise.go("/")
    enterprise.main().locator("a[href='/contracts/?waiting=1']").click()
    enterprise.main().locator(f"a[href='{path}']").first.click()
    enterprise.button("Confirm").click()
    enterprise.says("Both sides have confirmed it: the contract is in force.")
    enterprise.main().get_by_role("button", name=enterprise.t("Reached")).first.click()
    enterprise.says("The milestone is kept.")
    assert not faults_of(enterprise.page) and not overflow_of(enterprise.page)

    provider.go(path)
    provider.link("Record a service").click()
    provider.fill(description="上机打样两天，出具报告。", served_on=today, amount_fen="0.6万")
    provider.choose("paid_by", provider.t("The enterprise"))
    provider.button("Record the service").click()
    provider.is_at(r"/services/\d+")
    _confirm(enterprise, provider.path)


def _confirm(enterprise: Visit, path: str) -> None:
    enterprise.go("/")
    enterprise.main().locator("a[href='/services/to-confirm']").click()
    enterprise.main().locator(f"a[href='{path}']").click()
    confirm_service(enterprise)
    enterprise.sees(enterprise.t("5 – very content"))


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_the_bureau_opens_the_records_behind_a_figure(visit: Visitors, setting: Setting) -> None:
    bureau = visit("city", setting)
    bureau.go("/contracts/")
    bureau.link("From match to effect").click()
    bureau.is_at(r"/funnel/.*")
    expect(bureau.main().locator("svg.funnel-bar").first).to_be_visible()
    figure = bureau.main().locator("a[href*='step=contract']").first
    number = int(figure.inner_text())
    figure.click()
    expect(bureau.main().locator("tbody tr")).to_have_count(number)
    if setting.scripts:
        assert not faults_of(bureau.page) and not overflow_of(bureau.page)
