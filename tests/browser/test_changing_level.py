"""A complex says that its level changed, the city confirms it, and an earlier day still shows what held then."""

from playwright.sync_api import Locator, expect

from matchmaker import clock
from tests.browser.conftest import Visitors
from tests.browser.scene import Scene
from tests.browser.visits import Setting, Visit

SETTINGS = [Setting("zh", "phone"), Setting("en", "desktop", scripts=False)]
#: What the page says of a level.
LEVELS = ("Provincial", "City level", "County level", "Planned")


def test_a_confirmed_level_shows_from_its_day_on_and_not_before(visit: Visitors, stage: Scene) -> None:
    provider, district, city = (visit(role) for role in ("complex", "district", "city"))
    page = f"/organisations/{stage.complex}"
    today, earlier = clock.today(), clock.today().replace(month=7, day=1, year=clock.today().year - 1)
    provider.go(page)
    assert _level(provider) == "City level"

    provider.go(f"{page}/profile/edit")
    provider.page.locator("#level").select_option("provincial")
    provider.page.locator("#status").select_option("creating")
    provider.fill(valid_from=today.isoformat(), note="省级创建名单公布，文号见附件。")
    provider.button("Send to the bureau").click()
    provider.says("Sent to the bureau. Until it confirms, the page shows what held before.")
    proposal = provider.path
    provider.go(page)
    assert _level(provider) == "City level"

    # The provincial list is not the district's to confirm.
    district.go(proposal)
    district.sees(district.t("The provincial list is the city bureau's to confirm."))
    expect(district.button("Confirm")).to_have_count(0)
    city.go("/organisations/proposals?state=proposed")
    city.main().locator(f"a[href='{proposal}']").click()
    city.button("Confirm").click()
    city.says("Confirmed. It holds from %(day)s on.", day=today.isoformat())

    for setting in SETTINGS:
        visitor = visit(setting=setting)
        visitor.go(page)
        assert _level(visitor) == "Provincial"
        visitor.go(f"{page}?on={earlier.isoformat()}")
        visitor.sees(visitor.t("This is what held on %(day)s.", day=earlier.isoformat()))
        assert _level(visitor) == "City level"
        visitor.go(f"/organisations/?kind=complex&level=provincial&on={earlier.isoformat()}")
        expect(_listed(visitor, page)).to_have_count(0)
        visitor.go("/organisations/?kind=complex&level=provincial&district=330603")
        expect(_listed(visitor, page)).to_have_count(1)


def _level(visit: Visit) -> str:
    """Return the level that the shown page of a complex states, by its English name."""
    stated = visit.region("Profile").locator("dt", has_text=visit.t("Level")).first.locator("xpath=following::dd[1]")
    text = stated.inner_text()
    found = [level for level in LEVELS if text.startswith(visit.t(level))]
    assert len(found) == 1, text
    return found[0]


def _listed(visit: Visit, page: str) -> Locator:
    return visit.region("Results").locator(f"article a[href^='{page}']")
