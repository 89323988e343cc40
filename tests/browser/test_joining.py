"""A firm joins: it registers, is approved, invites a colleague, posts a vague need, mends it, and renews it."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from matchmaker import clock
from tests.browser.conftest import Visitors
from tests.browser.mailbox import Mailbox
from tests.browser.visits import Setting, Visit
from tests.support.factories import credit_code

#: Of the demo data; the firm that registers has the same name but for place and form.
TWIN = "绍兴柯桥锦澜印染有限公司"
NAMES = {"zh": "浙江锦澜印染股份有限公司", "en": "诸暨锦澜印染厂"}

PASSWORD = "seven looms under rain"
WRONG_DIGIT = "The check digit does not fit: a character is wrong, or two changed places."
ALIKE = "The names differ only in place, form of company or spelling."
NO_FIGURE = "The target has no figure that could be checked."
REMARK = "请写明在什么布上测。"

SETTINGS = [Setting("zh", "phone"), Setting("en", "desktop", scripts=False)]


@pytest.fixture
def mailbox(instance: Path) -> Mailbox:
    """The letters of the site that this worker runs."""
    return Mailbox(instance)


@pytest.fixture
def age(instance: Path) -> Callable[[int], None]:
    """Let a need stand as it will a few days before its end."""

    def bring_close(need_id: int) -> None:
        last_day = (clock.today() + timedelta(days=3)).isoformat()
        with closing(sqlite3.connect(instance / "matchmaker.db", timeout=20)) as database, database:
            moved = database.execute("UPDATE need SET valid_until = ? WHERE id = ?", (last_day, need_id))
            assert moved.rowcount == 1

    return bring_close


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_a_firm_joins_and_its_first_need_is_published_and_renewed(
    visit: Visitors, mailbox: Mailbox, age: Callable[[int], None], setting: Setting
) -> None:
    name, email = NAMES[setting.language], f"boss-{setting}@joining.example"
    manager, reviewer = visit(setting=setting), visit("district", setting)
    _register(manager, name, email)
    manager.go(mailbox.link_to(email, "/register/"))
    manager.sees(name)
    manager.main().get_by_role("button", name=manager.t("Register"), exact=True).click()
    manager.says("%(name)s is registered and awaits the bureau's approval.", name=name)

    _approve(reviewer, name)
    manager.go(mailbox.link_to(email, "/registrations/"))
    expect(manager.main()).to_contain_text(manager.t("Approved by the bureau"))
    colleague = visit(setting=setting)
    _bring_in(manager, colleague, mailbox, email=f"colleague-{setting}@joining.example", firm=name)

    title = f"布面颜色不匀（{setting}）"
    need_id = _post_with_the_coach(colleague, title)
    _return(reviewer, title)
    _mend(colleague, title)
    _publish(reviewer, title)
    colleague.go(f"/needs/{need_id}")
    expect(colleague.button("Renew")).to_have_count(0)
    age(need_id)
    # Whoever acts for the firm renews what a colleague posted.
    manager.go(f"/needs/{need_id}")
    manager.button("Renew").click()
    manager.says("“%(title)s” was renewed.", title=title)
    expect(manager.button("Renew")).to_have_count(0)


def _register(manager: Visit, name: str, email: str) -> None:
    """A wrong code is told at its field, a twin with the reason; then the letter is on its way."""
    code = credit_code()
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    district, industry = {"zh": ("柯桥区", "纺织"), "en": ("Keqiao District", "Textiles")}[manager.setting.language]
    manager.go("/register")
    manager.fill(name=name, credit_code=wrong, person_name="新任厂长", email=email, password=PASSWORD)
    manager.page.locator("#kind").select_option("enterprise")
    manager.choose("district_code", district)
    manager.choose("industry_code", industry)
    register = manager.main().get_by_role("button", name=manager.t("Register"), exact=True)
    register.click()
    field = manager.page.locator("#credit_code")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile(re.escape(manager.t(WRONG_DIGIT))))
    assert manager.value("name") == name
    assert manager.value("password") == ""

    manager.fill(credit_code=code, password=PASSWORD)
    register.click()
    twins = manager.region("Is it one of these?")
    twin = twins.get_by_role("listitem").filter(has=manager.page.get_by_role("link", name=TWIN, exact=True))
    expect(twin).to_contain_text(manager.t(ALIKE))
    # Without a word on the twin it does not go on.
    manager.fill(password=PASSWORD)
    register.click()
    expect(twins).to_be_visible()
    manager.page.get_by_label(manager.t("It is none of these; it is a different organisation.")).check()
    manager.fill(password=PASSWORD)
    register.click()
    manager.is_at("/register/sent")


def _approve(reviewer: Visit, name: str) -> None:
    reviewer.go("/registrations/")
    row = reviewer.page.get_by_role("row").filter(has=reviewer.page.get_by_role("link", name=name, exact=True))
    expect(row).to_contain_text(TWIN)
    row.get_by_role("link", name=name, exact=True).click()
    reviewer.is_at(r"/registrations/\d+")
    expect(reviewer.region("May be the same as")).to_contain_text(reviewer.t(ALIKE))
    reviewer.button("Approve").click()
    reviewer.says("%(name)s is approved; its managers are told.", name=name)
    expect(reviewer.main().get_by_role("link", name=name, exact=True)).to_have_count(0)


def _bring_in(manager: Visit, colleague: Visit, mailbox: Mailbox, *, email: str, firm: str) -> None:
    manager.link("People").click()
    manager.is_at(r"/organisations/\d+/people")
    manager.fill(email=email)
    manager.button("Send the invitation").click()
    manager.says("The invitation is on its way to %(email)s.", email=email)

    colleague.go(mailbox.link_to(email, "/invitations/"))
    colleague.sees(firm)
    colleague.fill(person_name="新来同事", password=PASSWORD)
    colleague.button("Accept").click()
    colleague.says("You now act for %(name)s.", name=firm)


def _post_with_the_coach(enterprise: Visit, title: str) -> int:
    """Three vague words; the coach asks for a figure, its link leads to the field, and a figure contents it."""
    enterprise.link("Post a need").click()
    enterprise.is_at("/needs/new")
    enterprise.fill(title=title, problem="染出来的布颜色老是不匀，客户退货。", target="好一点")
    enterprise.choose("industry_code", {"zh": "纺织", "en": "Textiles"}[enterprise.setting.language])
    hint = _hint(enterprise)
    expect(hint).to_be_visible()
    hint.click()
    enterprise.is_at(r"/\S*#target")
    enterprise.fill(target="色差从 1.6 降到 0.8")
    expect(_hint(enterprise)).to_have_count(0)
    enterprise.button("Submit and see matches").click()
    enterprise.is_at(r"/needs/\d+/matches")
    return enterprise.id_in_path()


def _hint(enterprise: Visit) -> Locator:
    if not enterprise.setting.scripts:
        enterprise.button("Check my text").click()
    expect(enterprise.page.locator("#coach")).to_be_visible()
    return enterprise.page.locator("#coach").get_by_role("link", name=enterprise.t(NO_FIGURE))


def _return(reviewer: Visit, title: str) -> None:
    _open_check(reviewer, title)
    remark = reviewer.page.locator("#target")
    reviewer.page.locator("details", has=remark).locator("summary").click()
    remark.fill(REMARK)
    reviewer.button("Return with these remarks").click()
    reviewer.is_at("/needs/queue")


def _mend(enterprise: Visit, title: str) -> None:
    enterprise.go("/")
    enterprise.main().get_by_role("link", name=title).first.click()
    enterprise.link("Change and submit again").click()
    expect(enterprise.page.locator("#target-remark")).to_contain_text(REMARK)
    enterprise.fill(target="纯棉针织布上色差从 1.6 降到 0.8")
    enterprise.button("Submit again").click()
    enterprise.is_at(r"/needs/\d+/matches")


def _publish(reviewer: Visit, title: str) -> None:
    _open_check(reviewer, title)
    expect(reviewer.main().locator("ins").first).to_be_visible()
    reviewer.button("Approve and publish").click()
    reviewer.says("“%(title)s” is published.", title=title)


def _open_check(reviewer: Visit, title: str) -> None:
    """From the queue, as a reviewer goes."""
    # The newest stands last, and other journeys submit needs too.
    reviewer.go("/needs/queue?page=999")
    row = reviewer.page.get_by_role("row").filter(has_text=title)
    row.get_by_role("link", name=reviewer.t("Check")).click()
    reviewer.is_at(r"/needs/\d+/review")
