"""A complex lists a service, finds the confidential need it fits, and the enterprise finds the service at once."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitors
from tests.browser.scene import CONFIDENTIAL_PROBLEM, CONFIDENTIAL_TITLE, Scene
from tests.browser.visits import WITH_SCRIPTS, WITHOUT_SCRIPTS, Setting, Visit

everywhere = pytest.mark.parametrize("setting", WITH_SCRIPTS + WITHOUT_SCRIPTS, ids=str)

DESCRIPTION = (
    "为印染企业的定型机更换链条润滑方式：清除导轨结焦，改用二百五十度不碳化的长效润滑脂和定量注油装置，"
    "链条不再滴油，布面油斑每百米少于半个，停机两天完成，保用六十天。"
)


@everywhere
def test_a_complex_lists_a_service_and_finds_the_need_it_fits(visit: Visitors, stage: Scene, setting: Setting) -> None:
    title = f"定型机链条润滑改造（{setting}）"
    provider = visit("complex", setting)
    provider.go("/")
    provider.link("List an offering").click()
    provider.fill(title=title, description=DESCRIPTION, keywords="定型机，链条润滑", price_min="38000")
    provider.choose("category_code", _category(setting))
    provider.button("Publish and see needs").click()

    provider.is_at(r"/offerings/\d+/matches")
    provider.says("“%(title)s” is published. It could serve these needs.", title=title)
    found = provider.region("Matches").get_by_role("link", name=CONFIDENTIAL_TITLE, exact=True)
    expect(found).to_be_visible()
    found.click()
    provider.is_at(rf"/offerings/\d+/matches/{stage.confidential_need}")
    expect(provider.heading("Why they match")).to_be_visible()
    # Complexes read in full what is for members only.
    expect(provider.region("The need")).to_contain_text(CONFIDENTIAL_PROBLEM)

    _finds(visit("enterprise", setting), stage, title)
    visit("visitor", setting).go(f"/needs/{stage.confidential_need}", expect_status=404)


def _finds(enterprise: Visit, stage: Scene, title: str) -> None:
    """The enterprise, at another browser, sees the new service among its need's matches without waiting."""
    enterprise.go(f"/needs/{stage.confidential_need}/matches")
    match = enterprise.region("Matches").get_by_role("article").filter(has_text=title)
    expect(match).to_have_count(1)
    match.get_by_role("heading", level=3).get_by_role("link").click()
    enterprise.is_at(rf"/needs/{stage.confidential_need}/matches/\d+\?at=\d+")
    expect(enterprise.region("The offering")).to_contain_text(DESCRIPTION)


def _category(setting: Setting) -> str:
    return {"zh": "共性关键技术研发", "en": "Generic key technology R&D"}[setting.language]
