"""Bureau staff follow a need and an offering; the neighbours' bureau learns of neither; an admin shuts somebody out."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser import scene
from tests.browser.conftest import Visitors
from tests.browser.scene import CONFIDENTIAL_PROBLEM, CONFIDENTIAL_TITLE, FAR_PROBLEM, FAR_TITLE, Scene
from tests.browser.visits import ACROSS, WITHOUT_SCRIPTS, Setting, Visit

#: The district of the enterprise, the complex and the bureau whose people sign in here.
HERE = "330603"

#: Both offices in both languages, on both devices, with JavaScript and without.
OFFICES = [
    ("city", Setting("zh", "desktop")),
    ("city", Setting("en", "phone")),
    ("city", Setting("en", "desktop", scripts=False)),
    ("district", Setting("zh", "phone")),
    ("district", Setting("en", "desktop")),
    ("district", Setting("zh", "phone", scripts=False)),
]


@pytest.mark.parametrize(("role", "setting"), OFFICES, ids=str)
def test_the_bureau_follows_a_need_and_what_is_offered_for_it(
    visit: Visitors, stage: Scene, setting: Setting, role: str
) -> None:
    bureau = visit(role, setting)
    bureau.go(f"/needs/?district={HERE}")
    bureau.page.get_by_role("link", name=CONFIDENTIAL_TITLE, exact=True).click()
    bureau.is_at(f"/needs/{stage.confidential_need}")
    bureau.sees(CONFIDENTIAL_PROBLEM)
    bureau.link("See matches").click()
    bureau.is_at(f"/needs/{stage.confidential_need}/matches")
    expect(bureau.region("Matches")).to_be_visible()

    bureau.go(f"/offerings/{stage.offering}")
    bureau.link("See needs it could serve").click()
    bureau.is_at(f"/offerings/{stage.offering}/matches")
    _matches(bureau).first.click()
    bureau.is_at(rf"/offerings/{stage.offering}/matches/\d+")
    expect(bureau.heading("Why they match")).to_be_visible()


@pytest.mark.parametrize("setting", [*ACROSS, *WITHOUT_SCRIPTS[:1]], ids=str)
def test_another_districts_bureau_does_not_learn_of_a_confidential_need(
    visit: Visitors, stage: Scene, setting: Setting
) -> None:
    neighbours = visit("district", setting)
    for path in (f"/needs/{stage.far_need}", f"/needs/{stage.far_need}/matches"):
        neighbours.go(path, expect_status=404)
        expect(neighbours.heading("Not found")).to_be_visible()
    neighbours.go(f"/search/?q={FAR_TITLE}")
    expect(neighbours.main().get_by_role("link", name=FAR_TITLE)).to_have_count(0)

    city = visit("city", setting)
    city.go(f"/needs/{stage.far_need}")
    city.sees(FAR_PROBLEM)
    city.go(f"/search/?q={FAR_TITLE}")
    expect(city.main().get_by_role("link", name=FAR_TITLE)).to_have_count(1)


@pytest.mark.parametrize("setting", ACROSS, ids=str)
def test_whoever_is_disabled_is_out_at_once(visit: Visitors, setting: Setting) -> None:
    leaver, admin = visit(setting=setting), visit("admin", setting)
    leaver.sign_in("leaver")
    leaver.go("/needs/new")
    admin.go("/")
    admin.link("People").click()
    _button_of(admin, "Disable").click()
    admin.says("%(name)s can no longer sign in, and every session of theirs has ended.", name=scene.LEAVER)

    leaver.page.reload()
    leaver.is_at(r"/sign-in\?next=.*")
    leaver.page.get_by_label(leaver.t("E-mail address")).fill(scene.EMAILS["leaver"])
    leaver.page.get_by_label(leaver.t("Password")).fill(scene.PASSWORD)
    leaver.main().get_by_role("button", name=leaver.t("Sign in")).click()
    expect(leaver.page.get_by_role("alert").first).to_contain_text(
        leaver.t("Address and password do not belong together.")
    )

    _button_of(admin, "Enable").click()
    admin.says("%(name)s can sign in again.", name=scene.LEAVER)


def _matches(visit: Visit) -> Locator:
    return visit.region("Matches").get_by_role("article").get_by_role("heading", level=3).get_by_role("link")


def _button_of(admin: Visit, msgid: str) -> Locator:
    """The button in the row of the person who is here to be shut out."""
    row = admin.page.get_by_role("row").filter(has_text=scene.EMAILS["leaver"])
    return row.get_by_role("button", name=admin.t(msgid))
