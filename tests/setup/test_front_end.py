"""Our own scripts in a real browser, under the site's own content policy, on pages made for them."""

from __future__ import annotations

import threading

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Dialog, Page, expect

from tests.setup.bare_site import Site

pytestmark = pytest.mark.browser


@pytest.fixture
def show(site: Site, page: Page):
    """Shows a body in the browser. A script's error or a breach of the policy fails the test."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if "Security Policy" in message.text else None)
    page.set_default_timeout(5000)

    def open_page(body: str) -> Page:
        site.body = body
        page.goto(site.url)
        expect(page.locator("html.js")).to_have_count(1)
        return page

    yield open_page
    assert complaints == []


def test_the_theme_follows_the_system(show, page):
    page.emulate_media(color_scheme="dark")
    html = show("").locator("html")
    expect(html).to_have_attribute("data-bs-theme", "dark")

    page.emulate_media(color_scheme="light")
    expect(html).to_have_attribute("data-bs-theme", "light")


TOWNS = """<form method="post"><label for="town">Town</label>
<select id="town" name="town" data-choices data-no-results="Nothing found" aria-describedby="hint">
<option value="">Please choose</option><option value="yc">越城</option><option value="kq">柯桥</option></select>
<p id="hint">Where you are</p><a href="#town">Town is missing</a><button>Send</button></form>"""


def test_a_long_select_is_searched_and_chosen_by_keyboard(show, site):
    page = show(TOWNS)
    page.get_by_role("combobox", name="Town").focus()
    page.keyboard.type("柯")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Thank you").wait_for()

    assert site.posts == [{"town": ["kq"]}]


def test_a_search_without_result_says_so_in_the_pages_words(show):
    page = show(TOWNS)
    page.get_by_role("combobox", name="Town").focus()
    page.keyboard.type("上海")

    expect(page.locator(".ts-dropdown")).to_have_text("Nothing found")


def test_a_searchable_select_keeps_its_hint_and_is_reached_from_a_list_of_errors(show):
    page = show(TOWNS)
    page.get_by_role("link", name="Town is missing").click()
    control = page.get_by_role("combobox", name="Town")

    expect(control).to_be_focused()
    expect(control).to_have_attribute("aria-describedby", "hint")


WORDS = """<form method="post"><label for="words">Keywords</label>
<input id="words" name="words" value="{value}" data-tags data-max-items="3" data-create="Add" data-remove="Remove">
<button>Send</button></form>"""


def test_keywords_end_at_chinese_and_western_signs_and_are_sent_as_one_text(show, site):
    page = show(WORDS.format(value=""))
    page.get_by_role("combobox", name="Keywords").focus()
    page.keyboard.type("涂层，防腐、")
    page.keyboard.type("pH 7,")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Thank you").wait_for()

    assert site.posts == [{"words": ["涂层,防腐,pH 7"]}]


def test_keywords_that_were_typed_without_scripts_become_tags(show):
    page = show(WORDS.format(value="涂层， 防腐；纳米"))

    expect(page.locator(".ts-control .item")).to_have_count(3)
    page.get_by_role("button", name="Remove").or_(page.locator(".item .remove")).first.click()
    expect(page.locator("#words")).to_have_value("防腐,纳米")


def test_a_word_in_the_making_is_not_lost_when_the_field_is_left(show):
    page = show(WORDS.format(value=""))
    page.get_by_role("combobox", name="Keywords").focus()
    page.keyboard.type("印染")
    page.keyboard.press("Tab")

    expect(page.locator("#words")).to_have_value("印染")


def test_what_someone_types_as_a_keyword_is_never_read_as_html(show):
    page = show(WORDS.format(value=""))
    page.get_by_role("combobox", name="Keywords").focus()
    page.keyboard.type("<img src=x onerror=alert(1)>")
    expect(page.locator(".ts-dropdown .create")).to_have_text("Add <img src=x onerror=alert(1)>")
    page.keyboard.press("Enter")

    expect(page.locator(".ts-control .item")).to_contain_text("<img")
    expect(page.locator("main img")).to_have_count(0)


TEXT = """<label for="text">Text</label>
<textarea id="text" data-max="10" data-counter="{count} of {max}" data-counter-over="{over} too many"></textarea>"""


def test_characters_are_counted_as_the_server_counts_them(show):
    page = show(TEXT)
    page.get_by_label("Text").fill("涂层😀")

    expect(page.locator(".character-count")).to_have_text("3 of 10")


def test_text_that_is_too_long_is_kept_shown_and_spoken(show):
    page = show(TEXT)
    page.get_by_label("Text").fill("零一二三四五六七八九十百")

    expect(page.locator(".character-count.is-over")).to_have_text("2 too many")
    expect(page.locator("[aria-live=polite]")).to_have_text("2 too many")
    expect(page.get_by_label("Text")).to_have_value("零一二三四五六七八九十百")


GUARDED = """<form method="post" data-guard="{guard}"><label for="title">Title</label><input id="title" name="title">
<button>Send</button></form><a href="/?elsewhere">Elsewhere</a>"""


def asked_on_leaving(page: Page) -> bool:
    """Whether the browser asks before it follows the link."""
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    page.get_by_role("link", name="Elsewhere").click()
    page.wait_for_url("**/?elsewhere")
    return asked == ["beforeunload"]


def test_leaving_unsaved_text_is_asked_about(show):
    page = show(GUARDED.format(guard=""))
    page.get_by_label("Title").fill("涂层")

    assert asked_on_leaving(page)


def test_leaving_an_untouched_form_is_not_asked_about(show):
    page = show(GUARDED.format(guard=""))
    page.get_by_label("Title").fill("涂层")
    page.get_by_label("Title").fill("")

    assert not asked_on_leaving(page)


def test_a_form_that_came_back_with_errors_is_unsaved_from_the_start(show):
    page = show(GUARDED.format(guard="unsaved"))
    page.get_by_label("Title").click()

    assert asked_on_leaving(page)


def test_sending_the_form_is_not_asked_about(show, site):
    page = show(GUARDED.format(guard=""))
    page.get_by_label("Title").fill("涂层")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Thank you").wait_for()

    assert site.posts == [{"title": ["涂层"]}]


def test_a_form_is_sent_once_with_the_button_that_was_pressed(show, site):
    page = show('<form method="post"><button name="publish" value="1" data-busy="One moment…">Publish</button></form>')
    # The answer is slow, and an impatient hand sends again while it comes.
    site.answer.clear()
    threading.Timer(1, site.answer.set).start()
    page.evaluate("() => setTimeout(() => document.querySelector('main form').requestSubmit(), 400)")
    page.locator("main button").click()
    page.get_by_text("Thank you").wait_for()

    assert site.posts == [{"publish": ["1"]}]


def test_the_button_rests_while_the_answer_comes_and_wakes_when_the_page_is_shown_again(show):
    page = show('<form method="post" action="/"><button data-busy="One moment…">Publish</button></form>')
    # The page stays: the browser is told to stop the request as soon as it starts.
    page.evaluate("() => { window.addEventListener('submit', () => setTimeout(() => window.stop(), 1)); }")
    button = page.locator("main button")
    button.click()
    expect(button).to_be_disabled()
    expect(button).to_have_text("One moment…")

    page.evaluate("() => window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(button).to_be_enabled()
    expect(button).to_have_text("Publish")


SWAP = """<button id="more" hx-get="{url}" hx-target="#results" hx-swap="outerHTML" hx-indicator="#wait">More</button>
<span id="wait" class="htmx-indicator">Loading</span><div id="results"></div>"""


def test_a_fragment_is_announced_enhanced_and_waited_for_in_sight(show, site):
    site.answer.clear()
    page = show(SWAP.format(url="/part"))
    expect(page.locator("#wait")).to_be_hidden()
    page.get_by_role("button", name="More").click()
    expect(page.locator("#wait")).to_be_visible()
    site.answer.set()

    expect(page.locator("#live")).to_have_text("Three results")
    expect(page.get_by_role("combobox", name="Town")).to_be_visible()
    expect(page.locator("#wait")).to_be_hidden()
    expect(page.locator("#more")).to_be_focused()


def test_the_focus_stays_where_the_page_changed(show):
    page = show('<div id="results"><button hx-get="/part" hx-target="#results" hx-swap="outerHTML">Next</button></div>')
    page.get_by_role("button", name="Next").press("Enter")
    page.locator("#results p").wait_for()

    expect(page.locator("#results")).to_be_focused()


def test_a_failed_request_is_told_until_it_is_closed(show):
    page = show(SWAP.format(url="/broken"))
    page.get_by_role("button", name="More").click()
    toast = page.get_by_role("alert")
    expect(toast).to_contain_text("The server failed.")

    toast.get_by_role("button", name="Close").click()
    expect(page.locator("#htmx-error")).to_be_hidden()


def test_a_lost_connection_is_told(show, page):
    show(SWAP.format(url="/part"))
    page.route("**/part", lambda route: route.abort("internetdisconnected"))
    page.get_by_role("button", name="More").click()

    expect(page.get_by_role("alert")).to_contain_text("No connection.")


MENU = '<details data-menu><summary>Menu</summary><a href="/">Item</a></details><button type="button">Other</button>'


@pytest.mark.parametrize("leave", ["escape", "click", "tab"])
def test_a_menu_closes_when_one_turns_away_from_it(show, leave):
    page = show(MENU)
    page.get_by_text("Menu").click()
    expect(page.get_by_role("link", name="Item")).to_be_visible()
    if leave == "escape":
        page.get_by_role("link", name="Item").focus()
        page.keyboard.press("Escape")
        expect(page.locator("summary")).to_be_focused()
    elif leave == "click":
        page.locator("h1").click()
    else:
        page.get_by_role("link", name="Item").focus()
        page.keyboard.press("Tab")

    expect(page.get_by_role("link", name="Item")).to_be_hidden()


def test_the_enhanced_parts_have_no_serious_barrier(show):
    page = show(TOWNS.replace("Send", "Go") + WORDS.format(value="涂层") + TEXT + MENU)
    found = Axe().run(page).response["violations"]

    assert [(v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in ("serious", "critical")] == []
