"""Every page as every role that it opens to, in both languages, on a desktop, a phone and the narrowest window."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, StorageState

from matchmaker.settings import Settings
from matchmaker.web.app import create_app
from tests.browser.conftest import Visitors
from tests.browser.looking import NARROWEST, faults_of, overflow_of
from tests.browser.pages import PLACES, Place
from tests.browser.scene import Scene
from tests.browser.visits import WIDTHS, Setting, Visit, Watch

#: Not pages: files, and a line for machines.
NO_PAGES = {"static", "home.health"}

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
            watch.follow(context)
            kept[role, language] = Visit(context, base_url, setting, watch)
        return kept[role, language]

    yield room
    for visit in kept.values():
        visit.context.close()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("place", "role"),
    [pytest.param(place, role, id=f"{place}-{role}") for place in PLACES for role in place.roles],
)
def test_a_page_is_open_to_everyone(rooms: Rooms, stage: Scene, place: Place, role: str, language: str) -> None:
    visit = rooms(role, language)
    visit.watch.forget()
    # Each language begins in another window, so that a page which folds itself on arrival is met both ways.
    first, second = ("desktop", "phone") if language == "zh" else ("phone", "desktop")
    _resize(visit, *WIDTHS[first])
    visit.go(place.path(stage), expect_status=place.status)
    found = _look(visit, first)
    _resize(visit, *WIDTHS[second])
    found += _look(visit, second)
    _resize(visit, NARROWEST, WIDTHS["phone"][1])
    found += [f"{NARROWEST} px wide: sticks out: {fault}" for fault in overflow_of(visit.page)]
    assert not found + visit.watch.found(), found + visit.watch.found()


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


def _resize(visit: Visit, width: int, height: int) -> None:
    visit.page.set_viewport_size({"width": width, "height": height})


def _look(visit: Visit, device: str) -> list[str]:
    found = [f"{device}: sticks out: {fault}" for fault in overflow_of(visit.page)]
    return found + [f"{device}: {fault}" for fault in faults_of(visit.page)]
