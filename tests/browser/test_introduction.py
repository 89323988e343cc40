"""An enterprise asks from a match, the complex answers, they write, a broker comes in, and nothing comes of it."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitors
from tests.browser.looking import faults_of, overflow_of
from tests.browser.scene import EMAILS, Scene
from tests.browser.visits import WITH_SCRIPTS, WITHOUT_SCRIPTS, Setting, Visit
from tests.support import papers

everywhere = pytest.mark.parametrize("setting", WITH_SCRIPTS + WITHOUT_SCRIPTS, ids=str)


@everywhere
def test_from_a_match_to_a_reason_why_nothing_came_of_it(visit: Visitors, stage: Scene, setting: Setting) -> None:
    enterprise, provider, broker = (visit(role, setting) for role in ("enterprise", "complex", "newcomer"))
    said, answered = f"想先试一桶水（{setting}）", f"可以试，费用两千（{setting}）"
    path = _ask(enterprise, stage, said)

    provider.go("/")
    provider.main().locator("a[href*='/introductions/?ours=1']").click()
    provider.main().locator(f"a[href='{path}']").click()
    provider.sees(said)
    provider.button("Accept").click()
    provider.says("You are in talks now. Write to each other here.")
    provider.fill(text=answered)
    provider.page.locator("#file").set_input_files(
        {"name": "报价.pdf", "mimeType": "application/pdf", "buffer": papers.pdf(str(setting))}
    )
    provider.button("Send").click()
    provider.says("Your message is there.")

    _read(enterprise, path)
    enterprise.sees(answered)
    with enterprise.page.expect_download() as fetched:
        enterprise.link("报价.pdf").click()
    assert fetched.value.suggested_filename == "报价.pdf"
    _invite(enterprise)

    broker.go("/")
    broker.main().locator("a[href*='/introductions/?invited=1']").click()
    broker.main().locator(f"a[href='{path}']").first.click()
    expect(broker.main()).not_to_contain_text(answered)
    broker.button("Take part").click()
    broker.sees(answered)
    broker.fill(text="我来陪同试样。")
    broker.button("Send").click()
    broker.says("Your message is there.")
    assert not faults_of(broker.page) and not overflow_of(broker.page) if setting.scripts else True

    _fail(provider, path)
    enterprise.go(path)
    enterprise.sees(enterprise.t("Came to nothing"))
    enterprise.sees("脱色后还要加一道膜，超了预算。")
    enterprise.sees("我来陪同试样。")


def _ask(enterprise: Visit, stage: Scene, said: str) -> str:
    """Ask from the list of matches; a double click, Back and a second try leave one introduction."""
    enterprise.go(f"/needs/{stage.public_need}/matches")
    enterprise.main().locator(f"a[href$='need={stage.public_need}&offering={stage.offering}']").first.click()
    enterprise.is_at(r"/introductions/new\?.*")
    assert enterprise.value("title") and enterprise.value("text")
    enterprise.fill(text=said)
    enterprise.button("Ask for the introduction").dblclick(no_wait_after=True)
    enterprise.is_at(r"/introductions/\d+")
    path = enterprise.path
    enterprise.page.reload()
    enterprise.page.go_back()
    enterprise.page.go_forward()
    enterprise.go(f"/introductions/new?need={stage.public_need}&offering={stage.offering}")
    enterprise.button("Ask for the introduction").click()
    enterprise.is_at(path)
    enterprise.says("This introduction is open already; go on here.")
    return path


def _read(enterprise: Visit, path: str) -> None:
    """What is new is marked as read by the page itself, or by a button where there is no JavaScript."""
    if enterprise.setting.scripts:
        with enterprise.page.expect_response(lambda answer: answer.url.endswith(f"{path}/read")) as marked:
            enterprise.go(path)
        assert marked.value.status == 204
        enterprise.page.reload()
    else:
        enterprise.go(path)
        enterprise.button("Mark as read").click()
        enterprise.says("Marked as read.")
    expect(enterprise.button("Mark as read")).to_have_count(0)


def _invite(enterprise: Visit) -> None:
    enterprise.main().locator("summary", has_text=enterprise.t("Invite a technology broker or the bureau")).click()
    enterprise.fill(email="nobody")
    enterprise.button("Invite").click()
    expect(enterprise.page.locator("#email-error")).to_be_visible()
    enterprise.fill(email=EMAILS["newcomer"])
    enterprise.button("Invite").click()
    enterprise.says("The invitation is on its way. It opens this introduction and nothing else.")


def _fail(provider: Visit, path: str) -> None:
    provider.go(path)
    provider.link("Nothing comes of it …").click()
    provider.choose("reason", provider.t("Another reason"))
    provider.button("End the introduction").click()
    expect(provider.page.locator("#words-error")).to_be_visible()
    provider.choose("reason", provider.t("The price"))
    provider.fill(words="脱色后还要加一道膜，超了预算。")
    provider.button("End the introduction").click()
    provider.says("The introduction has ended. The other side is told why.")
