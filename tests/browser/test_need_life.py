"""A need is submitted, returned once, changed, published, and renewed before it expires."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitors
from tests.browser.scene import ENDING_TITLE, Scene
from tests.browser.visits import Setting

SETTINGS = [Setting("zh", "phone"), Setting("en", "desktop", scripts=False)]


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_a_need_is_returned_once_and_then_published(visit: Visitors, setting: Setting) -> None:
    enterprise, reviewer = visit("enterprise", setting), visit("district", setting)
    enterprise.go("/needs/new")
    title = f"布面油斑去不掉（{setting}）"
    enterprise.fill(problem="定型以后布面有油斑，洗不掉，每百米三四个。", title=title, target="没有油斑就好")
    enterprise.choose("industry_code", {"zh": "纺织", "en": "Textiles"}[setting.language])
    enterprise.button("Submit and see matches").click()
    enterprise.is_at(r"/needs/\d+/matches")
    number = enterprise.page.url.split("/")[-2]

    reviewer.go(f"/needs/{number}/review")
    remark = reviewer.page.locator("#target")
    reviewer.page.locator("details", has=remark).locator("summary").click()
    remark.fill("请写明每百米允许几个。")
    reviewer.button("Return with these remarks").click()
    reviewer.is_at("/needs/queue")

    enterprise.go("/")
    enterprise.main().get_by_role("link", name=title).first.click()
    enterprise.link("Change and submit again").click()
    enterprise.sees("请写明每百米允许几个。")
    enterprise.fill(target="每百米不超过一个油斑")
    enterprise.button("Submit again").click()
    enterprise.is_at(rf"/needs/{number}/matches")

    reviewer.go(f"/needs/{number}/review")
    expect(reviewer.main().locator("ins").first).to_be_visible()
    reviewer.button("Approve and publish").click()
    reviewer.says("“%(title)s” is published.", title=title)
    visitor = visit(setting=setting)
    visitor.go(f"/needs/{number}")
    visitor.sees("每百米不超过一个油斑")


def test_what_expires_soon_is_renewed_by_one_click(visit: Visitors, stage: Scene) -> None:
    enterprise = visit("enterprise")
    enterprise.go("/needs/?ending=1")
    enterprise.main().get_by_role("link", name=ENDING_TITLE).click()
    enterprise.is_at(f"/needs/{stage.ending_need}")
    enterprise.button("Renew").click()
    enterprise.says("“%(title)s” was renewed.", title=ENDING_TITLE)
    expect(enterprise.main().get_by_role("button", name=enterprise.t("Renew"))).to_have_count(0)
