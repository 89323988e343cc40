"""However often the button is pressed, one need is posted."""

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Visitors
from tests.browser.visits import WITH_SCRIPTS, WITHOUT_SCRIPTS, Setting, Visit

everywhere = pytest.mark.parametrize("setting", WITH_SCRIPTS + WITHOUT_SCRIPTS, ids=str)


@everywhere
def test_a_double_click_back_and_refresh_leave_one_need(visit: Visitors, setting: Setting) -> None:
    title = f"只发一次（{setting}）"
    enterprise = visit("enterprise", setting)
    _write(enterprise, title)
    enterprise.button("Submit and see matches").dblclick(no_wait_after=True)

    enterprise.is_at(r"/needs/\d+/matches")
    enterprise.page.reload()
    enterprise.is_at(r"/needs/\d+/matches")
    enterprise.page.go_back()
    enterprise.page.reload()
    enterprise.page.go_forward()
    assert _posted(enterprise, title) == 1


@pytest.mark.parametrize("setting", WITHOUT_SCRIPTS, ids=str)
def test_a_lost_answer_and_a_second_try_leave_one_need(visit: Visitors, setting: Setting) -> None:
    title = f"再按一次（{setting}）"
    enterprise = visit("enterprise", setting)
    _write(enterprise, title)
    answers: list[int] = []

    def lose_the_first(route: Route) -> None:
        answer = route.fetch(max_redirects=0)
        answers.append(answer.status)
        # "No content" leaves the window as it is, like an answer that never came.
        route.fulfill(status=204) if len(answers) == 1 else route.fulfill(response=answer)

    enterprise.page.route("**/needs/", lose_the_first)
    publish = enterprise.button("Submit and see matches")
    with enterprise.page.expect_event("requestfailed"):
        publish.click(no_wait_after=True)
    publish.click()
    enterprise.is_at(r"/needs/\d+/matches")
    assert answers == [303, 303]
    enterprise.page.unroute("**/needs/")
    assert _posted(enterprise, title) == 1


def _write(enterprise: Visit, title: str) -> None:
    enterprise.go("/needs/new")
    enterprise.fill(problem="烘房冷凝水回不来，锅炉耗水大。", title=title)
    enterprise.choose("industry_code", {"zh": "纺织", "en": "Textiles"}[enterprise.setting.language])


def _posted(enterprise: Visit, title: str) -> int:
    enterprise.go("/needs/?mine=1")
    found = enterprise.region("Results").get_by_role("link", name=title, exact=True)
    expect(found.first).to_be_visible()
    return found.count()
