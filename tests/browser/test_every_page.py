"""Every page as every role that it opens to, in both languages, on a desktop, a phone and the narrowest window."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]  # publishes no types
from playwright.sync_api import Browser, Page, StorageState

from matchmaker.settings import Settings
from matchmaker.web.app import create_app
from tests.browser.conftest import Visitors
from tests.browser.looking import NARROWEST, faults_of, markup_of, overflow_of
from tests.browser.pages import PLACES, Place
from tests.browser.scene import Scene
from tests.browser.visits import WIDTHS, Setting, Visit, Watch

#: Not pages: files, and a line for machines.
NO_PAGES = {"static", "home.health", "search.suggestions", "sheets.template", "sheets.export", "introductions.fetch"}
NO_PAGES |= {"contracts.fetch", "service_sheets.template", "exports.show"}
NO_PAGES |= {"frozen_lists.export", "list_tags.fetch", "three_lists.export", "three_lists.export_city"}
NO_PAGES |= {"reports.as_pdf", "reports.as_workbook", "statistics.sheet"}
NO_PAGES |= {"redemptions.paper", "redemptions.view_paper", "batches.fetch"}

Rooms = Callable[[str, str], Visit]


@pytest.fixture(scope="module")
def rooms(browser: Browser, base_url: str, signed_in: Callable[[str], StorageState | None]) -> Iterator[Rooms]:
    """One window for each role and language, kept open: ``rooms("city", "en")``."""
    kept: dict[tuple[str, str], Visit] = {}

    def room(role: str, language: str) -> Visit:
        if (role, language) not in kept:
            setting = Setting(language)
            watch = Watch(base_url)
            context = browser.new_context(**setting.options(), storage_state=signed_in(role))
            context.add_init_script(AXE_SCRIPT)
            watch.follow(context)
            kept[role, language] = Visit(context, base_url, setting, watch)
        return kept[role, language]

    yield room
    for visit in kept.values():
        visit.context.close()


@pytest.fixture(scope="module")
def seen() -> dict[str, set[str]]:
    """Device → the looks whose colours were fine on some page."""
    return {device: set() for device in WIDTHS}


@dataclass
class Look:
    """One page in one language, as the roles see it one after the other; what looks the same is judged once."""

    seen: dict[str, set[str]]
    faults: list[str] = field(default_factory=list)
    _judged: set[tuple[str, str]] = field(default_factory=set)

    def at(self, page: Page, device: str, *, colours: bool) -> None:
        """Judge the page in the window that it has."""
        width, height = WIDTHS[device]
        page.set_viewport_size({"width": width, "height": height})
        self.faults += [f"{device}: sticks out: {fault}" for fault in overflow_of(page)]
        markup = (device, markup_of(page))
        if markup not in self._judged:
            self._judged.add(markup)
            self.faults += [f"{device}: {fault}" for fault in faults_of(page, colours=colours, seen=self.seen[device])]

    def at_its_narrowest(self, page: Page) -> None:
        """Judge whether the page still fits."""
        page.set_viewport_size({"width": NARROWEST, "height": WIDTHS["phone"][1]})
        self.faults += [f"{NARROWEST} px: sticks out: {fault}" for fault in overflow_of(page)]
        # The next page begins in another window: what is not shown needs not be laid out for it.
        page.evaluate("document.documentElement.hidden = true")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("place", PLACES, ids=str)
def test_a_page_is_open_to_everyone(
    rooms: Rooms, stage: Scene, seen: dict[str, set[str]], place: Place, language: str
) -> None:
    # Each language begins in another window, so that a page which folds itself on arrival is met both ways; its
    # colours are judged there, and so on both devices.
    first, second = ("desktop", "phone") if language == "zh" else ("phone", "desktop")
    look = Look(seen)
    for role in place.roles:
        somebody = rooms(role, language)
        somebody.watch.faults.clear()
        width, height = WIDTHS[first]
        somebody.page.set_viewport_size({"width": width, "height": height})
        somebody.go(place.path(stage), expect_status=place.status)
        look.at(somebody.page, first, colours=True)
        look.at(somebody.page, second, colours=False)
        look.at_its_narrowest(somebody.page)
        found = look.faults + somebody.watch.found()
        assert not found, (role, found)


def test_every_page_of_the_site_is_looked_at(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("routes")
    app = create_app(Settings(instance=folder, database_url=f"sqlite:///{folder / 'none.db'}", secret_key="none"))
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert pages - NO_PAGES == {place.endpoint for place in PLACES}


@pytest.mark.parametrize("setting", [Setting("zh", "phone"), Setting("en", "desktop")], ids=str)
@pytest.mark.parametrize(("role", "path"), [("visitor", "/sign-in"), ("complex", "/offerings/new")])
def test_a_refused_form_is_open_to_everyone(visit: Visitors, setting: Setting, role: str, path: str) -> None:
    somebody = visit(role, setting)
    somebody.go(path)
    for box in somebody.main().get_by_role("textbox").all()[:2]:
        box.fill("x@example.test")
    somebody.main().locator("form[method=post] button[type=submit]").first.click()
    somebody.page.get_by_role("alert").filter(visible=True).first.wait_for()
    assert not faults_of(somebody.page)
    assert not overflow_of(somebody.page)
