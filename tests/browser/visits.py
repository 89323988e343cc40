"""Somebody at a browser: a window of some size, in some language, with JavaScript or without."""

import re
from dataclasses import dataclass, field, replace
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, Response, expect

from tests.browser import scene
from tests.browser.languages import LOCALES, counted, like, t

#: Chromium reports every answer of 400 and above as an error, even where the page is meant to be refused.
_ANSWERED = "Failed to load resource: the server responded with a status of"
#: Chromium's note that it left a page without asking, because nobody had touched it.
_NOT_ASKED = "Blocked attempt to show a 'beforeunload' confirmation panel"

#: With what Chromium shows a PDF in a frame; it is a part of the browser.
_PDF_VIEWER = ("chrome-extension://mhjfbmdgcfjbbpaeojofohoefgiehjai/", "chrome://resources/")

#: How long a click or a page may take on a machine that is busy with other tests.
PATIENCE_MS = 20_000

WIDTHS = {"desktop": (1280, 900), "phone": (390, 844)}


@dataclass(frozen=True)
class Setting:
    """Where and how somebody looks at the site."""

    language: str = "zh"
    device: str = "desktop"
    scripts: bool = True

    def __str__(self) -> str:
        return f"{self.language}-{self.device}" + ("" if self.scripts else "-without-js")

    def options(self) -> dict[str, Any]:
        """Return what a browser is opened with."""
        width, height = WIDTHS[self.device]
        is_phone = self.device == "phone"
        return {
            "viewport": {"width": width, "height": height},
            "is_mobile": is_phone,
            "has_touch": is_phone,
            "locale": LOCALES[self.language],
            "java_script_enabled": self.scripts,
            "reduced_motion": "reduce",
        }


#: Both languages on both devices, for the main journeys.
WITH_SCRIPTS = [Setting(language, device) for language in LOCALES for device in WIDTHS]
#: Each language and each device once, for what depends on neither.
ACROSS = [Setting("zh", "phone"), Setting("en", "desktop")]
WITHOUT_SCRIPTS = [replace(setting, scripts=False) for setting in ACROSS]


@dataclass
class Watch:
    """Everything that no page may do, whoever looks at it."""

    base: str
    faults: list[str] = field(default_factory=list)
    _refused: set[str] = field(default_factory=set)

    def follow(self, context: BrowserContext) -> None:
        """Listen to whatever happens in the browser from now on."""
        context.on("console", self._console)
        context.on("weberror", lambda error: self.faults.append(f"uncaught {error.error}"))
        context.on("request", self._request)
        context.on("response", self._response)

    def found(self) -> list[str]:
        """Return what was wrong so far: errors, broken policies, missing files, requests that leave the site."""
        return [fault for fault in self.faults if not any(fault.endswith(f" at {url}") for url in self._refused)]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning") or message.text.startswith(_NOT_ASKED):
            return
        place = f" at {message.location['url']}" if message.text.startswith(_ANSWERED) else ""
        self.faults.append(f"console: {message.text}{place}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.base}/", "data:", *_PDF_VIEWER)):
            self.faults.append(f"asked another host: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.request.is_navigation_request():
            self._refused.add(response.url)


class Visit:
    """One browser window on the site."""

    def __init__(self, context: BrowserContext, base: str, setting: Setting, watch: Watch) -> None:
        self.base = base
        self.setting = setting
        self.watch = watch
        self.context = context
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)

    def t(self, msgid: str, **values: object) -> str:
        """Return what the site says for ``msgid`` in this visit's language."""
        return t(msgid, self.setting.language, **values)

    @property
    def path(self) -> str:
        """Where the window is: path and query."""
        return self.page.url.removeprefix(self.base)

    def go(self, path: str, *, expect_status: int = 200) -> None:
        """Open a page of the site."""
        response = self.page.goto(self.base + path)
        assert response is not None
        assert response.status == expect_status, f"{path} answered {response.status}"

    def is_at(self, pattern: str) -> None:
        """Wait until the window is at a path that ``pattern`` fits as a whole."""
        expect(self.page).to_have_url(re.compile(re.escape(self.base) + pattern + "$"))

    def id_in_path(self) -> int:
        """Return the first number in the window's path."""
        found = re.search(r"/(\d+)", self.path)
        assert found, self.path
        return int(found.group(1))

    # What is on the page, by what people see and hear of it.

    def heading(self, msgid: str, **values: object) -> Locator:
        """The heading that says ``msgid``, whatever fills the places that are not given."""
        if values or "%(" not in msgid:
            return self.page.get_by_role("heading", name=self.t(msgid, **values), exact=True)
        return self.page.get_by_role("heading", name=like(self.setting.language, msgid))

    def link(self, msgid: str) -> Locator:
        """The first link that says just ``msgid``."""
        return self.page.get_by_role("link", name=self.t(msgid), exact=True).first

    def button(self, msgid: str) -> Locator:
        """The button that says just ``msgid``."""
        return self.page.get_by_role("button", name=self.t(msgid), exact=True)

    def region(self, msgid: str) -> Locator:
        """The part of the page that is named ``msgid``."""
        return self.page.get_by_role("region", name=self.t(msgid), exact=True)

    def main(self) -> Locator:
        """The page without its header and footer."""
        return self.page.get_by_role("main")

    def sees(self, text: str) -> None:
        """Wait for ``text`` in the page's main part."""
        expect(self.main()).to_contain_text(text)

    def says(self, msgid: str, **values: object) -> None:
        """Wait for the message on what has just happened."""
        expect(self.main().get_by_role("status")).to_have_text(self.t(msgid, **values))

    def number_of(self, one: str, many: str) -> int:
        """Return the number in the heading that counts, as in "3 good matches"; 0 where there is none."""
        pattern = counted(one, many, self.setting.language)
        headings = self.page.get_by_role("heading", name=pattern)
        if not headings.count():
            return 0
        found = pattern.match(headings.first.inner_text())
        assert found
        return int(next(group for group in found.groups() if group))

    # What people do.

    def sign_in(self, role: str) -> None:
        """Sign in by the form, from whatever page is shown."""
        self.go("/sign-in")
        self.page.get_by_label(self.t("E-mail address")).fill(scene.EMAILS[role])
        self.page.get_by_label(self.t("Password")).fill(scene.PASSWORD)
        self.main().get_by_role("button", name=self.t("Sign in")).click()
        self.is_at("/")

    def fill(self, **values: str) -> None:
        """Type into the fields with these ids."""
        for name, value in values.items():
            box = self.page.locator(f"#{name}-ts-control")
            if not box.count():
                self.page.locator(f"#{name}").fill(value)
            else:
                box.fill(value)
                box.press("Enter")

    def choose(self, name: str, option: str) -> None:
        """Choose from the list with this id, which is searchable where there is JavaScript."""
        box = self.page.locator(f"#{name}-ts-control")
        if not box.count():
            self.page.locator(f"#{name}").select_option(label=option)
            return
        # The box itself stands aside while something is chosen; its label leads to it.
        self.page.locator(f"label[for='{name}-ts-control']").click()
        box.fill(option)
        self.page.get_by_role("option", name=option, exact=True).click()

    def value(self, name: str) -> str:
        """Return what stands in the field with this id, as it would be sent."""
        return self.page.locator(f"#{name}").input_value()

    def filter(self, name: str) -> Locator:
        """The filter of a match page with this name, unfolded where filters are folded away, as on phones."""
        control = self.page.locator(f"#filter-{name}")
        if not control.is_visible():
            self.page.locator("summary", has_text=self.t("Filters")).click()
        return control

    def stays_on_page(self) -> "Stay":
        """Leave a mark in this page that only a navigation wipes away."""
        return Stay(self.page)


class Stay:
    """Whether the window still shows the very document that it showed when this was made."""

    def __init__(self, page: Page) -> None:
        self._page = page
        page.evaluate("document.body.dataset.seen = 'yes'")

    def holds(self) -> bool:
        """Whether nothing was loaded anew."""
        return bool(self._page.evaluate("document.body.dataset.seen === 'yes'"))
